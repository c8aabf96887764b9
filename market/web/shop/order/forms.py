"""Forms that open an order."""

from collections.abc import Sequence

from market.orders.models import OrderLine
from market.orders.rules.changes import name_of
from market.values.codes import parse_order_code
from market.values.quantity import format_quantity, unit
from market.values.text import half_width
from market.web.base.forms import BaseForm, OneOf, TextField, at_most, optional, required


class UnlockForm(BaseForm):
    """The last four digits of the buyer's phone."""

    last4 = TextField("4 số cuối điện thoại đặt hàng", [required("Mời điền 4 số cuối."), at_most(8)])

    def digits(self) -> str | None:
        """Exactly four digits; None for anything else."""
        digits = half_width(self.last4.data or "").strip()
        return digits if len(digits) == 4 and digits.isascii() and digits.isdigit() else None


class FindForm(BaseForm):
    """An order's code, as read from a message or a receipt."""

    ma = TextField("Mã đơn", [required("Mời điền mã đơn, 9 chữ và số như trên biên nhận."), at_most(20)])

    def code(self, letters: str) -> str:
        """The order's code; ValueError with a sentence where it is none."""
        return parse_order_code(self.ma.data or "", letters)


class DropLineForm(BaseForm):
    """Which line of an order its buyer does not want any more, and why; `offer` before it is used."""

    line = OneOf("Bỏ món nào", choices={}, validators=[required("Mời chọn món muốn bỏ.")])
    reason = TextField("Vì sao", [optional(), at_most(120)])

    def offer(self, lines: Sequence[OrderLine]) -> None:
        names = {str(one.id): f"{name_of(one)}, {format_quantity(one.amount, unit(one.unit))}" for one in lines}
        self.line.choices = list(names.items())
