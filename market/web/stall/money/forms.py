"""What people type about money."""

from wtforms import HiddenField

from market.base.errors import Refused
from market.payments.actions import NewCardRefund, NewRefund
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
    """What was given back, what the page showed as owed, and the key that names this refund: all come with the button.
    Without `owed` it is all that was shown."""

    amount = TextField("Số tiền", [required("Mời tải lại trang rồi bấm lần nữa.")])
    owed = HiddenField("Phải trả")
    client_key = TextField("Lượt trả", [required("Mời tải lại trang rồi bấm lần nữa.")])

    def as_new_refund(self, order_id: int) -> NewRefund:
        """Refused where the button did not send them."""
        amount, key = self.amount.data or "", self.client_key.data or ""
        owed = self.owed.data or amount
        if not (_is_amount(amount) and _is_amount(owed) and 0 < len(key) <= 60):
            raise Refused("page_outdated", "Chưa ghi trả lại khoản nào. Mời tải lại trang rồi bấm lần nữa.")
        return NewRefund(order_id=order_id, amount=Dong(int(amount)), client_key=key, owed=Dong(int(owed)))


class CardRefundForm(BaseForm):
    """What is to go back to a card, what the page showed as owed, of which card payment, and which refund of it comes
    next: all come with the button."""

    amount = HiddenField("Số tiền")
    owed = HiddenField("Phải trả")
    payment = HiddenField("Lần trả thẻ")
    number = HiddenField("Lượt trả")

    def as_new_card_refund(self, order_id: int) -> NewCardRefund:
        """Refused where the button did not send them."""
        sent = [field.data or "" for field in (self.amount, self.owed, self.payment, self.number)]
        if not all(map(_is_amount, sent)):
            raise Refused("page_outdated", "Chưa gửi trả khoản nào. Mời tải lại trang rồi bấm lần nữa.")
        amount, owed, payment, number = map(int, sent)
        return NewCardRefund(order_id=order_id, payment_id=payment, number=number, amount=Dong(amount), owed=Dong(owed))


def _is_amount(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
