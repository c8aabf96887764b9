"""Forms of where a stall is paid."""

from wtforms import BooleanField
from wtforms.validators import Length, ValidationError

from market.base.ports import SettingField
from market.payments.actions import NewAccess
from market.payments.ports import BankProvider, TransferLookup
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
        credentials = {one.name: self[_name("connect", one)].data or "" for one in provider.fields}
        return NewConnection(business_id=business_id, provider=provider.name, credentials=credentials, seen=seen)


def connect_form(provider: BankProvider) -> type[ConnectForm]:
    """The form of one provider, its fields in its order."""
    return type("ConnectForm", (ConnectForm,), {_name("connect", one): _field(one) for one in provider.fields})


class AccessForm(BaseForm):
    """What a seller enters so that her provider may be asked; `access_form` adds that provider's fields."""

    def as_new_access(self, business_id: int, lookup: TransferLookup, seen: str) -> NewAccess:
        access = {one.name: self[_name("access", one)].data or "" for one in lookup.fields}
        return NewAccess(business_id=business_id, access=access, seen=seen)


def access_form(lookup: TransferLookup | None) -> type[AccessForm]:
    """The form of one provider, without fields where it cannot be asked."""
    fields = lookup.fields if lookup else ()
    return type("AccessForm", (AccessForm,), {_name("access", one): _field(one) for one in fields})


def _name(what: str, asked: SettingField) -> str:
    """The field's name in the form and on the page: a provider's own may be anything that a form or a page has."""
    return f"{what}-{asked.name}"


def _field(asked: SettingField) -> TextField:
    called = asked.called[:1].upper() + asked.called[1:]
    long_enough = Length(min=asked.least, message=f"{called} dài từ {asked.least} ký tự.")
    checks = [required(f"Mời dán {asked.called}."), long_enough, at_most(asked.most)]
    return TextField(asked.label, checks, description=asked.hint)
