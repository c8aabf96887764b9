"""The form of a card gateway's keys."""

from wtforms import Field, ValidationError

from market.payments.actions import NewCardKeys
from market.payments.rules.cards import is_hook_secret, is_secret_key, is_test_key
from market.web.base.forms import BaseForm, TextField
from market.web.base.stepping import OwnPasswordField


class CardKeysForm(BaseForm):
    """A stall's two keys at the card gateway. `are_kept`: an empty field keeps what is there."""

    secret_key = TextField("Khóa riêng")
    hook_secret = TextField("Khóa báo tin")
    own_password = OwnPasswordField()
    are_kept = False
    takes_test_keys = True

    def validate_secret_key(self, field: Field) -> None:
        if not field.data:
            self._must_be_kept("Mời dán khóa riêng.")
        elif not is_secret_key(field.data):
            raise ValidationError("Khóa riêng bắt đầu bằng sk_ hoặc rk_. Mời chép lại cho đủ, không thừa dấu cách.")
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

    def as_new_card_keys(self, stall_id: int, seen: str) -> NewCardKeys:
        return NewCardKeys(
            stall_id=stall_id,
            seen=seen,
            secret_key=self.secret_key.data or None,
            hook_secret=self.hook_secret.data or None,
        )
