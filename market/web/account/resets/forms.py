"""Forms of a password reset."""

from wtforms import PasswordField

from market.accounts.actions import ResetPassword
from market.base.secrets import hash_password
from market.web.account.forms import LENGTHS
from market.web.base.forms import BaseForm, TextField, at_most, required


class SlipForm(BaseForm):
    code = TextField("Mã trên phiếu", [required("Mời gõ mã trên phiếu."), at_most(40)])


class ResetForm(BaseForm):
    new = PasswordField("Mật khẩu mới", [required("Mời đặt mật khẩu."), *LENGTHS])

    def as_reset(self, commune: str) -> ResetPassword:
        password = self.new.data or ""
        return ResetPassword(password=password, password_hash=hash_password(password), commune=commune)
