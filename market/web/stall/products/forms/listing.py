"""Forms of listings: four things are needed (picture, name, price, unit), the rest may be told later."""

from collections.abc import Sequence
from dataclasses import replace

from wtforms import Field, ValidationError

from market.base.errors import Refused
from market.catalog.actions.listing import Choice, ListingChange, NewListing
from market.catalog.actions.variants import NewVariant
from market.catalog.queries.listing import CategoryChoice
from market.values.money import Dong, format_dong
from market.values.quantity import unit as unit_of
from market.values.text import fold
from market.web.base.forms import BaseForm, ChoiceField, DongField, KeyField, TextField, at_most, optional, required
from market.web.stall.products.forms.amounts import PACK_UNITS, UNIT_GROUPS, AnyAmountField, check_step
from market.web.stall.products.forms.photos import PhotoForm

LEAST_PRICE = 500
SMALL_UNITS = frozenset({"g", "ml"})
MOST_PRICE = 10**9


def _id_or_none(value: str | int | None) -> int | None:
    return int(value) if value else None


class ProductForm(BaseForm):
    """What a listing says of the goods themselves; `offer_categories` before it is used."""

    name = TextField("Tên hàng", [required("Mời viết tên món hàng."), at_most(100)])
    category = ChoiceField("Nhóm hàng", coerce=_id_or_none, choices=[])
    description = TextField("Lời tả", [at_most(2000)])

    def offer_categories(self, choices: Sequence[CategoryChoice]) -> None:
        groups: dict[str, dict[str, str]] = {}
        for one in choices:
            groups.setdefault(one.group, {})[str(one.id)] = one.name
        self.category.choices = {"": "Chợ tự xếp theo tên", **groups}

    def validate_name(self, field: Field) -> None:
        if not fold(field.data or ""):
            raise ValidationError("Tên hàng cần có chữ, như: Rau muống.")

    def as_change(self, seen: str) -> ListingChange:
        return ListingChange(
            name=self.name.data or "",
            description=self.description.data or "",
            category_id=self.category.data,
            seen=seen,
        )


class PriceForm(BaseForm):
    """What it is sold by, and for how much."""

    price = DongField("Giá", [required("Mời viết giá bán.")])
    is_unit_as_last = False
    unit = ChoiceField("Bán theo", choices=UNIT_GROUPS, default="kg")
    pack_amount = AnyAmountField("Mỗi túi, hộp có", [optional()])
    pack_unit = ChoiceField(
        "Đơn vị trong đó",
        choices={code: unit_of(code).name for code in PACK_UNITS},
        default="kg",
    )

    def unit_code(self) -> str:
        return self.unit.data or "kg"

    def validate_price(self, field: Field) -> None:
        price = field.data
        if price is None:
            return
        if price > MOST_PRICE:
            raise ValidationError("Giá lớn quá. Bạn xem lại giúp có thừa số 0 không.")
        if price < (1 if self.unit_code() in SMALL_UNITS else LEAST_PRICE):
            likely = format_dong(Dong(price * 1000)) if price else "35.000 ₫"
            raise ValidationError(f"Giá {format_dong(price)} có vẻ thiếu số 0. Viết như {price or 35}k hoặc {likely}.")

    def pack(self) -> tuple[int, str] | None:
        """What is in one unit, where the unit is one that can hold something."""
        of = unit_of(self.unit_code())
        holds_something = of.base == of.code and not of.is_measured
        return (self.pack_amount.data, self.pack_unit.data) if holds_something and self.pack_amount.data else None

    def as_choice(self, label: str | None = None) -> Choice:
        pack = self.pack()
        return Choice(
            label=label,
            unit=self.unit_code(),
            price=self.price.data,
            pack_amount=pack[0] if pack else None,
            pack_unit=pack[1] if pack else None,
        )


class ListingForm(ProductForm, PriceForm):
    """A listing that is sold as one thing."""

    def as_change(self, seen: str) -> ListingChange:
        return replace(super().as_change(seen), choice=self.as_choice())


class VariantForm(PriceForm):
    """One of several things that a listing is sold as."""

    label = TextField("Tên riêng của loại", [at_most(40)])

    def as_variant(self) -> Choice:
        return self.as_choice(self.label.data or "")


class StockedForm(PriceForm):
    """How much of something new there is; left out, it is sold until its seller says it is sold out."""

    amount = AnyAmountField("Số còn để bán", [optional()])
    unit = ChoiceField("Bán theo", [required("Mời chọn bán theo kg, mớ, con hay gì khác.")], choices=UNIT_GROUPS)

    def offer_unit(self, last: str | None) -> None:
        """Choose nothing but what the stall's newest goods are sold by, and say that it is so."""
        self.unit.choices = {"Đơn vị": {"": "Chọn đơn vị"}, **UNIT_GROUPS}
        self.is_unit_as_last = last is not None
        if not self.is_posted:
            self.unit.data = last or ""

    def validate_amount(self, field: Field) -> None:
        check_step(field.data, self.unit_code())


class NewVariantForm(VariantForm, StockedForm):
    """One more of the things that a listing is sold as."""

    client_key = KeyField()

    def as_new_variant(self) -> NewVariant:
        """What is added; Refused as in `as_variant`."""
        return NewVariant(choice=self.as_variant(), on_hand=self.amount.data, client_key=self.client_key.data)


class NewListingForm(PhotoForm, ListingForm, StockedForm):
    def as_new_listing(self, stall_id: int) -> NewListing:
        pack = self.pack()
        if self.kept_photo.data is None:
            raise Refused("photo_missing", "Mời chụp hoặc chọn một ảnh của món hàng.")
        return NewListing(
            stall_id=stall_id,
            name=self.name.data or "",
            unit=self.unit_code(),
            price=self.price.data,
            photo=self.kept_photo.data,
            client_key=self.client_key.data,
            description=self.description.data or "",
            category_id=self.category.data,
            on_hand=self.amount.data,
            pack_amount=pack[0] if pack else None,
            pack_unit=pack[1] if pack else None,
        )
