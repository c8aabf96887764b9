"""The period that a report is about, by the calendar or as Nghị định 09/2019/NĐ-CP, Điều 12 cuts it (from the 15th to
the 14th)."""

import enum
from dataclasses import dataclass, replace
from datetime import date

from market.values.period import Period, month


class SpanKind(enum.StrEnum):
    MONTH = "thang"
    QUARTER = "quy"
    HALF = "sau_thang"
    NINE_MONTHS = "chin_thang"
    YEAR = "nam"


_MONTHS = {SpanKind.MONTH: 1, SpanKind.QUARTER: 3, SpanKind.HALF: 6, SpanKind.NINE_MONTHS: 9, SpanKind.YEAR: 12}
MOST = {SpanKind.MONTH: 12, SpanKind.QUARTER: 4, SpanKind.HALF: 2, SpanKind.NINE_MONTHS: 1, SpanKind.YEAR: 1}
"""How many of each a year has."""
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpan:
    """The `number`-th of its kind in a year. ValueError for one that a year does not have."""

    kind: SpanKind
    year: int
    number: int
    by_decree: bool

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MOST[self.kind]:
            raise ValueError("a year has no such period")

    @property
    def days(self) -> Period:
        length = _MONTHS[self.kind]
        last = length * self.number
        first = month(self.year, last - length + 1, reporting_cut=self.by_decree)
        return Period(first.start, month(self.year, last, reporting_cut=self.by_decree).end)

    @property
    def before(self) -> "ReportSpan":
        """The one that it is compared with: that before it, of nine months those of the year before."""
        return _one_back(self)

    @property
    def words(self) -> str:
        """`tháng 11 năm 2026`, `quý IV năm 2026`, `6 tháng đầu năm 2026`."""
        named = {
            SpanKind.MONTH: f"tháng {self.number} ",
            SpanKind.QUARTER: f"quý {_ROMAN[self.number - 1]} " if self.number <= len(_ROMAN) else "",
            SpanKind.HALF: f"6 tháng {'đầu' if self.number == 1 else 'cuối'} ",
            SpanKind.NINE_MONTHS: "9 tháng đầu ",
            SpanKind.YEAR: "",
        }
        return f"{named[self.kind]}năm {self.year}"


_OFFERED = {
    SpanKind.MONTH: 18,
    SpanKind.QUARTER: 8,
    SpanKind.HALF: 4,
    SpanKind.NINE_MONTHS: 3,
    SpanKind.YEAR: 3,
}
"""So many of each are offered, the newest first."""


def spans_until(today: date) -> list[ReportSpan]:
    """The periods that have begun, kind by kind, newest first; how they are cut is chosen apart."""
    found = list[ReportSpan]()
    for kind, most in _OFFERED.items():
        span = ReportSpan(kind=kind, year=today.year + 1, number=MOST[kind], by_decree=True)
        begun = list[ReportSpan]()
        while len(begun) < most:
            if span.days.start <= today:
                begun.append(span)
            span = _one_back(span)
        found += begun
    return found


def _one_back(span: ReportSpan) -> ReportSpan:
    if span.number > 1:
        return replace(span, number=span.number - 1)
    return replace(span, year=span.year - 1, number=MOST[span.kind])
