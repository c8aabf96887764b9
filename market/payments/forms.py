"""What people type about money."""

from wtforms import Field, ValidationError

from market.base.errors import Refused
from market.base.forms import BaseForm, TextField, required
from market.payments.actions import NewCardKeys, NewRefund
from market.payments.rules.cards import is_hook_secret, is_secret_key, is_test_key
from market.values.codes import parse_order_code
from market.values.money import Dong


class OrderCodeForm(BaseForm):
    """The order that money is for, by its code however typed."""

    code = TextField("Mã đơn", [required("Mời điền mã đơn.")])

    def order_code(self, letters: str) -> str:
        """The code as it is written; Refused with the reason where it is none."""
        try:
            return parse_order_code(self.code.data or "", letters)
        except ValueError as error:
            raise Refused(str(error)) from error


class RefundForm(BaseForm):
    """What the page showed as owed back, and the key that names this refund. Both come with the button."""

    amount = TextField("Số tiền", [required("Mời tải lại trang rồi bấm lần nữa.")])
    client_key = TextField("Lượt trả", [required("Mời tải lại trang rồi bấm lần nữa.")])

    def as_new_refund(self, order_id: int) -> NewRefund:
        """Refused where the button did not send both."""
        amount, key = self.amount.data or "", self.client_key.data or ""
        if not (amount.isascii() and amount.isdigit() and len(amount) < 16 and 0 < len(key) <= 60):
            raise Refused("Chưa ghi trả lại khoản nào. Mời tải lại trang rồi bấm lần nữa.")
        return NewRefund(order_id=order_id, amount=Dong(int(amount)), client_key=key)


class CardKeysForm(BaseForm):
    """A stall's two keys at the card gateway. `are_kept`: an empty field keeps what is there."""

    secret_key = TextField("Khóa bí mật (Secret key)")
    hook_secret = TextField("Khóa báo tin (Signing secret)")
    are_kept = False
    takes_test_keys = True

    def validate_secret_key(self, field: Field) -> None:
        if not field.data:
            self._must_be_kept("Mời dán khóa bí mật.")
        elif not is_secret_key(field.data):
            raise ValidationError("Khóa bí mật bắt đầu bằng sk_ hoặc rk_. Mời chép lại cho đủ, không thừa dấu cách.")
        elif is_test_key(field.data) and not self.takes_test_keys:
            raise ValidationError("Đây là khóa thử, khách trả sẽ không có tiền thật. Mời dán khóa thật (sk_live_…).")

    def validate_hook_secret(self, field: Field) -> None:
        if not field.data:
            self._must_be_kept("Mời dán khóa báo tin.")
        elif not is_hook_secret(field.data):
            raise ValidationError("Khóa báo tin bắt đầu bằng whsec_. Mời chép lại cho đủ, không thừa dấu cách.")

    def _must_be_kept(self, sentence: str) -> None:
        if not self.are_kept:
            raise ValidationError(sentence)

    def as_new_card_keys(self, stall_id: int) -> NewCardKeys:
        return NewCardKeys(
            stall_id=stall_id,
            secret_key=self.secret_key.data or None,
            hook_secret=self.hook_secret.data or None,
        )
