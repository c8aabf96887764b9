"""Forms of the office's answers to sellers."""

from wtforms import TextAreaField
from wtforms.validators import Length, ValidationError

from market.sellers.actions import Verify
from market.values.taxid import CitizenId
from market.values.text import nfc
from market.web.base.forms import BaseForm, ChoiceField, DayField, TextField, ValueField, at_most, optional, required
from market.web.office.approvals.words import PAPERS, PERSONAL_PAPERS


class CitizenIdField(ValueField):
    """A citizen's number. What was typed is never shown again: it goes nowhere but into its keyed hash."""

    def read(self, text: str) -> CitizenId:
        return CitizenId(text)

    def _value(self) -> str:
        return ""


class VerifyForm(BaseForm):
    full_name = TextField("Họ và tên trên giấy tờ", [required("Mời viết họ và tên."), at_most(100)])
    paper = ChoiceField("Giấy tờ đã xem", choices=PAPERS)
    citizen_id = CitizenIdField("Số căn cước")
    birth_date = DayField("Ngày sinh", [optional()])
    note = TextField("Ghi chú", [at_most(300)])

    def validate_citizen_id(self, field: CitizenIdField) -> None:
        if self.paper.data in PERSONAL_PAPERS and not field.data and not field.errors:
            raise ValidationError("Xem căn cước thì ghi cả số căn cước.")

    def as_verify(self, commune_id: int, member_id: int, seen: str) -> Verify:
        return Verify(
            commune_id=commune_id,
            member_id=member_id,
            seen=seen,
            full_name=self.full_name.data or "",
            paper=self.paper.data,
            citizen_id=self.citizen_id.data,
            birth_date=self.birth_date.data,
            note=self.note.data or None,
        )


class ClaimRefusalForm(BaseForm):
    reason = TextAreaField(
        "Lý do, người gửi sẽ đọc",
        [required("Mời ghi lý do để người gửi biết cần làm gì."), Length(max=400, message="Viết gọn trong 400 chữ.")],
    )

    def text(self) -> str:
        return nfc(self.reason.data or "")
