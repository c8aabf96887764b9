"""What a report counts: of each figure a name, what it is called, and which businesses it is the number of."""

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from market.adoption.rules.counting import HOUSEHOLD, BusinessStanding, Figure, Share, State
from market.adoption.rules.definitions import DEFINITIONS
from market.adoption.rules.reporting.spans import ReportSpan
from market.values.period import Period, local_day


class Counted(enum.StrEnum):
    """What a figure is the number of; the value stands in its code."""

    PLAN = "KD"
    BASE = "MS"
    ACCOUNTS = "TK"
    TO_REVIEW = "KT"
    DECLARED = "TU"
    NO_ORDER = "CD"
    NO_ACCOUNT = "CT"
    HOUSEHOLDS = "HK"
    HOUSEHOLD_ACCOUNTS = "PL"
    FARMS = "NH"
    DIGITAL_FARMS = "NS"
    IN_PERIOD = "KY"
    OPENING = "DK"
    ADDED = "TH"
    REMOVED = "BO"


COUNTED_WORDS = {
    Counted.PLAN: "Cơ sở có tài khoản và có giao dịch được tính trong 12 tháng",
    Counted.BASE: "Hộ kinh doanh, HTX đang hoạt động trong sổ (mẫu số)",
    Counted.ACCOUNTS: "Cơ sở có tài khoản đã xác thực trên sàn",
    Counted.TO_REVIEW: "Cơ sở có giao dịch cần kiểm tra, chưa tính",
    Counted.DECLARED: "Cơ sở mới tự khai giao dịch, chưa tính",
    Counted.NO_ORDER: "Cơ sở có tài khoản, chưa có đơn đầu tiên",
    Counted.NO_ACCOUNT: "Cơ sở chưa có tài khoản",
    Counted.HOUSEHOLDS: "Hộ kinh doanh đang hoạt động (mẫu số của phụ lục)",
    Counted.HOUSEHOLD_ACCOUNTS: "Hộ kinh doanh có tài khoản trên sàn",
    Counted.FARMS: "Hộ nông dân đang hoạt động trong sổ",
    Counted.DIGITAL_FARMS: "Hộ nông dân có tài khoản, có giao dịch được tính hoặc có OCOP",
    Counted.IN_PERIOD: "Cơ sở có giao dịch được tính trong kỳ",
    Counted.OPENING: "Hộ kinh doanh, HTX trong sổ đầu 12 tháng",
    Counted.ADDED: "Cơ sở thêm vào sổ trong 12 tháng",
    Counted.REMOVED: "Cơ sở ra khỏi sổ trong 12 tháng",
}
OF_A_PART = (Counted.PLAN, Counted.BASE)
"""What is counted of each hamlet and kind too."""
_IN_STATE = {
    Counted.PLAN: State.COUNTED,
    Counted.IN_PERIOD: State.COUNTED,
    Counted.TO_REVIEW: State.TO_REVIEW,
    Counted.DECLARED: State.DECLARED,
    Counted.NO_ORDER: State.NO_ORDER,
    Counted.NO_ACCOUNT: State.NO_ACCOUNT,
}
_ELSE: Mapping[Counted, Callable[[BusinessStanding], bool]] = {
    Counted.BASE: lambda one: True,
    Counted.ACCOUNTS: lambda one: one.has_account,
    Counted.HOUSEHOLDS: lambda one: one.kind == HOUSEHOLD,
    Counted.HOUSEHOLD_ACCOUNTS: lambda one: one.kind == HOUSEHOLD and one.has_account,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmHouseholds:
    """The farm households on the register, and which of them are digital or have an OCOP product."""

    all: frozenset[int]
    digital: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedBusinesses:
    """Two figures of one day: over twelve months and over the period, and the farm households."""

    year: Figure
    period: Figure
    farms: FarmHouseholds

    def ids(self, counted: Counted, *, hamlet_id: int | None = None, kind: str | None = None) -> frozenset[int]:
        """Whom a figure is the number of, in a hamlet or of a kind where one is named."""
        told = self._whole(counted)
        if hamlet_id is None and kind is None:
            return told
        standings = self.year.standings
        return told & {one.business_id for one in standings if hamlet_id == one.hamlet_id or kind == one.kind}

    def _whole(self, counted: Counted) -> frozenset[int]:
        year = self.year
        sets: Mapping[Counted, Collection[int]] = {
            Counted.FARMS: self.farms.all,
            Counted.DIGITAL_FARMS: self.farms.digital,
            Counted.OPENING: year.opening,
            Counted.ADDED: year.added,
            Counted.REMOVED: year.removed,
        }
        if counted in sets:
            return frozenset(sets[counted])
        figure = self.period if counted is Counted.IN_PERIOD else year
        if counted in _IN_STATE:
            return frozenset(one.business_id for one in figure.in_state(_IN_STATE[counted]))
        return frozenset(one.business_id for one in figure.standings if _ELSE[counted](one))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTally:
    """A hamlet's (`hamlet_id`) or a kind's (`kind`) own share of the plan's figure."""

    word: str
    share: Share
    hamlet_id: int | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All figures of a report as of one day."""

    as_of: date
    year: Period
    numbers: Mapping[Counted, int]
    parts: tuple[PartTally, ...] = ()

    def __getitem__(self, counted: Counted) -> int:
        return self.numbers[counted]

    def share(self, part: Counted, whole: Counted) -> Share:
        return Share(part=self[part], whole=self[whole])

    @property
    def plan(self) -> Share:
        """Plan III.2.2."""
        return self.share(Counted.PLAN, Counted.BASE)

    @property
    def annex(self) -> Share:
        """Annex, row 14."""
        return self.share(Counted.HOUSEHOLD_ACCOUNTS, Counted.HOUSEHOLDS)

    @property
    def farms(self) -> Share:
        return self.share(Counted.DIGITAL_FARMS, Counted.FARMS)


def tally_of(told: CountedBusinesses, hamlets: Mapping[int, str], kinds: Mapping[str, str]) -> Tally:
    """The numbers of a day; the hamlets and kinds that the base has, in the order in which they are named."""
    by_hamlet, by_kind = told.year.by_hamlet(), told.year.by_kind()
    return Tally(
        as_of=told.year.as_of,
        year=told.year.window,
        numbers={counted: len(told.ids(counted)) for counted in Counted},
        parts=(
            *(
                PartTally(word=word, share=by_hamlet[key], hamlet_id=key)
                for key, word in hamlets.items()
                if key in by_hamlet
            ),
            *(PartTally(word=word, share=by_kind[key], kind=key) for key, word in kinds.items() if key in by_kind),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTargets:
    """In percent, as they are in force on the day of the figures; None where the commune has set none."""

    plan: int | None
    annex: int | None
    farms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLock:
    """That the figures are locked: when, and the hash that the ledger had then."""

    locked_at: datetime
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigures:
    """All that a report says in numbers, as known at a moment; a draft has no `lock`."""

    span: ReportSpan
    known_at: datetime
    now: Tally
    before: Tally
    targets: ReportTargets
    definitions: int
    lock: ReportLock | None = None

    @property
    def is_cut_short(self) -> bool:
        """Whether the period was not over when the figures were read."""
        return self.now.as_of < self.span.days.end


def definitions_version(known_at: datetime) -> int:
    """By which version of the definitions figures of a moment are counted."""
    day = local_day(known_at)
    return next((one.version for one in DEFINITIONS if one.since <= day), DEFINITIONS[-1].version)
