"""Forms of listings: four things are needed (picture, name, price, unit), the rest may be told later."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from wtforms import BooleanField, Field, HiddenField, ValidationError

from market.base.errors import Refused
from market.catalog.actions.listing import Choice, ListingChange, NewListing
from market.catalog.actions.variants import NewVariant
from market.catalog.queries.listing import CategoryChoice
from market.catalog.rules import WEIGHED_WITHIN, guess_unit
from market.catalog.rules.prices import KnownPrices, Priced, question, unlikely
from market.values.money import Dong
from market.values.quantity import UNITS
from market.values.quantity import unit as unit_of
from market.values.text import fold
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DongField,
    KeyField,
    TextField,
    at_most,
    optional,
    required,
)
from market.web.base.selects import NOT_CHOSEN
from market.web.stall.products.forms.amounts import PACK_UNITS, UNIT_GROUPS, AnyAmountField, check_step
from market.web.stall.products.forms.photos import PhotoForm

WEIGHED = {"": "Không, đúng số khách đặt"} | {
    str(percent): f"Có, lệch đến {percent}\u00a0%" for percent in WEIGHED_WITHIN
}
MOST_PRICE = 10**9
"""What amounts of it still fit the database."""


def _id_or_none(value: str | int | None) -> int | None:
    return int(value) if value else None


class ProductForm(BaseForm):
    """What a listing says of the goods themselves; `offer_categories` before it is used."""

    name = TextField("Tên hàng", [required("Mời viết tên món hàng."), at_most(100)])
    category = ChoiceField("Nhóm hàng", coerce=_id_or_none, choices=[])
    description = TextField("Lời tả", [at_most(2000)])
    is_live = BooleanField("Hàng sống, tươi sống: không gửi chuyển phát")
    by_bus = BooleanField("Vẫn gửi xe khách được")

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
            is_live=self.is_live.data,
            by_bus=self.is_live.data and self.by_bus.data,
            seen=seen,
        )


class PriceForm(BaseForm):
    """What it is sold by, and for how much."""

    price = DongField("Giá", [required("Mời viết giá bán.")])
    price_said = HiddenField()
    is_unit_as_last = False
    unit = ChoiceField("Bán theo", choices=NOT_CHOSEN | UNIT_GROUPS, default="")
    pack_amount = AnyAmountField("Mỗi túi, hộp có", [optional()])
    pack_unit = ChoiceField(
        "Đơn vị trong đó",
        choices=NOT_CHOSEN | {code: unit_of(code).name for code in PACK_UNITS},
        default="",
    )
    known: Callable[[], KnownPrices] = KnownPrices
    """What the price is compared with, asked for where it reads well."""

    def unit_code(self) -> str:
        """Empty where none was chosen."""
        return self.unit.data or ""

    def goods_name(self) -> str:
        """What the goods are called, where the form says so."""
        return ""

    def validate_unit(self, field: Field) -> None:
        """Nobody chooses it for the person: what is usual is only named."""
        if field.data or field.errors:
            return
        usual = guess_unit(self.goods_name())
        said = f" {self.goods_name()} thường bán theo {unit_of(usual).name}." if usual else ""
        raise ValidationError(f"Mời chọn bán theo gì.{said}")

    def validate_pack_unit(self, field: Field) -> None:
        if not field.data and self.pack_amount.data and not field.errors:
            raise ValidationError("Mời chọn đơn vị của số trong mỗi túi, hộp.")

    def validate_price(self, field: Field) -> None:
        price = field.data
        if price is None:
            return
        if price > MOST_PRICE:
            raise ValidationError("Giá lớn quá. Bạn xem lại giúp có thừa số 0 không.")
        if price == 0:
            raise ValidationError("Giá bán phải lớn hơn 0. Viết như 35k hoặc 35.000.")
        if self.unit_code() in UNITS:
            self._ask_back(price)

    def _ask_back(self, price: Dong) -> None:
        """A likely mistyped price is asked back once; said again for the same unit, it is kept."""
        pack = self.pack() or (None, None)
        new = Priced(price=price, unit=self.unit_code(), pack_amount=pack[0], pack_unit=pack[1])
        said = f"{price} {new.unit}"
        if self.price_said.data == said or (why := unlikely(new, self.known())) is None:
            return
        self.price_said.data = said
        raise ValidationError(question(new, why))

    def pack(self) -> tuple[int, str] | None:
        """What is in one unit, where the unit is one that can hold something."""
        if self.unit_code() not in UNITS or (self.pack_amount.data and not self.pack_unit.data):
            return None
        of = unit_of(self.unit_code())
        holds_something = of.base == of.code and not of.is_measured
        return (self.pack_amount.data, self.pack_unit.data) if holds_something and self.pack_amount.data else None

    def weighed_within(self) -> int | None:
        """By how many percent its weight may be off what was ordered; None where it is not sold so."""
        return None

    def as_choice(self, label: str | None = None) -> Choice:
        pack = self.pack()
        return Choice(
            label=label,
            unit=self.unit_code(),
            price=self.price.data,
            pack_amount=pack[0] if pack else None,
            pack_unit=pack[1] if pack else None,
            weighed_within=self.weighed_within(),
        )


class WeighedForm(PriceForm):
    """What may be sold by what it weighs, when it is packed."""

    weighed = ChoiceField("Cân thực tế", choices=WEIGHED, default="")
    asks_weighing = True
    """Whether its page asks for that."""

    def validate_weighed(self, field: Field) -> None:
        if field.data and not field.errors and self.unit_code() not in {"", "kg"}:
            raise ValidationError("Cân thực tế chỉ dùng cho hàng bán theo kg. Mời chọn bán theo kg.")

    def weighed_within(self) -> int | None:
        return int(self.weighed.data) if self.weighed.data else None


class ListingForm(ProductForm, WeighedForm):
    """A listing that is sold as one thing."""

    def goods_name(self) -> str:
        return self.name.data or ""

    def as_change(self, seen: str) -> ListingChange:
        return replace(super().as_change(seen), choice=self.as_choice())


class VariantForm(WeighedForm):
    """One of several things that a listing is sold as."""

    of_goods = ""

    def goods_name(self) -> str:
        return self.of_goods

    label = TextField("Tên riêng của loại", [at_most(40)])

    def as_variant(self) -> Choice:
        return self.as_choice(self.label.data or "")


class StockedForm(PriceForm):
    """How much of something new there is; left out, it is sold until its seller says it is sold out."""

    amount = AnyAmountField("Số còn để bán", [optional()])

    def offer_unit(self, last: str | None) -> None:
        """Choose nothing but what the stall's newest goods are sold by, and say that it is so."""
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
            is_live=self.is_live.data,
            by_bus=self.is_live.data and self.by_bus.data,
            on_hand=self.amount.data,
            pack_amount=pack[0] if pack else None,
            pack_unit=pack[1] if pack else None,
            weighed_within=self.weighed_within(),
        )
