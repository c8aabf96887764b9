"""Forms by which a keeper writes down which orders came, and whose buyers took theirs."""

from collections.abc import Sequence

from wtforms import HiddenField, SelectMultipleField, ValidationError

from market.orders.queries.pickups import ROUND
from market.web.base.forms import BaseForm, TextField, at_most, required


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


class FetchedForm(OrdersForm):
    key = TextField("4 ký tự khách đọc", [required("Mời hỏi khách 4 ký tự dưới mã QR của đơn."), at_most(40)])
