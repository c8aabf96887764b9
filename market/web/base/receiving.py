"""The form of the account a business is paid into: its members fill it in, or an officer by a paper."""

from wtforms import BooleanField
from wtforms.validators import ValidationError

from market.sellers.actions import NewBankAccount
from market.sellers.rules import BANKS, account_number, holder_name
from market.values.phone import Phone
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

    def validate_bin(self, field: ChoiceField) -> None:
        if not field.data:
            raise ValidationError("Mời chọn ngân hàng.")

    def family_member_phone(self) -> Phone | None:
        """Of the family member who will agree, where the form asks for it."""
        return None

    def as_new_bank_account(self, business_id: int, seen: str) -> NewBankAccount:
        return NewBankAccount(
            business_id=business_id,
            bin=self.bin.data,
            number=self.number.data,
            holder=holder_name(self.holder.data or ""),
            is_family=self.is_family.data,
            family_phone=self.family_member_phone(),
            seen=seen,
        )
