"""The form in which an office says what its commune is."""

from typing import Self

from wtforms import TextAreaField

from market.base.errors import Refused
from market.places.actions import CommuneEdit
from market.places.models import Commune
from market.places.rules import check_email
from market.values.text import nfc
from market.web.base.forms import BaseForm, PhoneField, TextField, ValueField, at_most, optional, required


class EmailField(ValueField):
    """An e-mail address. Returns it as typed, without blanks around it."""

    def read(self, text: str) -> str:
        try:
            return check_email(text)
        except Refused as error:
            raise ValueError(error.sentence) from error


class SettingsForm(BaseForm):
    name = TextField("Tên xã", [required("Mời viết tên xã."), at_most(60)])
    office_name = TextField("Phòng trông coi chợ", [required("Mời viết tên phòng."), at_most(80)])
    office_phone = PhoneField("Điện thoại của phòng", [optional()])
    office_address = TextField("Địa chỉ của phòng", [at_most(160)])
    office_email = EmailField("Thư điện tử của phòng", [optional()])
    welcome = TextField("Lời chào ở trang đầu", [at_most(160)])
    complaints = TextField("Nơi nhận phản ánh", [at_most(300)])
    own_rules = TextAreaField("Quy định riêng của chợ xã", [at_most(3000)])

    @classmethod
    def of_commune(cls, commune: Commune) -> Self:
        return cls.of_request(obj=commune)

    def as_edit(self, commune_id: int, seen: str) -> CommuneEdit:
        rules = "\n".join(filter(None, map(nfc, (self.own_rules.data or "").splitlines())))
        return CommuneEdit(commune_id=commune_id, changes=self.data | {"own_rules": rules}, seen=seen)
