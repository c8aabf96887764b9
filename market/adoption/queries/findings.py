"""What the job that raises risk flags reads: all of a commune at once, and what it wrote down before."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, TextClause, exists, select
from sqlalchemy.orm import Session

from market.adoption.models import RaisedFlag, SaleCheck
from market.adoption.queries.ledger import ledger_of
from market.adoption.queries.parties import LedgerScope, trail_of
from market.adoption.rules import SAID_ON_THE_PHONE, Pointer, RiskFlag, SaleFinding, examine
from market.orders.models import COMPLETED, Contact, Order, Purchase
from market.values.period import Period, local_day, trailing_year


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is on record of an order and still holds."""

    check: SaleCheck
    flags: dict[RiskFlag, RaisedFlag]

    def says(self, finding: SaleFinding) -> bool:
        return self.check.vouch is finding.vouch and self.flags.keys() == finding.flags.keys()

    def joined_with(self, finding: SaleFinding, *, looked_at: datetime) -> SaleFinding:
        """What holds once a finding is added: all of it, unless a call was written down since it was looked for. Then
        what is on record stays, and what the finding says of calls waits for the next look."""
        if self.check.found_at <= looked_at and all(one.found_at <= looked_at for one in self.flags.values()):
            return finding
        found = {flag: pointer for flag, pointer in finding.flags.items() if flag not in SAID_ON_THE_PHONE}
        return SaleFinding(vouch=self.check.vouch, flags=found | dict.fromkeys(self.flags, Pointer()))


def findings_of(session: Session, commune_id: int, *, known_at: datetime) -> dict[int, SaleFinding]:
    """What is to be said of the orders of the twelve months up to a moment, by order.

    Older ones keep what was found of them; those that nobody ever looked at (from before there was this job) are looked
    at with the year before theirs. Orders of a buyer whose data was erased keep what was found too.
    """
    year = trailing_year(local_day(known_at))
    year_before = trailing_year(year.start - timedelta(days=1))
    found = _examined(session, commune_id, year, known_at)
    if session.scalar(select(_is_left_out(commune_id, year_before))):
        older = _examined(session, commune_id, year_before, known_at)
        left_out = _left_out(session, commune_id, year_before)
        found |= {order_id: one for order_id, one in older.items() if order_id in left_out}
    for order_id in _erased(session, commune_id, year.start):
        found.pop(order_id, None)
    return found


def _examined(session: Session, commune_id: int, window: Period, known_at: datetime) -> dict[int, SaleFinding]:
    since = trailing_year(window.start - timedelta(days=1)).start
    asked = LedgerScope(commune_id=commune_id, since=since, until=window.end, known_at=known_at)
    return examine(ledger_of(session, asked, with_accounts=True), trail_of(session, asked), window)


def _unchecked(commune_id: int, window: Period) -> tuple[ColumnElement[bool] | TextClause, ...]:
    is_checked = exists().where(SaleCheck.order_id == Order.id)
    return COMPLETED, Order.commune_id == commune_id, Order.completed_on.between(window.start, window.end), ~is_checked


def _is_left_out(commune_id: int, window: Period) -> ColumnElement[bool]:
    """Whether nobody ever looked at an order whose buyer read out the code; of cash alone there is nothing to see."""
    return exists(select(Order.id).where(*_unchecked(commune_id, window), Order.buyer_confirmed_at.is_not(None)))


def _left_out(session: Session, commune_id: int, window: Period) -> set[int]:
    return set(session.scalars(select(Order.id).where(*_unchecked(commune_id, window))))


def _erased(session: Session, commune_id: int, since: date) -> list[int]:
    """Orders that were looked at before their buyer's data was erased."""
    query = (
        select(Order.id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(COMPLETED, Order.commune_id == commune_id, Order.completed_on >= since, Contact.erased_at.is_not(None))
        .where(exists().where(SaleCheck.order_id == Order.id))
    )
    return list(session.scalars(query))


def written_of(session: Session, order_ids: Collection[int]) -> dict[int, Written]:
    """What is on record of these orders and still holds."""
    flags: dict[int, dict[RiskFlag, RaisedFlag]] = defaultdict(dict)
    raised = select(RaisedFlag).where(RaisedFlag.order_id.in_(order_ids), RaisedFlag.ended_at.is_(None))
    for flag in session.scalars(raised):
        flags[flag.order_id][flag.risk_flag] = flag
    checks = select(SaleCheck).where(SaleCheck.order_id.in_(order_ids), SaleCheck.ended_at.is_(None))
    return {one.order_id: Written(check=one, flags=flags[one.order_id]) for one in session.scalars(checks)}


def unwritten(session: Session, commune_id: int, findings: Mapping[int, SaleFinding], *, most: int) -> list[int]:
    """The first orders of which something else is on record than what was found, by their numbers."""
    in_commune = (Order.commune_id == commune_id, COMPLETED)
    checks = select(SaleCheck.order_id, SaleCheck.vouch).join(Order, Order.id == SaleCheck.order_id)
    vouches = {key: vouch for key, vouch in session.execute(checks.where(*in_commune, SaleCheck.ended_at.is_(None)))}
    raised = select(RaisedFlag.order_id, RaisedFlag.risk_flag).join(Order, Order.id == RaisedFlag.order_id)
    flags: dict[int, set[RiskFlag]] = defaultdict(set)
    for order_id, flag in session.execute(raised.where(*in_commune, RaisedFlag.ended_at.is_(None))):
        flags[order_id].add(flag)
    changed = (
        key
        for key, one in sorted(findings.items())
        if key not in vouches or vouches[key] is not one.vouch or flags.get(key, set()) != one.flags.keys()
    )
    return list(islice(changed, most))


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLine:
    """A raised flag as the office reads it: since when, until when, whom it points to."""

    risk_flag: RiskFlag
    found_at: datetime
    ended_at: datetime | None
    pointer: Pointer


def flags_of(session: Session, order_id: int) -> list[FlagLine]:
    """Every flag ever raised about an order, oldest first."""
    query = (
        select(RaisedFlag).where(RaisedFlag.order_id == order_id).order_by(RaisedFlag.found_at, RaisedFlag.risk_flag)
    )
    return [
        FlagLine(
            risk_flag=one.risk_flag,
            found_at=one.found_at,
            ended_at=one.ended_at,
            pointer=Pointer(business_id=one.business_id, person_id=one.person_id),
        )
        for one in session.scalars(query)
    ]
