"""Forms of listings: four things are needed (picture, name, price, unit), the rest may be told later."""

import enum
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wtforms import Field, HiddenField, ValidationError

from market.base.errors import Refused
from market.base.forms import (
    BaseForm,
    ChoiceField,
    DongField,
    TextField,
    UploadField,
    ValueField,
    at_most,
    optional,
    required,
)
from market.base.secrets import is_signed, sign
from market.catalog import pictures
from market.catalog.actions.listing import ListingChange, NewListing
from market.catalog.queries.listing import CategoryChoice
from market.catalog.rules import KeptPhoto
from market.values.money import Dong, format_dong
from market.values.quantity import Unit, format_number, parse_quantity
from market.values.quantity import unit as unit_of
from market.values.text import fold

KEPT_PHOTO = "kept-photo"
LEAST_PRICE = 500
SMALL_UNITS = frozenset({"g", "ml"})
MOST_PRICE = 10**9

UNIT_GROUPS: dict[str, dict[str, str]] = {
    "Cân": {
        "kg": "kg (cân)",
        "lang": "lạng (100 g)",
        "g": "g",
        "yen": "yến (10 kg)",
        "ta": "tạ (100 kg)",
        "tan": "tấn",
    },
    "Đong": {"lit": "lít", "ml": "ml"},
    "Đếm": {
        "qua": "quả",
        "cu": "củ",
        "bap": "bắp",
        "con": "con",
        "doi": "đôi (2 con)",
        "chuc": "chục (10 quả)",
        "nai": "nải",
        "buong": "buồng",
    },
    "Bó, gói, hộp": {
        "mo": "mớ",
        "bo": "bó",
        "tui": "túi",
        "hop": "hộp",
        "chai": "chai",
        "thung": "thùng",
        "bao": "bao",
    },
    "Khác": {"buc": "bức", "suat": "suất", "sao": "sào (360 m²)", "mau": "mẫu (10 sào)", "ngay_cong": "ngày công"},
}
PACK_UNITS = ("kg", "g", "lang", "lit", "ml", "qua", "cu", "con", "chai", "hop", "tui")


def _id_or_none(value: str | int | None) -> int | None:
    return int(value) if value else None


class AnyAmountField(ValueField):
    """An amount of a unit that another field names: `30`, `0,5`, `30 kg`. Gives thousandths."""

    _WORDS = re.compile(r"\s*[^\W\d]+$")
    _FREE: Unit = replace(unit_of("kg"), step=1)

    def __init__(self, *args: Any, may_be_zero: bool = False, **kwargs: Any) -> None:
        self.may_be_zero = may_be_zero
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> int:
        number = self._WORDS.sub("", text)
        return 0 if self.may_be_zero and number == "0" else parse_quantity(number, self._FREE)

    def show(self, value: int) -> str:
        return typed_number(value)


def typed_number(thousandths: int) -> str:
    """An amount as a field shows it: with no dots between the thousands, which would read back as a decimal point."""
    return format_number(thousandths).replace(".", "")


def check_step(amount: int | None, code: str) -> None:
    """ValidationError where the amount is no whole number of what the unit is sold by."""
    if not amount:
        return
    try:
        parse_quantity(typed_number(amount), unit_of(code))
    except ValueError as error:
        raise ValidationError(str(error)) from error


class KeptPhotoField(ValueField):
    """A picture sent before and kept in storage, named by a signed text, so that a wrong price does not lose it."""

    data: KeptPhoto | None

    def read(self, text: str) -> KeptPhoto | None:
        named, _, signature = text.rpartition(".")
        if not is_signed(KEPT_PHOTO, named, signature):
            return None
        key, width, height = named.split(".")
        return KeptPhoto(key=key, width=int(width), height=int(height)) if pictures.is_kept(key) else None

    def show(self, value: KeptPhoto) -> str:
        named = f"{value.key}.{value.width}.{value.height}"
        return f"{named}.{sign(KEPT_PHOTO, named)}"

    def _value(self) -> str:
        return self.show(self.data) if self.data else ""


class PhotoForm(BaseForm):
    """One picture: from the camera, out of the phone, or kept from the last try. `is_new` after validation says that
    it was kept just now."""

    camera = UploadField("Chụp ảnh")
    photo = UploadField("Chọn ảnh có sẵn")
    kept_photo = KeptPhotoField()
    is_new = False

    def validate_photo(self, field: Field) -> None:
        sent = next((one for one in (self.camera, self.photo) if one.size), None)
        if sent is not None:
            self.kept_photo.data = self._keep(sent)
            self.is_new = True
        elif self.kept_photo.data is None:
            raise ValidationError("Mời chụp hoặc chọn một ảnh của món hàng.")

    def _keep(self, sent: UploadField) -> KeptPhoto:
        try:
            pictures.refuse_heavy(sent.size)
            return pictures.keep(sent.content() or b"")
        except Refused as error:
            raise ValidationError(error.sentence) from error


class ListingForm(BaseForm):
    """What a listing says; `offer_categories` before it is used."""

    name = TextField("Tên hàng", [required("Mời viết tên món hàng."), at_most(100)])
    price = DongField("Giá", [required("Mời viết giá bán.")])
    unit = ChoiceField("Bán theo", choices=UNIT_GROUPS, default="kg")
    category = ChoiceField("Nhóm hàng", coerce=_id_or_none, choices=[])
    description = TextField("Lời tả", [at_most(2000)])
    pack_amount = AnyAmountField("Mỗi túi, hộp có", [optional()])
    pack_unit = ChoiceField(
        "Đơn vị trong gói",
        choices={code: unit_of(code).name for code in PACK_UNITS},
        default="kg",
    )

    def offer_categories(self, choices: Sequence[CategoryChoice]) -> None:
        groups: dict[str, dict[str, str]] = {}
        for one in choices:
            groups.setdefault(one.group, {})[str(one.id)] = one.name
        self.category.choices = {"": "Chợ tự xếp theo tên", **groups}

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

    def validate_name(self, field: Field) -> None:
        if not fold(field.data or ""):
            raise ValidationError("Tên hàng cần có chữ, như: Rau muống.")

    def pack(self) -> tuple[int, str] | None:
        """What is in one unit, where the unit is one that can hold something."""
        of = unit_of(self.unit_code())
        holds_something = of.base == of.code and not of.is_measured
        return (self.pack_amount.data, self.pack_unit.data) if holds_something and self.pack_amount.data else None

    def as_change(self) -> ListingChange:
        pack = self.pack()
        return ListingChange(
            name=self.name.data or "",
            description=self.description.data or "",
            category_id=self.category.data,
            unit=self.unit_code(),
            price=self.price.data,
            pack_amount=pack[0] if pack else None,
            pack_unit=pack[1] if pack else None,
        )


class NewListingForm(PhotoForm, ListingForm):
    amount = AnyAmountField("Số còn để bán", [optional()])
    client_key = HiddenField()

    def validate_amount(self, field: Field) -> None:
        check_step(field.data, self.unit_code())

    def as_new_listing(self, stall_id: int) -> NewListing:
        pack = self.pack()
        if self.kept_photo.data is None:
            raise Refused("Mời chụp hoặc chọn một ảnh của món hàng.")
        return NewListing(
            stall_id=stall_id,
            name=self.name.data or "",
            unit=self.unit_code(),
            price=self.price.data,
            photo=self.kept_photo.data,
            client_key=(self.client_key.data or "")[:64] or None,
            description=self.description.data or "",
            category_id=self.category.data,
            on_hand=self.amount.data,
            pack_amount=pack[0] if pack else None,
            pack_unit=pack[1] if pack else None,
        )


class StockChange(enum.StrEnum):
    """What a typed amount does: replaces what was, is added, is taken away; or the amount is no longer counted."""

    SET = "set"
    PLUS = "plus"
    MINUS = "minus"
    UNCOUNT = "uncount"


class StockForm(BaseForm):
    """An amount left to sell. `was` is what the page showed: where it has changed since, nothing is overwritten."""

    amount = AnyAmountField("Số còn để bán", may_be_zero=True)
    was = AnyAmountField(may_be_zero=True)
    do = HiddenField(default=StockChange.SET)
    variant = HiddenField()
    unit_code = "kg"

    def validate_amount(self, field: Field) -> None:
        if self.change is not StockChange.UNCOUNT and field.data is None and not field.errors:
            raise ValidationError("Mời điền số, như 10 hoặc 0,5.")
        check_step(field.data, self.unit_code)

    @property
    def change(self) -> StockChange:
        try:
            return StockChange(self.do.data or "")
        except ValueError:
            return StockChange.SET

    @property
    def variant_id(self) -> int | None:
        named = self.variant.data or ""
        return int(named) if named.isascii() and named.isdigit() else None


WHY_REFUSED = {
    "Ảnh không rõ hoặc không đúng món": "Ảnh không rõ hoặc không đúng món",
    "Tên hàng chưa rõ là món gì": "Tên hàng chưa rõ là món gì",
    "Giá hoặc đơn vị có vẻ nhầm": "Giá hoặc đơn vị có vẻ nhầm",
    "Món này cần giấy tờ kèm theo": "Món này cần giấy tờ kèm theo",
    "Món này không được phép bán": "Món này không được phép bán",
    "": "Lý do khác, viết bên dưới",
}


class RefusalForm(BaseForm):
    """Why the office says no, in words the seller will read."""

    why = ChoiceField("Lý do", choices=WHY_REFUSED, default="")
    more = TextField("Nói rõ thêm", [at_most(300)])

    def validate_more(self, field: Field) -> None:
        if not self.reason():
            raise ValidationError("Mời chọn hoặc viết lý do, người bán sẽ đọc câu này.")

    def reason(self) -> str:
        """One sentence or two: the chosen reason, then what was written."""
        return ". ".join(part for part in (self.why.data or "", self.more.data or "") if part)
