"""Forms of what is prepared: a picture of a paper; goods, as their listing's form has them."""

from typing import Any

from wtforms import BooleanField

from market.base.errors import Refused
from market.catalog.rules import KeptPhoto
from market.sellers.actions.account_drafts import AccountDraft
from market.sellers.actions.drafts import NewDraft
from market.sellers.models import DraftedListing
from market.sellers.rules import holder_name
from market.web.base.forms import BaseForm
from market.web.stall.bank.forms import OwnBankForm
from market.web.stall.products.forms import NewListingForm, PhotoForm


class PaperForm(PhotoForm):
    """One picture of a paper."""

    missing = "Mời chụp hoặc chọn ảnh giấy tờ."

    def picture(self) -> KeptPhoto:
        if self.kept_photo.data is None:
            raise Refused("photo_missing", self.missing)
        return self.kept_photo.data


class DraftForm(NewListingForm):
    """Goods of somebody without a stall. How they are weighed is said once they are listed."""

    asks_weighing = False

    def as_new_draft(self) -> NewDraft:
        listing = self.as_new_listing(0)
        return NewDraft(
            name=listing.name,
            unit=listing.unit,
            price=listing.price,
            photo_key=listing.photo.key,
            photo_width=listing.photo.width,
            photo_height=listing.photo.height,
            photo_digest=listing.photo.digest,
            client_key=listing.client_key,
            description=listing.description,
            category_id=listing.category_id,
            on_hand=listing.on_hand,
            pack_amount=listing.pack_amount,
            pack_unit=listing.pack_unit,
        )


def drafted(draft: DraftedListing) -> dict[str, Any]:
    """What goods say, by the names of their form's fields."""
    kept = KeptPhoto(key=draft.photo_key, width=draft.photo_width, height=draft.photo_height)
    return {
        "name": draft.name,
        "price": draft.price,
        "unit": draft.unit,
        "amount": draft.on_hand,
        "pack_amount": draft.pack_amount,
        "pack_unit": draft.pack_unit or "",
        "description": draft.description,
        "category": draft.category_id,
        "kept_photo": kept,
    }


class AccountDraftForm(OwnBankForm):
    """An account that is kept for later: as the one in force is asked for."""

    def as_draft(self) -> AccountDraft:
        return AccountDraft(
            bin=self.bin.data,
            number=self.number.data,
            holder=holder_name(self.holder.data or ""),
            is_family=self.is_family.data,
            family_phone=self.family_member_phone(),
        )


class LeaveForm(BaseForm):
    is_given = BooleanField("Xã xác nhận tôi xong thì chợ tự đăng các món này")
