"""Forms of sign-up, sign-in and passwords."""

from collections.abc import Iterable

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import Length

from market.accounts.actions import NewPerson
from market.accounts.rules import PasswordOwner, called
from market.base.secrets import hash_password
from market.web.base.forms import (
    BaseForm,
    KeyField,
    KnownPhoneField,
    OneOf,
    PhoneField,
    TextField,
    at_most,
    required,
)

LENGTHS = (
    Length(min=8, message="Mật khẩu cần từ 8 ký tự trở lên."),
    Length(max=200, message="Mật khẩu dài quá 200 ký tự. Mời đặt ngắn hơn."),
)


class SignUpForm(BaseForm):
    name = TextField("Họ và tên", [required("Mời viết họ và tên."), at_most(80)])
    phone = PhoneField("Số điện thoại", [required("Mời viết số điện thoại.")])
    password = PasswordField("Mật khẩu", [required("Mời đặt mật khẩu."), *LENGTHS])
    agrees = BooleanField(
        "Tôi đồng ý với điều khoản và cách chợ giữ thông tin", [required("Cần bạn đồng ý với điều khoản.")]
    )
    client_key = KeyField()
    tiep = HiddenField()

    def password_owner(self, commune: str) -> PasswordOwner:
        return PasswordOwner(name=self.name.data or "", phone=self.phone.data, commune=commune)

    def as_new_person(self, commune_id: int, *, is_vouched: bool) -> NewPerson:
        password = self.password.data or ""
        return NewPerson(
            commune_id=commune_id,
            name=self.name.data or "",
            phone=self.phone.data,
            password_hash=hash_password(password),
            client_key=self.client_key.data,
            is_vouched=is_vouched,
        )


SOMEBODY_ELSE = ""


class SignInForm(BaseForm):
    """`who` is offered where several people have signed in on this device; `name` tells people of one phone apart."""

    who = OneOf("Ai trong nhà?", choices=[], default=SOMEBODY_ELSE, validate_choice=False)
    name = TextField("Tên của bạn", [at_most(80)])
    phone = KnownPhoneField("Số điện thoại", [required("Mời viết số điện thoại.")])
    password = PasswordField("Mật khẩu", [required("Mời viết mật khẩu.")])
    tiep = HiddenField()

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Whom the device knows, by what they are called at home."""
        listed = list(people)
        names = called([name for _, name in listed])
        if len(listed) > 1:
            self.who.choices = [*((str(one), names[name]) for one, name in listed), (SOMEBODY_ELSE, "Người khác")]

    def chosen(self) -> int | None:
        return int(self.who.data) if (self.who.data or "").isdecimal() else None


class SignOutForm(BaseForm):
    forgets = BooleanField("Máy này nhiều người dùng: ẩn đơn của tôi trên máy")


class PasswordForm(BaseForm):
    old = PasswordField("Mật khẩu đang dùng", [required()])
    new = PasswordField("Mật khẩu mới", [required("Mời đặt mật khẩu."), *LENGTHS])
