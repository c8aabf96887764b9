"""What people type about money."""

from wtforms import HiddenField

from market.base.errors import Refused
from market.payments.actions import NewRefund
from market.values.codes import parse_order_code
from market.values.money import Dong
from market.web.base.forms import BaseForm, TextField, required


class OrderCodeForm(BaseForm):
    """The order that money is for, by its code however typed; `offered` is sent with a code that the page suggested."""

    code = TextField("Mã đơn", [required("Mời điền mã đơn.")])
    offered = HiddenField("Đơn chợ gợi ý")

    def order_code(self, letters: str) -> str:
        """The code as it is written; Refused with the reason where it is none."""
        try:
            return parse_order_code(self.code.data or "", letters)
        except ValueError as error:
            raise Refused("bad_file", str(error)) from error


class RefundForm(BaseForm):
    """What the page showed as owed back, and the key that names this refund. Both come with the button."""

    amount = TextField("Số tiền", [required("Mời tải lại trang rồi bấm lần nữa.")])
    client_key = TextField("Lượt trả", [required("Mời tải lại trang rồi bấm lần nữa.")])

    def as_new_refund(self, order_id: int) -> NewRefund:
        """Refused where the button did not send both."""
        amount, key = self.amount.data or "", self.client_key.data or ""
        if not (amount.isascii() and amount.isdigit() and len(amount) < 16 and 0 < len(key) <= 60):
            raise Refused("page_outdated", "Chưa ghi trả lại khoản nào. Mời tải lại trang rồi bấm lần nữa.")
        return NewRefund(order_id=order_id, amount=Dong(int(amount)), client_key=key)
