"""The periods that a commune reports on: which days each has, what it is called, whether it is over, when its report
leaves."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from market.values.period import Period, month


class PeriodKind(enum.StrEnum):
    MONTH = "thang"
    QUARTER = "quy"
    HALF_YEAR = "sau_thang"
    NINE_MONTHS = "chin_thang"
    YEAR = "nam"


class PeriodCut(enum.StrEnum):
    """Where a period is cut: at the ends of calendar months, or on the 14th (Nghị định 09/2019/NĐ-CP, Điều 12)."""

    REPORTING = "nd_09_2019"
    CALENDAR = "theo_lich"


class PeriodState(enum.StrEnum):
    """Derived from what was written: a period has no lock, has one, or its newest one was sent."""

    DRAFT = "nhap"
    LOCKED = "chot"
    SENT = "da_gui"


PERIOD_CUT_WORDS = {
    PeriodCut.REPORTING: "Chốt ngày 14 (Nghị định 09/2019/NĐ-CP)",
    PeriodCut.CALENDAR: "Theo tháng dương lịch",
}
PERIOD_STATE_WORDS = {
    PeriodState.DRAFT: "Nháp",
    PeriodState.LOCKED: "Đã chốt",
    PeriodState.SENT: "Đã gửi",
}
_MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.NINE_MONTHS: 9,
    PeriodKind.YEAR: 12,
}
"""How many months each kind has. Half a year and nine months begin with the year."""
MOST_OF_A_YEAR = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4}
"""How many of a kind a year has, where it is not one."""
ROMAN = ("I", "II", "III", "IV")
FIRST_YEAR, LAST_YEAR = 2025, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPeriod:
    """Which period: the 3rd month of 2027, the 1st quarter, the year."""

    kind: PeriodKind
    cut: PeriodCut
    year: int
    number: int = 1

    @property
    def is_of_a_year(self) -> bool:
        """Whether a year that is reported on has one of this number."""
        return 1 <= self.number <= MOST_OF_A_YEAR.get(self.kind, 1) and FIRST_YEAR <= self.year <= LAST_YEAR

    @property
    def days(self) -> Period:
        """ValueError for one that no year has."""
        count = _MONTHS[self.kind]
        first, cut = (self.number - 1) * count + 1, self.cut is PeriodCut.REPORTING
        start = month(self.year, first, reporting_cut=cut).start
        return Period(start, month(self.year, first + count - 1, reporting_cut=cut).end)

    @property
    def words(self) -> str:
        """`Tháng 11 năm 2026`, `Quý IV năm 2026`, `6 tháng đầu năm 2026`, `Năm 2026`."""
        return {
            PeriodKind.MONTH: f"Tháng {self.number} năm {self.year}",
            PeriodKind.QUARTER: f"Quý {ROMAN[(self.number - 1) % 4]} năm {self.year}",
            PeriodKind.HALF_YEAR: f"6 tháng đầu năm {self.year}",
            PeriodKind.NINE_MONTHS: f"9 tháng năm {self.year}",
            PeriodKind.YEAR: f"Năm {self.year}",
        }[self.kind]

    @property
    def key(self) -> str:
        """As a command names it: `2026-thang-11`, `2026-quy-4`, `2026-nam`, with `-lich` where months are the
        calendar's."""
        parts = [str(self.year), self.kind.value.replace("_", "-")]
        parts += [str(self.number)] if self.kind in MOST_OF_A_YEAR else []
        return "-".join([*parts, *(["lich"] if self.cut is PeriodCut.CALENDAR else [])])

    @classmethod
    def of_key(cls, key: str) -> "NamedPeriod":
        """ValueError for a text that names none."""
        for kind in PeriodKind:
            for cut in PeriodCut:
                for number in range(1, MOST_OF_A_YEAR.get(kind, 1) + 1):
                    year = key[:4]
                    if year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR:
                        named = cls(kind=kind, cut=cut, year=int(year), number=number)
                        if named.key == key:
                            return named
        raise ValueError(f"“{key}” không phải tên một kỳ, như 2026-thang-11, 2026-quy-4 hoặc 2026-nam-lich.")

    def is_over(self, today: date) -> bool:
        return today > self.days.end


def periods_begun(today: date, cut: PeriodCut) -> list[NamedPeriod]:
    """Those of this year and of the last that have begun, of each kind the newest first."""
    named = (one for kind in PeriodKind for one in _newest_first(kind, cut, today))
    return [one for one in named if one.days.start <= today]


def _newest_first(kind: PeriodKind, cut: PeriodCut, today: date) -> Iterator[NamedPeriod]:
    for year in range(today.year + 1, today.year - 2, -1):
        for number in range(MOST_OF_A_YEAR.get(kind, 1), 0, -1):
            if FIRST_YEAR <= year <= LAST_YEAR:
                yield NamedPeriod(kind=kind, cut=cut, year=year, number=number)


def newest_over(today: date, cut: PeriodCut, kind: PeriodKind) -> NamedPeriod | None:
    return next((one for one in periods_begun(today, cut) if one.kind is kind and one.is_over(today)), None)
