"""Where a buyer wants an order's money back."""

from wtforms.validators import ValidationError

from market.base import clock
from market.payments.actions import NewRefundAccount
from market.sellers.rules import bank_choices, holder_name, reason_against_account
from market.values.period import local_day
from market.web.base.forms import BaseForm, ChoiceField, TextField, at_most, required
from market.web.base.receiving import AccountField, BankField


def _choices() -> list[tuple[str, str]]:
    return [("", "Chọn ngân hàng"), *bank_choices(local_day(clock.now()))]


class RefundAccountForm(BaseForm):
    bin = BankField("Ngân hàng của bạn", choices=_choices)
    number = AccountField("Số tài khoản", [required("Mời viết số tài khoản.")])
    holder = TextField("Tên chủ tài khoản", [required("Mời viết tên chủ tài khoản."), at_most(80)])

    def validate_bin(self, field: ChoiceField) -> None:
        if not field.data:
            raise ValidationError("Mời chọn ngân hàng.")

    def validate_number(self, field: AccountField) -> None:
        if reason := reason_against_account(self.bin.data or "", field.data or "", local_day(clock.now())):
            raise ValidationError(reason)

    def as_new_account(self) -> NewRefundAccount:
        return NewRefundAccount(bin=self.bin.data, number=self.number.data, holder=holder_name(self.holder.data or ""))
