"""Every part of the pages on one page, in development."""

from flask import render_template
from wtforms import BooleanField, PasswordField, StringField, TextAreaField

from market.base.config import current_settings
from market.base.errors import NotFound
from market.web.base.forms import BaseForm, ChoiceField, OneOf, UploadField
from market.web.base.web import Page
from market.web.shop.blueprint import blueprint


class PartsForm(BaseForm):
    """One field of each kind."""

    name = StringField("Tên hàng")
    price = StringField("Giá")
    story = TextAreaField("Mô tả")
    unit = ChoiceField("Bán theo", choices={"kg": "kg (cân)", "mo": "mớ"})
    pay = OneOf("Trả tiền", choices={"khi_nhan": "Trả khi nhận", "chuyen_khoan": "Chuyển khoản"})
    agrees = BooleanField("Tôi đồng ý với điều khoản của chợ")
    secret = PasswordField("Mật khẩu")
    photo = UploadField("Ảnh")


@blueprint.get("/_parts")
def parts() -> Page:
    if current_settings().is_production:
        raise NotFound
    form = PartsForm(data={"name": "Rươi tươi bãi Bình Lãng, vớt sáng nay"})
    form.price.errors = ["Chưa đọc được số tiền này. Viết như 35.000, 35k hoặc 1tr2."]
    form.refusal = "Ảnh chưa gửi được vì mất mạng. Những gì bạn đã điền vẫn còn nguyên."
    return render_template("shop/parts/parts.html", form=form)
