"""The KPI itself: who is in the base, who has an account, who has sold, on which proof; as of a day.

B = households and co-operatives on the register, active on the day. A1 = a verified account on a platform or more.
A3 = a completed order in the window or more, on counted evidence. KPI (plan III.2.2) = |A1 and A3| / |B|.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import TypeVar

from market.adoption.rules.facts import NOBODY, Ledger, RegisterLine, RiskFlag, Sale, Verdict
from market.adoption.rules.risk_flags import RiskLimits, proven_by_one_buyer
from market.adoption.rules.summary import ReviewedSale, SalesSummary, Trade, Traded, strength
from market.values.period import Period

HOUSEHOLD, COOPERATIVE, FARM = "ho_kinh_doanh", "hop_tac_xa", "ho_nong_dan"
BASE_KINDS = frozenset({HOUSEHOLD, COOPERATIVE})
ACTIVE = "dang_hoat_dong"


K = TypeVar("K", int, str)


class State(enum.StrEnum):
    """Where a business stands towards the KPI: each is in exactly one."""

    COUNTED = "tinh"
    TO_REVIEW = "can_kiem_tra"
    DECLARED = "tu_khai"
    NO_ORDER = "chua_co_don"
    NO_ACCOUNT = "chua_co_tai_khoan"


STATE_WORDS = {
    State.COUNTED: "Được tính",
    State.TO_REVIEW: "Cần kiểm tra",
    State.DECLARED: "Mới tự khai, chưa tính",
    State.NO_ORDER: "Có tài khoản, chưa có đơn đầu tiên",
    State.NO_ACCOUNT: "Chưa có tài khoản",
}
_WITH_ACCOUNT = {
    Trade.COUNTED: State.COUNTED,
    Trade.TO_REVIEW: State.TO_REVIEW,
    Trade.DECLARED: State.DECLARED,
    Trade.NONE_YET: State.NO_ORDER,
}


@dataclass(slots=True, kw_only=True)
class BusinessStanding:
    """A business on the day. `proof` is the best sale it has in that state; `sold_on` says where a declared one was.
    Not frozen, because a frozen one takes three times as long to make, and a figure has thousands of them."""

    business_id: int
    hamlet_id: int
    kind: str
    platforms: tuple[str, ...]
    trade: Trade
    proof: Sale | None = None
    risk_flags: tuple[RiskFlag, ...] = ()
    sold_on: str | None = None
    state: State = field(init=False)

    def __post_init__(self) -> None:
        """Asked for many times of thousands of businesses: worked out once."""
        self.state = _WITH_ACCOUNT[self.trade] if self.platforms else State.NO_ACCOUNT

    @property
    def has_account(self) -> bool:
        return bool(self.platforms)

    @property
    def is_counted(self) -> bool:
        return self.state is State.COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The KPI as of a day: one standing for every business of the base, so that all sums come from one list."""

    as_of: date
    window: Period
    standings: tuple[BusinessStanding, ...]
    farms: Share
    opening: frozenset[int] = field(default_factory=frozenset)

    @property
    def base(self) -> int:
        return len(self.standings)

    @property
    def counted(self) -> int:
        return len(self.in_state(State.COUNTED))

    @property
    def plan(self) -> Share:
        """Plan III.2.2."""
        return Share(part=self.counted, whole=self.base)

    @property
    def with_account(self) -> int:
        return self.base - len(self.in_state(State.NO_ACCOUNT))

    @property
    def with_trade(self) -> int:
        """Who has an account and sales, be they counted or merely declared."""
        return self.counted + len(self.in_state(State.DECLARED))

    @property
    def annex(self) -> Share:
        """Annex, row 14: households with an account, of the households."""
        households = [standing for standing in self.standings if standing.kind == HOUSEHOLD]
        return Share(part=sum(standing.has_account for standing in households), whole=len(households))

    @property
    def added(self) -> frozenset[int]:
        """Who came into the base since the window began; opening + added - removed = closing."""
        return frozenset(standing.business_id for standing in self.standings) - self.opening

    @property
    def removed(self) -> frozenset[int]:
        return self.opening - frozenset(standing.business_id for standing in self.standings)

    def in_state(self, state: State) -> list[BusinessStanding]:
        return [standing for standing in self.standings if standing.state is state]

    def by_hamlet(self) -> dict[int, Share]:
        return self._shares(attrgetter("hamlet_id"))

    def by_kind(self) -> dict[str, Share]:
        return self._shares(attrgetter("kind"))

    def _shares(self, of: Callable[[BusinessStanding], K]) -> dict[K, Share]:
        whole, parts = Counter(map(of, self.standings)), Counter(map(of, self.in_state(State.COUNTED)))
        return {key: Share(part=parts[key], whole=count) for key, count in whole.items()}

    def reaches(self, target: int | None) -> bool:
        """Whether `target` percent of the base count; nothing of nothing reaches none."""
        return target is not None and bool(self.base) and not self.missing_to(target)

    def missing_to(self, target: int | None) -> int:
        """How many more businesses must count until `target` percent is reached; 0 where it is, or none is set."""
        return 0 if target is None else max(0, -(-target * self.base // 100) - self.counted)


def told_on(lines: Iterable[RegisterLine], day: date) -> dict[int, RegisterLine]:
    """What the register says of each business on a day: of the lines in force, the one valid latest, told last."""
    latest: dict[int, RegisterLine] = {}
    for line in lines:
        known = latest.get(line.business_id)
        if line.valid_from <= day and (
            known is None or (known.valid_from, known.recorded_at) <= (line.valid_from, line.recorded_at)
        ):
            latest[line.business_id] = line
    return latest


def register_on(lines: Iterable[RegisterLine], day: date) -> dict[int, RegisterLine]:
    """Who is active on a day, with what the register says of each."""
    return {business_id: line for business_id, line in told_on(lines, day).items() if line.status == ACTIVE}


class Count:
    """Counts one ledger as of any day; what holds whatever the day is worked out once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._of_business: dict[int, list[Sale]] = defaultdict(list)
        for sale in sorted(ledger.sales, key=strength, reverse=True):
            if sale.buyer_id not in ledger.parties.get(sale.business_id, NOBODY).people:
                self._of_business[sale.business_id].append(sale)

    def figure(self, as_of: date, window: Period) -> Figure:
        """The KPI of a day over the sales of a window."""
        register = register_on(self._ledger.lines, as_of)
        base = {key: line for key, line in register.items() if line.kind in BASE_KINDS}
        farms = {key: line for key, line in register.items() if line.kind == FARM}
        trades = self._trades({**base, **farms}, as_of, window)
        platforms = self._platforms(as_of)
        before = register_on(self._ledger.lines, window.start - timedelta(days=1))
        return Figure(
            as_of=as_of,
            window=window,
            standings=tuple(_standing(line, platforms, trades[key]) for key, line in sorted(base.items())),
            farms=Share(part=len(self._digital_farms(farms, platforms, trades, as_of)), whole=len(farms)),
            opening=frozenset(key for key, line in before.items() if line.kind in BASE_KINDS),
        )

    def risk_flags_of(self, sale: Sale, figure: Figure) -> tuple[RiskFlag, ...]:
        """What makes one sale of the figure's window worth a look, whether or not it is its business's proof."""
        line = register_on(self._ledger.lines, figure.as_of).get(sale.business_id)
        if line is None or sale not in self._of_business[sale.business_id]:
            return ()
        return self._review(sale, _Circumstances.on(self._ledger, figure.as_of)).risk_flags

    def _platforms(self, as_of: date) -> dict[int, tuple[str, ...]]:
        found: dict[int, list[str]] = defaultdict(list)
        for account in self._ledger.accounts:
            if account.holds_on(as_of) and account.platform not in found[account.business_id]:
                found[account.business_id].append(account.platform)
        return {business_id: tuple(names) for business_id, names in found.items()}

    def _digital_farms(
        self,
        farms: Mapping[int, RegisterLine],
        platforms: Mapping[int, tuple[str, ...]],
        trades: Mapping[int, Traded],
        as_of: date,
    ) -> set[int]:
        """Farm households with an account, with counted sales, or with an OCOP product."""
        ocop = {paper.business_id for paper in self._ledger.papers if paper.holds_on(as_of)}
        return {key for key in farms if platforms.get(key) or key in ocop or trades[key].trade is Trade.COUNTED}

    def _trades(self, businesses: Mapping[int, RegisterLine], as_of: date, window: Period) -> dict[int, Traded]:
        around = _Circumstances.on(self._ledger, as_of)
        summaries = {key: self._summarise(key, window, around) for key in businesses}
        for declared in self._ledger.declared:
            if declared.business_id in summaries and declared.sold_on in window:
                summaries[declared.business_id].platform = declared.platform
        few, most = {key: one for key, one in summaries.items() if one.may_hang_on_one}, around.limits.one_buyer_most
        single = proven_by_one_buyer(((key, one.buyers) for key, one in few.items()), most)
        single |= proven_by_one_buyer(((key, one.devices) for key, one in few.items()), most)
        return {key: one.traded(is_single=key in single) for key, one in summaries.items()}

    def _summarise(self, business_id: int, window: Period, around: "_Circumstances") -> SalesSummary:
        """The business's sales of the window, the strongest first, until nothing can change any more."""
        summary = SalesSummary()
        for sale in self._of_business.get(business_id, ()):
            if sale.completed_on in window:
                summary.add(self._review(sale, around))
                if summary.is_settled:
                    break
        return summary

    def _review(self, sale: Sale, around: "_Circumstances") -> ReviewedSale:
        raised, verdict = self._ledger.flags.get(sale.order_id, ()), self._ledger.verdicts.get(sale.order_id)
        return reviewed(sale, raised, verdict, late_from=around.late_from)


def reviewed(sale: Sale, raised: tuple[RiskFlag, ...], verdict: Verdict | None, *, late_from: date) -> ReviewedSale:
    """A verdict answers what was found before it; what was `raised` since asks for another, and so does a sale after
    `late_from` (see `RiskLimits`) that has none."""
    flags = raised
    if verdict is None and sale.evidence.is_counted:
        if not sale.is_examined:
            flags = (*flags, RiskFlag.NOT_EXAMINED)
        if sale.completed_on > late_from:
            flags = (*flags, RiskFlag.PERIOD_END)
    return ReviewedSale(sale=sale, verdict=verdict, risk_flags=flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Circumstances:
    """What surrounds the sales of one figure: the numbers in force on its day, and after which day they are late."""

    limits: RiskLimits
    late_from: date

    @classmethod
    def on(cls, ledger: Ledger, day: date) -> "_Circumstances":
        limits = RiskLimits.on(ledger, day)
        return cls(limits=limits, late_from=limits.late_from(day))


def _standing(line: RegisterLine, platforms: Mapping[int, tuple[str, ...]], traded: Traded) -> BusinessStanding:
    return BusinessStanding(
        business_id=line.business_id,
        hamlet_id=line.hamlet_id,
        kind=line.kind,
        platforms=platforms.get(line.business_id, ()),
        trade=traded.trade,
        proof=traded.proof,
        risk_flags=traded.risk_flags,
        sold_on=traded.platform,
    )
