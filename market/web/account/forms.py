"""Forms of sign-up, sign-in and passwords."""

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import Length

from market.accounts.actions import NewPerson
from market.accounts.rules import PasswordOwner
from market.base.secrets import hash_password
from market.web.base.forms import BaseForm, KnownPhoneField, PhoneField, TextField, at_most, required

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
    tiep = HiddenField()

    def password_owner(self, commune: str) -> PasswordOwner:
        return PasswordOwner(name=self.name.data or "", phone=self.phone.data, commune=commune)

    def as_new_person(self, commune_id: int, checked: frozenset[int]) -> NewPerson:
        """`checked` are the people of the phone whom the password was found not to fit."""
        password = self.password.data or ""
        return NewPerson(
            commune_id=commune_id,
            name=self.name.data or "",
            phone=self.phone.data,
            password=password,
            password_hash=hash_password(password),
            checked=checked,
        )


class SignInForm(BaseForm):
    phone = KnownPhoneField("Số điện thoại", [required("Mời viết số điện thoại.")])
    password = PasswordField("Mật khẩu", [required("Mời viết mật khẩu.")])
    tiep = HiddenField()


class SignOutForm(BaseForm):
    forgets = BooleanField("Máy này nhiều người dùng: ẩn đơn của tôi trên máy")


class PasswordForm(BaseForm):
    old = PasswordField("Mật khẩu đang dùng", [required()])
    new = PasswordField("Mật khẩu mới", [required("Mời đặt mật khẩu."), *LENGTHS])
