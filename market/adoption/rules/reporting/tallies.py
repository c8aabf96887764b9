"""What a report counts: of each figure a name, what it is called, and which businesses it is the number of."""

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from market.adoption.rules.counting import HOUSEHOLD, BusinessStanding, Figure, Share, State
from market.adoption.rules.definitions import DEFINITIONS
from market.adoption.rules.reporting.spans import ReportSpan
from market.values.period import Period, local_day


class ReportCount(enum.StrEnum):
    """What a figure is the number of; the value stands in its code, in capitals."""

    PLAN = "kd"
    BASE = "ms"
    ACCOUNTS = "tk"
    TO_REVIEW = "kt"
    DECLARED = "tu"
    NO_ORDER = "cd"
    NO_ACCOUNT = "ct"
    HOUSEHOLDS = "hk"
    HOUSEHOLD_ACCOUNTS = "pl"
    FARMS = "nh"
    DIGITAL_FARMS = "ns"
    IN_PERIOD = "ky"
    OPENING = "dk"
    ADDED = "th"
    REMOVED = "bo"


COUNTED_WORDS = {
    ReportCount.PLAN: "Cơ sở có tài khoản và có giao dịch được tính trong 12 tháng",
    ReportCount.BASE: "Hộ kinh doanh, HTX đang hoạt động trong sổ (mẫu số)",
    ReportCount.ACCOUNTS: "Cơ sở có tài khoản đã xác thực trên sàn",
    ReportCount.TO_REVIEW: "Cơ sở có giao dịch cần kiểm tra, chưa tính",
    ReportCount.DECLARED: "Cơ sở mới tự khai giao dịch, chưa tính",
    ReportCount.NO_ORDER: "Cơ sở có tài khoản, chưa có đơn đầu tiên",
    ReportCount.NO_ACCOUNT: "Cơ sở chưa có tài khoản",
    ReportCount.HOUSEHOLDS: "Hộ kinh doanh đang hoạt động (mẫu số của phụ lục)",
    ReportCount.HOUSEHOLD_ACCOUNTS: "Hộ kinh doanh có tài khoản trên sàn",
    ReportCount.FARMS: "Hộ nông dân đang hoạt động trong sổ",
    ReportCount.DIGITAL_FARMS: "Hộ nông dân có tài khoản, có giao dịch được tính hoặc có OCOP",
    ReportCount.IN_PERIOD: "Cơ sở có giao dịch được tính trong kỳ",
    ReportCount.OPENING: "Hộ kinh doanh, HTX trong sổ đầu 12 tháng",
    ReportCount.ADDED: "Cơ sở thêm vào sổ trong 12 tháng",
    ReportCount.REMOVED: "Cơ sở ra khỏi sổ trong 12 tháng",
}
OF_A_PART = (ReportCount.PLAN, ReportCount.BASE)
"""What is counted of each hamlet and kind too."""
_IN_STATE = {
    ReportCount.PLAN: State.COUNTED,
    ReportCount.IN_PERIOD: State.COUNTED,
    ReportCount.TO_REVIEW: State.TO_REVIEW,
    ReportCount.DECLARED: State.DECLARED,
    ReportCount.NO_ORDER: State.NO_ORDER,
    ReportCount.NO_ACCOUNT: State.NO_ACCOUNT,
}
_ELSE: Mapping[ReportCount, Callable[[BusinessStanding], bool]] = {
    ReportCount.BASE: lambda one: True,
    ReportCount.ACCOUNTS: lambda one: one.has_account,
    ReportCount.HOUSEHOLDS: lambda one: one.kind == HOUSEHOLD,
    ReportCount.HOUSEHOLD_ACCOUNTS: lambda one: one.kind == HOUSEHOLD and one.has_account,
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

    def ids(self, counted: ReportCount, *, hamlet_id: int | None = None, kind: str | None = None) -> frozenset[int]:
        """Whom a figure is the number of, in a hamlet or of a kind where one is named."""
        told = self._whole(counted)
        if hamlet_id is None and kind is None:
            return told
        standings = self.year.standings
        return told & {one.business_id for one in standings if hamlet_id == one.hamlet_id or kind == one.kind}

    def _whole(self, counted: ReportCount) -> frozenset[int]:
        year = self.year
        sets: Mapping[ReportCount, Collection[int]] = {
            ReportCount.FARMS: self.farms.all,
            ReportCount.DIGITAL_FARMS: self.farms.digital,
            ReportCount.OPENING: year.opening,
            ReportCount.ADDED: year.added,
            ReportCount.REMOVED: year.removed,
        }
        if counted in sets:
            return frozenset(sets[counted])
        figure = self.period if counted is ReportCount.IN_PERIOD else year
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
    numbers: Mapping[ReportCount, int]
    parts: tuple[PartTally, ...] = ()

    def __getitem__(self, counted: ReportCount) -> int:
        return self.numbers[counted]

    def share(self, part: ReportCount, whole: ReportCount) -> Share:
        return Share(part=self[part], whole=self[whole])

    @property
    def plan(self) -> Share:
        """Plan III.2.2."""
        return self.share(ReportCount.PLAN, ReportCount.BASE)

    @property
    def annex(self) -> Share:
        """Annex, row 14."""
        return self.share(ReportCount.HOUSEHOLD_ACCOUNTS, ReportCount.HOUSEHOLDS)

    @property
    def farms(self) -> Share:
        return self.share(ReportCount.DIGITAL_FARMS, ReportCount.FARMS)


def tally_of(told: CountedBusinesses, hamlets: Mapping[int, str], kinds: Mapping[str, str]) -> Tally:
    """The numbers of a day; the hamlets and kinds that the base has, in the order in which they are named."""
    by_hamlet, by_kind = told.year.by_hamlet(), told.year.by_kind()
    return Tally(
        as_of=told.year.as_of,
        year=told.year.window,
        numbers={counted: len(told.ids(counted)) for counted in ReportCount},
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
