"""Forms of a stall's answer to an order, and of its hand-over."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from flask import request
from wtforms import BooleanField, Field, SelectMultipleField, ValidationError

from market.base.errors import Refused
from market.orders.actions.sending import SentOff
from market.orders.models import OrderLine
from market.orders.rules.changes import name_of
from market.orders.rules.weighing import SCALE
from market.places.rules.hours import Slot
from market.values.quantity import Unit, parse_quantity, typed_number, unit
from market.web.base.forms import BaseForm, KeyField, OneOf, PhoneField, TextField, at_most, optional, required

WHY = {
    "xa": "Nơi nhận xa, chưa giao được",
    "khong_kip": "Chưa kịp làm hàng cho ngày này",
    "chua_co": "Hàng chưa thu hoạch được",
    "khong_gap": "Gọi mà chưa gặp được khách",
}


class DeclineForm(BaseForm):
    """Why a stall cannot deliver: one of the common reasons, or its own words. What there is none left of, it says by
    another form, because that stops its sale."""

    why = OneOf("Vì sao", choices=WHY, validators=[optional()])
    reason = TextField("Lý do khác", [at_most(120)])

    def validate_reason(self, field: Field) -> None:
        if not (field.data or self.why.data or field.errors):
            raise ValidationError("Mời chọn một lý do, hoặc viết lý do của bạn. Khách đọc được câu này.")

    def sentence(self) -> str:
        """The person's own words before the ready ones."""
        return self.reason.data or WHY[self.why.data]


class SoldOutForm(BaseForm):
    """Which of an order's goods are gone, by the ids of their variants; `offer` before it is used."""

    goods = SelectMultipleField("Món nào đã hết", coerce=int)

    def offer(self, lines: Sequence[OrderLine]) -> None:
        names = {line.variant_id: f"{line.product_name} {line.variant_label}".strip() for line in lines}
        self.goods.choices = list(names.items())

    def validate_goods(self, field: Field) -> None:
        if not field.data and not field.errors:
            raise ValidationError("Mời chọn món nào đã hết.")

    def chosen(self) -> frozenset[int]:
        return frozenset(self.goods.data or ())


class LessForm(BaseForm):
    """How much is left for an order of each of its lines, as typed in fields `con-<line>`; `read_request` first."""

    stops = BooleanField("Món báo thiếu thì ngừng bán cho khách khác", default=True)
    typed: Mapping[str, str] = {}

    def read_request(self) -> None:
        self.typed = {name: text for name, text in request.form.items() if name.startswith("con-")}

    def shown(self, line: OrderLine) -> str:
        """What the line's field shows: what was typed, else all that was ordered."""
        return self.typed.get(f"con-{line.id}", typed_number(line.amount))

    def unit_of(self, line: OrderLine) -> str:
        return unit(line.unit).name

    def left(self, lines: Sequence[OrderLine]) -> dict[int, int]:
        """Line -> what is left of it (thousandths). Refused where one of them cannot be read."""
        return {line.id: _left(line, self.shown(line)) for line in lines}


def _left(line: OrderLine, text: str) -> int:
    if text.strip() == "0":
        return 0
    try:
        return parse_quantity(text, unit(line.unit))
    except ValueError as error:
        raise Refused("bad_amount", f"{name_of(line)}: {error} Chưa ghi gì cả, số bạn gõ còn ở dưới.") from error


class ShareForm(BaseForm):
    """How much there is to share out among orders, in a unit: as the page's address says it, or as it was posted."""

    con = TextField("Thực có để chia", [required("Mời viết đang có bao nhiêu.")])
    stops = BooleanField("Ngừng bán món này cho khách khác", default=True)
    client_key = KeyField()
    unit: Unit

    @classmethod
    def of_page(cls, of: Unit) -> Self:
        form = cls.of_request(data={"con": request.args.get("con", "")[:20]})
        form.unit = of
        return form

    def validate_con(self, field: Field) -> None:
        if self.there is None and not field.errors:
            raise ValidationError(f"Chưa đọc được số. Viết như 30 hoặc 2,5 ({self.unit.name}).")

    @property
    def there(self) -> int | None:
        """In thousandths; None while nothing that reads as an amount is typed."""
        text = (self.con.data or "").strip()
        try:
            return 0 if text == "0" else parse_quantity(text, self.unit)
        except ValueError:
            return None


class SentOffForm(BaseForm):
    """With whom an order went out of the commune."""

    carrier = TextField("Nhà xe hoặc nơi chuyển phát", [required("Mời viết gửi qua đâu."), at_most(80)])
    bill_number = TextField("Số vận đơn, số phiếu gửi", [at_most(40)])
    driver_phone = PhoneField("Số máy tài xế, nhà xe", [optional()])

    def sent(self) -> SentOff:
        return SentOff(
            carrier=self.carrier.data or "",
            bill_number=self.bill_number.data or None,
            driver_phone=self.driver_phone.data,
        )


class WeighForm(BaseForm):
    """What each line of an order weighs that is sold so, as typed in fields `can-<line>`; `read_request` first."""

    typed: Mapping[str, str] = {}

    def read_request(self) -> None:
        self.typed = {name: text for name, text in request.form.items() if name.startswith("can-")}

    def shown(self, line: OrderLine) -> str:
        """What the line's field shows: what was typed, else what it weighed before; nobody reads a scale for it."""
        return self.typed.get(f"can-{line.id}", "" if line.is_to_weigh else typed_number(line.amount))

    def weights(self, lines: Sequence[OrderLine]) -> dict[int, int]:
        """Line -> what it weighs (thousandths of a kilo). Refused where one of them cannot be read."""
        return {line.id: _weight(line, self.shown(line)) for line in lines}


_SCALE = replace(unit("kg"), step=SCALE)


def _weight(line: OrderLine, text: str) -> int:
    try:
        return parse_quantity(re.sub(r"(?i)\s*kg$", "", text.strip()), _SCALE)
    except ValueError as error:
        raise Refused("bad_weight", f"{name_of(line)}: {error} Chưa ghi gì cả, số bạn gõ còn ở dưới.") from error


FATES = {"con": "Còn bán được, cho về lại gian", "hong": "Đã hỏng, không bán nữa"}


class FateForm(BaseForm):
    """What becomes of one of the goods that nobody fetched."""

    fate = OneOf("Món này", choices=FATES, validators=[required("Mời chọn: còn bán được hay đã hỏng.")])


class NoShowForm(BaseForm):
    """What becomes of each of the goods of an order that nobody came for, by their variants. Nothing is chosen for
    the stall."""

    goods: tuple[FateForm, ...] = ()
    variants: tuple[int, ...] = ()

    @classmethod
    def of_order(cls, lines: Sequence[OrderLine]) -> Self:
        form = cls.of_request()
        named = {line.variant_id: f"{line.product_name} {line.variant_label}".strip() for line in lines}
        form.variants = tuple(named)
        form.goods = tuple(FateForm.of_request(prefix=f"mon{variant_id}-") for variant_id in named)
        for one, name in zip(form.goods, named.values(), strict=True):
            one.fate.label.text = name
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        own = super().validate(extra_validators)
        return all([own, *(one.validate() for one in self.goods)])

    @property
    def errors(self) -> dict[str, Any]:
        """What is wrong, each of the goods included."""
        wrong: dict[str, Any] = dict(super().errors)
        for variant_id, one in zip(self.variants, self.goods, strict=True):
            wrong |= {f"{variant_id}-{name}": errors for name, errors in one.errors.items()}
        return wrong

    def spoiled(self) -> frozenset[int]:
        pairs = zip(self.variants, self.goods, strict=True)
        return frozenset(variant_id for variant_id, one in pairs if one.fate.data == "hong")


class MoveSlotForm(BaseForm):
    slot = OneOf("Hẹn khách đến lấy buổi nào?", choices={}, validate_choice=False)

    @classmethod
    def of_slots(cls, slots: Sequence[Slot]) -> Self:
        form = cls.of_request()
        form.slot.choices = {one.value: one.title for one in slots}
        return form

    def validate_slot(self, field: OneOf) -> None:
        if field.data not in [value for value, *_ in field.iter_choices()]:
            raise ValidationError("Mời chọn một buổi còn chỗ.")


CASH = {"co": "Tôi đã nhận đủ tiền", "ghi_no": "Ghi nợ (mua chịu)", "khong": "Chưa nhận tiền lần này"}


class HandOverForm(BaseForm):
    """The buyer's hand-over code, and whether cash was taken."""

    cash = OneOf(
        "Tiền hàng",
        choices=CASH,
    )
    how = OneOf(
        "Mã nhận hàng của khách", choices={"co_ma": "Khách đưa mã", "khong_ma": "Giao không có mã"}, default="co_ma"
    )
    shown = TextField("4 ký tự khách đọc", [at_most(40)])

    def allow_credit(self, *, is_on_receipt: bool) -> None:
        """What is to be transferred before it is handed over goes on no credit."""
        if not is_on_receipt:
            self.cash.choices = [one for one in CASH.items() if one[0] != "ghi_no"]

    def ask_for_cash(self, *, is_owed: bool) -> None:
        """Whether cash was taken must be said only where money is still owed."""
        self.cash.validators = [required("Mời chọn đã nhận tiền hay chưa.") if is_owed else optional()]

    def code(self) -> str | None:
        """What the buyer showed; None for a hand-over without it."""
        return (self.shown.data or "") if self.how.data == "co_ma" else None

    @property
    def has_cash(self) -> bool:
        return bool(self.cash.data == "co")

    @property
    def is_on_credit(self) -> bool:
        return bool(self.cash.data == "ghi_no")
