"""Forms of the office's answers to sellers."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from market.base.errors import Refused
from market.base.seen import Facts, seen_of
from market.sellers.actions import IdentityWarning, Verify, VerifyOnPaper
from market.sellers.queries import Identity
from market.values.taxid import CitizenId
from market.values.text import nfc
from market.web.base.forms import BaseForm, ChoiceField, DayField, TextField, ValueField, at_most, required
from market.web.office.approvals.words import PAPERS


class CitizenIdField(ValueField):
    """A citizen's number. What was typed is never shown again: it goes nowhere but into its keyed hash."""

    def read(self, text: str) -> CitizenId:
        return CitizenId(text)

    def _value(self) -> str:
        return ""


class VerifyForm(BaseForm):
    """`warnings`: what spoke against the paper the last time it was sent, to be answered with a reason."""

    full_name = TextField("Họ và tên trên giấy tờ", [required("Mời viết họ và tên."), at_most(100)])
    paper = ChoiceField("Giấy tờ đã xem", choices=PAPERS)
    citizen_id = CitizenIdField("Số căn cước", [required("Mời ghi số căn cước của người đứng tên.")])
    birth_date = DayField("Ngày sinh", [required("Mời ghi ngày sinh trên căn cước.")])
    note = TextField("Ghi chú", [at_most(300)])
    why = TextField("Vì sao vẫn xác nhận", [at_most(300)])
    warned = HiddenField()
    warnings: Facts = {}

    def refuse(self, error: Refused, *, about: str = "") -> None:
        super().refuse(error, about=about)
        if isinstance(error, IdentityWarning):
            self.warnings = error.warnings
            self.warned.data = seen_of(error.warnings)

    def as_verify_on_paper(self, commune_id: int, business_id: int, seen: str) -> VerifyOnPaper:
        said = self.as_verify(commune_id, business_id, seen)
        return VerifyOnPaper(
            commune_id=commune_id,
            business_id=business_id,
            seen=seen,
            identity=said.identity,
            paper=said.paper,
            note=said.note,
            warned=said.warned,
            reason=said.reason,
        )

    def as_verify(self, commune_id: int, member_id: int, seen: str) -> Verify:
        return Verify(
            commune_id=commune_id,
            member_id=member_id,
            seen=seen,
            identity=Identity(
                full_name=self.full_name.data or "",
                citizen_id=self.citizen_id.data,
                birth_date=self.birth_date.data,
            ),
            paper=self.paper.data,
            note=self.note.data or None,
            warned=self.warned.data or "",
            reason=self.why.data or None,
        )


class ClaimRefusalForm(BaseForm):
    reason = TextAreaField(
        "Lý do, người gửi sẽ đọc",
        [required("Mời ghi lý do để người gửi biết cần làm gì."), Length(max=400, message="Viết gọn trong 400 chữ.")],
    )

    def text(self) -> str:
        return nfc(self.reason.data or "")
