"""Forms of the reporting periods: one is opened, locked, sent, replaced."""

from datetime import date

from wtforms import HiddenField, TextAreaField

from market.adoption.actions import PeriodLocking, Sending
from market.adoption.rules.periods import (
    PERIOD_CUT_WORDS,
    NamedPeriod,
    PeriodCut,
    PeriodKind,
    newest_over,
    periods_begun,
)
from market.values.text import nfc
from market.web.base.addresses import row_number
from market.web.base.forms import BaseForm, ChoiceField, KeyField, OneOf, TextField, at_most, optional, required

CUTS = {cut.value: word for cut, word in PERIOD_CUT_WORDS.items()}


class OpenPeriodForm(BaseForm):
    period = ChoiceField("Kỳ", [required("Mời chọn kỳ.")])
    cut = OneOf("Ngày chốt", choices=CUTS, default=PeriodCut.REPORTING.value)

    def offer(self, today: date) -> None:
        """The period that was over last is the one to begin with."""
        self.period.choices = [(one.key, one.words) for one in periods_begun(today, PeriodCut.REPORTING)]
        newest = newest_over(today, PeriodCut.REPORTING, PeriodKind.MONTH)
        if newest and not self.is_posted:
            self.period.data = newest.key

    def as_period(self) -> NamedPeriod:
        chosen = NamedPeriod.of_key(self.period.data)
        cut = PeriodCut(self.cut.data)
        return NamedPeriod(kind=chosen.kind, cut=cut, year=chosen.year, number=chosen.number)


class LockForm(BaseForm):
    client_key = KeyField()

    def as_locking(self, commune_id: int, period_id: int, seen: str) -> PeriodLocking:
        return PeriodLocking(commune_id=commune_id, period_id=period_id, client_key=self.client_key.data, seen=seen)


class ReplaceForm(LockForm):
    """`replaces`: the version that its page showed."""

    replaces = HiddenField(validators=[required("Trang gửi thiếu bản cần thay. Mời tải lại trang.")])
    reason = TextAreaField(
        "Vì sao phải thay",
        [required("Mời ghi vì sao thay bản đã chốt: người đọc báo cáo sau này sẽ đọc."), at_most(500)],
        filters=[lambda text: nfc(text or "")],
    )

    def validate_replaces(self, field: HiddenField) -> None:
        row_number(str(field.data))

    def as_replacement(self, commune_id: int, period_id: int, seen: str) -> PeriodLocking:
        return PeriodLocking(
            commune_id=commune_id,
            period_id=period_id,
            client_key=self.client_key.data,
            seen=seen,
            replaces=row_number(str(self.replaces.data)),
            reason=self.reason.data or "",
        )


class SendForm(BaseForm):
    document_no = TextField("Số, ký hiệu báo cáo", [optional(), at_most(40)])

    def as_sending(self, commune_id: int, period_id: int, seen: str) -> Sending:
        return Sending(commune_id=commune_id, period_id=period_id, document_no=self.document_no.data or "", seen=seen)
