"""Forms of where a stall is paid."""

from wtforms import BooleanField
from wtforms.validators import Length, ValidationError

from market.sellers.actions import NewBankAccount, NewConnection
from market.sellers.rules import BANKS, account_number, holder_name
from market.web.base.forms import BaseForm, ChoiceField, TextField, ValueField, at_most, required


class AccountField(ValueField):
    """A bank account number, separators dropped."""

    def read(self, text: str) -> str:
        return account_number(text)


class BankForm(BaseForm):
    bin = ChoiceField("Ngân hàng", choices={"": "Chọn ngân hàng"} | {one.bin: one.short_name for one in BANKS.values()})
    number = AccountField("Số tài khoản", [required("Mời viết số tài khoản.")])
    holder = TextField("Tên chủ tài khoản", [required("Mời viết tên chủ tài khoản."), at_most(80)])
    is_family = BooleanField("Đây là tài khoản của người nhà")
    family_consent = TextField("Người nhà nào, đã đồng ý ra sao", [at_most(200)])

    def validate_bin(self, field: ChoiceField) -> None:
        if not field.data:
            raise ValidationError("Mời chọn ngân hàng.")

    def as_new_bank_account(self, business_id: int, seen: str) -> NewBankAccount:
        return NewBankAccount(
            business_id=business_id,
            bin=self.bin.data,
            number=self.number.data,
            holder=holder_name(self.holder.data or ""),
            is_family=self.is_family.data,
            family_consent=self.family_consent.data or None,
            seen=seen,
        )


class ConnectForm(BaseForm):
    secret = TextField(
        "Khóa bí mật SePay cho bạn",
        [required("Mời dán khóa bí mật."), Length(min=8, max=200, message="Khóa bí mật dài từ 8 ký tự.")],
    )

    def as_new_connection(self, business_id: int) -> NewConnection:
        credentials = {"secret": self.secret.data or ""}
        return NewConnection(business_id=business_id, provider="sepay", credentials=credentials)
