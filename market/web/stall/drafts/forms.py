"""Forms of what is prepared: a picture of a paper; goods, as their listing's form has them."""

from market.base.errors import Refused
from market.catalog.rules import KeptPhoto
from market.sellers.actions.drafts import NewDraft
from market.web.stall.products.forms import NewListingForm, PhotoForm


class PaperForm(PhotoForm):
    """One picture of a paper."""

    missing = "Mời chụp hoặc chọn ảnh giấy tờ."

    def picture(self) -> KeptPhoto:
        if self.kept_photo.data is None:
            raise Refused("photo_missing", self.missing)
        return self.kept_photo.data


class DraftForm(NewListingForm):
    """Goods of somebody without a stall."""

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
