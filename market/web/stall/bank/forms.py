"""Forms of where a stall is paid."""

from wtforms.validators import Length

from market.base.ports import SettingField
from market.payments.actions import NewAccess
from market.payments.ports import BankProvider, TransferLookup
from market.sellers.actions import NewConnection
from market.values.phone import Phone
from market.web.base.forms import BaseForm, PhoneField, TextField, at_most, optional, required
from market.web.base.receiving import BankForm
from market.web.base.stepping import OwnPasswordField


class OwnBankForm(BankForm):
    """As a member fills it in."""

    family_phone = PhoneField("Số điện thoại của người nhà", [optional()])
    own_password = OwnPasswordField()

    def family_member_phone(self) -> Phone | None:
        phone: Phone | None = self.family_phone.data if self.is_family.data else None
        return phone


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
