"""The form of the account a business is paid into: its members fill it in, or an officer by a paper."""

from collections.abc import Iterator
from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from market.base import clock
from market.sellers.actions import NewBankAccount
from market.sellers.rules import BANKS, account_number, bank_choices, holder_name, reason_against_account
from market.values.period import local_day
from market.values.phone import Phone
from market.web.base.forms import BaseForm, ChoiceField, TextField, ValueField, at_most, required


class AccountField(ValueField):
    """A bank account number, separators dropped."""

    def read(self, text: str) -> str:
        return account_number(text)


class BankField(ChoiceField):
    """A bank, by any of the names that people know it by; which of them was tapped is not asked: what comes back is
    chosen by its name of now."""

    def iter_choices(self) -> Iterator[Any]:
        choice: Any
        for choice in super().iter_choices():
            is_other_name = choice.value in BANKS and choice.label != BANKS[choice.value].short_name
            yield choice._replace(selected=False) if is_other_name else choice

    def pre_validate(self, form: Any) -> None:
        if self.data in BANKS and (reason := reason_against_account(self.data, "", local_day(clock.now()))):
            raise ValidationError(reason)
        super().pre_validate(form)


def _choices() -> list[tuple[str, str]]:
    return [("", "Chọn ngân hàng"), *bank_choices(local_day(clock.now()))]


class BankForm(BaseForm):
    bin = BankField("Ngân hàng", choices=_choices)
    number = AccountField("Số tài khoản", [required("Mời viết số tài khoản.")])
    holder = TextField("Tên chủ tài khoản", [required("Mời viết tên chủ tài khoản."), at_most(80)])
    is_family = BooleanField("Đây là tài khoản của người nhà")

    def validate_bin(self, field: ChoiceField) -> None:
        if not field.data:
            raise ValidationError("Mời chọn ngân hàng.")

    def validate_number(self, field: AccountField) -> None:
        if reason := reason_against_account(self.bin.data or "", field.data or "", local_day(clock.now())):
            raise ValidationError(reason)

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
