"""The figure of a day by the database: a row a business, however much it sold. `rules.Count` over the ledger is the
recount that the job and the tests make; both say the same."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Text, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from market.adoption.queries.ledger import accounts_of, numbers_of, papers_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.queries.sellers import Sellers, SellersAsked, Window, sellers_in, trades_in
from market.adoption.rules import (
    ACTIVE,
    BASE_KINDS,
    FARM,
    Account,
    BusinessStanding,
    Figure,
    Ledger,
    Share,
    Trade,
    accounts_on,
    with_account,
)
from market.adoption.rules.risk_flags import RiskLimits
from market.base.row_query import RowQuery
from market.payments.queries.confirmed import KNOWN_AT
from market.sellers.models import Business, BusinessHistory
from market.values.period import Period


class Registered(NamedTuple):
    """What the register says of a business from a day on."""

    business_id: int
    kind: str
    status: str
    hamlet_id: int
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class Register:
    """The register on a day: who is active, of the base and of the farm households, and the newest line of each
    business."""

    base: frozenset[int]
    farms: frozenset[int]
    lines: Mapping[int, Registered]

    @cached_property
    def active(self) -> frozenset[int]:
        return self.base | self.farms


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSources:
    """What figures of several days have in common: register, accounts, numbers in force."""

    asked: SellersAsked
    registers: Mapping[date, Register]
    accounts: Sequence[Account]
    numbers: Ledger

    def window(self, days: Period) -> Window:
        """The sales of some days as their last one counts them."""
        end, limits = days.end, RiskLimits.on(self.numbers, days.end)
        return Window(
            days=days,
            late_from=limits.late_from(end),
            one_buyer_most=limits.one_buyer_most,
            businesses=self.registers[end].active,
        )

    def with_account(self, day: date) -> set[int]:
        return with_account(self.accounts, day)

    def platforms(self, day: date) -> dict[int, tuple[str, ...]]:
        """By business, each once, the one first told of first."""
        found: dict[int, tuple[str, ...]] = {}
        for account in accounts_on(self.accounts, day):
            names = found.get(account.business_id, ())
            if account.platform not in names:
                found[account.business_id] = (*names, account.platform)
        return found


def sources_of(session: Session, commune_id: int, days: Iterable[date], *, known_at: datetime) -> FigureSources:
    """`days`: those whose register is asked for."""
    wanted = sorted(set(days))
    scope = LedgerScope(commune_id=commune_id, since=wanted[0], until=wanted[-1], known_at=known_at)
    return FigureSources(
        asked=SellersAsked(commune_id=commune_id, known_at=known_at),
        registers=_registers(session, scope, wanted),
        accounts=accounts_of(session, scope),
        numbers=Ledger(lines=(), numbers=numbers_of(session, scope)),
    )


_LINES = RowQuery(
    select(
        BusinessHistory.business_id,
        type_coerce(BusinessHistory.kind, Text),
        type_coerce(BusinessHistory.status, Text),
        BusinessHistory.hamlet_id,
        BusinessHistory.valid_from,
    )
    .join(Business, Business.id == BusinessHistory.business_id)
    .where(Business.commune_id == bindparam("commune_id"), BusinessHistory.recorded_at <= KNOWN_AT)
    .order_by(BusinessHistory.valid_from, BusinessHistory.recorded_at, BusinessHistory.id)
)


def _registers(session: Session, scope: LedgerScope, days: Sequence[date]) -> dict[date, Register]:
    """On each of some days, the earliest first: of the lines in force the one valid latest, told last."""
    given = {"commune_id": scope.commune_id, "known_at": scope.known_at}
    return _on_days([Registered._make(row) for row in _LINES.rows(session.connection(), given)], days)


def _on_days(lines: Sequence[Registered], days: Sequence[date]) -> dict[date, Register]:
    """Of lines and days in their order. What the lines that begin to hold say replaces what was said before."""
    register, found, known = Register(base=frozenset(), farms=frozenset(), lines={}), {}, 0
    for day in days:
        until = bisect_right(lines, day, known, key=attrgetter("valid_from"))
        if until > known:
            told = {line.business_id: line for line in lines[known:until]}
            register = Register(
                base=register.base.difference(told) | _active(told.values(), BASE_KINDS),
                farms=register.farms.difference(told) | _active(told.values(), {FARM}),
                lines={**register.lines, **told},
            )
        found[day], known = register, until
    return found


def _active(lines: Iterable[Registered], kinds: Set[str]) -> set[int]:
    return {line.business_id for line in lines if line.status == ACTIVE and line.kind in kinds}


def day_before(days: Period) -> date:
    return days.start - timedelta(days=1)


def figure_in(session: Session, sources: FigureSources, days: Period, sellers: Sellers) -> Figure:
    """The KPI of the last of some days, without the proofs (`listing.with_proofs`); `sellers`: those of these days."""
    register, platforms = sources.registers[days.end], sources.platforms(days.end)
    trades = trades_in(session, sources.asked, sources.window(days), sellers)
    return Figure(
        as_of=days.end,
        window=days,
        standings=tuple(
            [_standing(register.lines[key], platforms.get(key, ()), trades[key]) for key in sorted(register.base)]
        ),
        farms=_farms(session, sources, days, sellers),
        opening=sources.registers[day_before(days)].base,
    )


def _standing(line: Registered, platforms: tuple[str, ...], trade: Trade) -> BusinessStanding:
    return BusinessStanding(
        business_id=line.business_id, hamlet_id=line.hamlet_id, kind=line.kind, platforms=platforms, trade=trade
    )


def _farms(session: Session, sources: FigureSources, days: Period, sellers: Sellers) -> Share:
    """Farm households with an account, with counted sales, or with an OCOP product."""
    asked, day = sources.asked, days.end
    scope = LedgerScope(commune_id=asked.commune_id, since=days.start, until=day, known_at=asked.known_at)
    ocop = {paper.business_id for paper in papers_of(session, scope) if paper.holds_on(day)}
    farms = sources.registers[day].farms
    return Share(part=len(farms & (sources.with_account(day) | ocop | sellers.counted)), whole=len(farms))


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How many of the base counted on the last of some days."""

    window: Period
    plan: Share

    @property
    def as_of(self) -> date:
        return self.window.end

    @property
    def counted(self) -> int:
        return self.plan.part

    @property
    def base(self) -> int:
        return self.plan.whole


def points_of(session: Session, sources: FigureSources, spans: Sequence[Period]) -> list[tuple[Point, Sellers]]:
    """The share of each of some spans (see `sellers_in` for which may be asked for together), and who sold."""
    found = sellers_in(session, sources.asked, [sources.window(days) for days in spans])
    return [(_point(sources, days, one), one) for days, one in zip(spans, found, strict=True)]


def line_of(session: Session, sources: FigureSources, years: Sequence[Period]) -> list[tuple[Point, Sellers]]:
    """The shares of the years up to the ends of twelve months, the last one not over: asked for together, unless what
    is late in it reaches into the one before."""
    if sources.window(years[-1]).late_from >= years[-2].end:
        return points_of(session, sources, years)
    return [*points_of(session, sources, years[:-1]), *points_of(session, sources, years[-1:])]


def _point(sources: FigureSources, days: Period, sellers: Sellers) -> Point:
    base = sources.registers[days.end].base
    counted = base & sources.with_account(days.end) & sellers.counted
    return Point(window=days, plan=Share(part=len(counted), whole=len(base)))
