"""What the job that raises risk flags reads: all of a commune at once, and what of it is not written down yet."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, TextClause, exists, select
from sqlalchemy.orm import Session

from market.adoption.models import RaisedFlag, SaleCheck
from market.adoption.queries.ledger import ledger_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.queries.trails import trail_of
from market.adoption.rules import RiskFlag, SaleFinding
from market.adoption.rules.examining import examine
from market.orders.models import COMPLETED, Contact, Order, Purchase
from market.values.period import Period, local_day, trailing_year


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
