"""Forms by which a keeper writes down which orders came, and whose buyers took theirs."""

from collections.abc import Mapping, Sequence
from typing import Self

from flask import request
from wtforms import HiddenField, SelectMultipleField, ValidationError

from market.orders.queries.pickups import ROUND, PickupLine, PickupShare, PickupsOfStall, shares_at, sums_of
from market.values.quantity import parse_quantity, unit
from market.web.base.forms import BaseForm, ChoiceField, TextField, at_most, required


class OrdersForm(BaseForm):
    """Some of the orders that a page showed: those ticked, or all of them by one button (`whole`). Which a page showed
    comes with it, so that one that came since is never taken for one that was looked at."""

    shown = HiddenField()
    ticked = SelectMultipleField("Những đơn được đánh dấu", choices=[], validate_choice=False)
    whole = HiddenField()

    def show(self, codes: Sequence[str]) -> None:
        self.shown.data = ",".join(codes)

    @property
    def codes(self) -> list[str]:
        """The codes of the orders it is about, as they were sent."""
        codes: list[str] = (self.shown.data or "").split(",") if self.whole.data else self.ticked.data or []
        return [code for code in codes if code][:ROUND]

    def validate_ticked(self, field: SelectMultipleField) -> None:
        if not self.codes:
            raise ValidationError("Mời đánh dấu ít nhất một đơn. Chưa ghi gì cả.")


class FindBuyerForm(BaseForm):
    """Whom a keeper looks for, from the address."""

    tim = TextField("Tìm khách")


class ShortForm(BaseForm):
    """Of which stall's goods how much has come, from the address: who then gets how much. Nothing is written down."""

    mon = ChoiceField("Món nào thiếu", choices={}, validate_choice=False)
    co = TextField("Về được bao nhiêu")
    goods: Mapping[str, tuple[PickupsOfStall, PickupLine]] = {}

    @classmethod
    def of_address(cls, stalls: Sequence[PickupsOfStall]) -> Self:
        form = cls(data={"mon": request.args.get("mon", ""), "co": request.args.get("co", "")[:20]})
        every = [(stall, line) for stall in stalls for line in sums_of(stall.orders)]
        form.goods = {f"{stall.slug}|{line.name}|{line.unit}": (stall, line) for stall, line in every}
        named = {value: f"{line.words}, {stall.name}" for value, (stall, line) in form.goods.items()}
        form.mon.choices = {"": "Chọn món", **named}
        return form

    @property
    def shares(self) -> list[PickupShare]:
        """Empty while it is not said of which goods how much has come."""
        chosen, text = self.goods.get(self.mon.data or ""), (self.co.data or "").strip()
        if chosen is None or not text:
            return []
        stall, line = chosen
        try:
            there = 0 if text == "0" else parse_quantity(text, unit(line.unit))
        except ValueError as error:
            self.co.errors = [str(error)]
            return []
        return shares_at(stall.orders, line, there)


class FetchedForm(OrdersForm):
    key = TextField("4 ký tự khách đọc", [required("Mời hỏi khách 4 ký tự dưới mã QR của đơn."), at_most(40)])
