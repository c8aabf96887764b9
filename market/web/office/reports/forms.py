"""What an officer chooses for a report: everything is picked but names, numbers and the office's own words."""

from collections.abc import Mapping
from datetime import date

from wtforms import BooleanField, Field

from market.adoption.actions import NewReport
from market.adoption.models import OfficialReport
from market.adoption.rules.reporting.signing import (
    SIGNATORY_WORDS,
    CommuneNames,
    ReportKind,
    ReportRecipient,
    Signatory,
    recipient_words,
    report_kind_words,
)
from market.adoption.rules.reporting.spans import ReportSpan, SpanKind, spans_until
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    KeyField,
    OneOf,
    ParagraphsField,
    TextField,
    ValueField,
    at_most,
    optional,
    required,
)

LARGEST_NUMBER = 9999
LONGEST_WORDS = 3000
DECREE, CALENDAR = "nghi_dinh", "lich"
CUTS = {DECREE: "Theo NĐ 09/2019: từ ngày 15 đến ngày 14", CALENDAR: "Theo lịch: từ đầu tháng đến cuối tháng"}
CHOOSE = {"": "Mời chọn"}
SIGNATORIES = CHOOSE | {one.value: word for one, word in SIGNATORY_WORDS.items()}


class NumberField(ValueField):
    """The number of a document: a whole one from one on."""

    def read(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LARGEST_NUMBER and len(text) <= 9):
            raise ValueError("Số văn bản là số nguyên, ví dụ 5.")
        return int(text)


def span_choices(today: date) -> dict[str, str]:
    """The periods that have begun, by the words that the form sends for them."""
    return {_sent(span): f"{span.words[0].upper()}{span.words[1:]}" for span in spans_until(today)}


def _sent(span: ReportSpan) -> str:
    return f"{span.kind.value}-{span.year}-{span.number}"


class ReportForm(BaseForm):
    kind = OneOf("Báo cáo nào")
    span = ChoiceField("Kỳ báo cáo", validators=[required("Mời chọn kỳ báo cáo.")])
    cut = OneOf("Kỳ tính theo", choices=CUTS)
    signatory = ChoiceField("Ai ký", choices=SIGNATORIES, validators=[required("Mời chọn ai ký.")])
    signer = TextField("Họ và tên người ký", [required("Mời viết họ và tên người ký."), at_most(80)])
    document_number = NumberField("Số văn bản")
    dated_on = DayField("Ngày ký", [optional()])
    dang_uy = BooleanField()
    hdnd = BooleanField()
    chu_tich = BooleanField()
    cac_phong = BooleanField()
    so_khcn = BooleanField()
    other_recipients = ParagraphsField("Nơi nhận khác", [at_most(400)])
    grounds = ParagraphsField("Căn cứ", [at_most(LONGEST_WORDS)])
    limits = ParagraphsField("II. Tồn tại, nguyên nhân (lời của phòng)", [at_most(LONGEST_WORDS)])
    tasks = ParagraphsField("III. Nhiệm vụ kỳ tới (lời của phòng)", [at_most(LONGEST_WORDS)])
    proposals = ParagraphsField("IV. Đề xuất, kiến nghị (lời của phòng)", [at_most(LONGEST_WORDS)])
    client_key = KeyField()

    def offer(self, commune: CommuneNames, today: date) -> None:
        self.kind.choices = [(kind.value, report_kind_words(kind, commune)) for kind in ReportKind]
        self.span.choices = CHOOSE | span_choices(today)
        for one in ReportRecipient:
            self._fields[one.value].label.text = recipient_words(one, commune)

    @property
    def recipient_fields(self) -> list[Field]:
        return [self._fields[one.value] for one in ReportRecipient]

    def as_new_report(self, commune_id: int) -> NewReport:
        kind, year, number = (self.span.data or "").split("-")
        span = ReportSpan(kind=SpanKind(kind), year=int(year), number=int(number), by_decree=self.cut.data == DECREE)
        return NewReport(
            commune_id=commune_id,
            kind=ReportKind(self.kind.data),
            span=span,
            signatory=Signatory(self.signatory.data),
            signer=self.signer.data or "",
            document_number=self.document_number.data,
            dated_on=self.dated_on.data,
            recipients=tuple(one for one in ReportRecipient if self._fields[one.value].data),
            other_recipients=self.other_recipients.data or "",
            grounds=self.grounds.data or "",
            limits=self.limits.data or "",
            tasks=self.tasks.data or "",
            proposals=self.proposals.data or "",
            client_key=self.client_key.data,
        )


def chosen_last_time(last: OfficialReport | None) -> Mapping[str, object]:
    """What a new form begins with: what the same officer chose for the report before, its period and words aside."""
    if last is None:
        return {}
    return {
        "kind": last.kind.value,
        "cut": DECREE if last.by_decree else CALENDAR,
        "signatory": last.signatory.value,
        "signer": last.signer,
        "other_recipients": last.other_recipients,
        "grounds": last.grounds,
        **dict.fromkeys(filter(None, last.recipients.split(",")), True),
    }
