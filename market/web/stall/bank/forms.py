"""Forms of where a stall is paid."""

from wtforms import BooleanField
from wtforms.validators import Length, ValidationError

from market.base.ports import SettingField
from market.payments.ports import BankProvider
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
    """What a provider of bank notices asks of the seller; `connect_form` adds that provider's fields."""

    def as_new_connection(self, business_id: int, provider: BankProvider, seen: str) -> NewConnection:
        credentials = {one.name: self[_name(one)].data or "" for one in provider.fields}
        return NewConnection(business_id=business_id, provider=provider.name, credentials=credentials, seen=seen)


def connect_form(provider: BankProvider) -> type[ConnectForm]:
    """The form of one provider, its fields in its order."""
    return type("ConnectForm", (ConnectForm,), {_name(one): _field(one) for one in provider.fields})


def _name(asked: SettingField) -> str:
    """The field's name in the form and on the page: a provider's own may be anything that a form or a page has."""
    return f"connect-{asked.name}"


def _field(asked: SettingField) -> TextField:
    called = asked.called[:1].upper() + asked.called[1:]
    long_enough = Length(min=asked.least, message=f"{called} dài từ {asked.least} ký tự.")
    checks = [required(f"Mời dán {asked.called}."), long_enough, at_most(asked.most)]
    return TextField(asked.label, checks, description=asked.hint)
