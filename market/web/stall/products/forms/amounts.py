"""Amounts as they are typed: the units goods are sold by, what is left to sell."""

import enum
import re
from dataclasses import replace
from typing import Any, Self

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, ValidationError

from market.values.quantity import Unit, parse_quantity, typed_number
from market.values.quantity import unit as unit_of
from market.web.base.forms import BaseForm, KeyField, ValueField

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


class AnyAmountField(ValueField):
    """An amount of a unit that another field names: `30`, `0,5`, `30 kg`. Returns thousandths."""

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


def check_step(amount: int | None, code: str) -> None:
    """ValidationError where the amount is no whole number of what the unit is sold by."""
    if not amount or not code:
        return
    try:
        parse_quantity(typed_number(amount), unit_of(code))
    except ValueError as error:
        raise ValidationError(str(error)) from error


class StockChange(enum.StrEnum):
    """What a typed amount does: replaces what was, is added, is taken away; or the amount is no longer counted."""

    SET = "set"
    PLUS = "plus"
    MINUS = "minus"
    UNCOUNT = "uncount"


class StockForm(BaseForm):
    """An amount left to sell."""

    amount = AnyAmountField("Số còn để bán", may_be_zero=True)
    do = HiddenField(default=StockChange.SET)
    variant = HiddenField()
    client_key = KeyField()
    unit_code = "kg"

    def validate_amount(self, field: Field) -> None:
        if self.change is not StockChange.UNCOUNT and field.data is None and not field.errors:
            raise ValidationError("Mời điền số, như 10 hoặc 0,5.")
        check_step(field.data, self.unit_code)

    @classmethod
    def of_request(cls, **kwargs: Any) -> Self:
        """The form as posted. In a list an amount's field is named after the number it was typed over
        (`amount-20000`), so that no browser puts it back over another one."""
        form = super().of_request(**kwargs)
        over = [text for name, text in request.form.items() if name.startswith("amount-")]
        if form.is_posted and over and "amount" not in request.form:
            form.amount.process(MultiDict({"amount": over[0]}))
        return form

    @property
    def is_said(self) -> bool:
        """Whether something was said of the amount; a field left empty says nothing."""
        return self.is_posted and bool((self.amount.raw_data or [""])[0].strip() or self.change is not StockChange.SET)

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
