"""What the job that raises risk flags reads: what others tell of a commune's sales, and what is not yet on record."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, TextClause, exists, select
from sqlalchemy.orm import Session

from market.adoption.models import RaisedFlag, SaleCheck
from market.adoption.queries.ledger import ledger_of, sales_in
from market.adoption.queries.parties import LedgerScope
from market.adoption.queries.trails import trail_of
from market.adoption.rules import RiskFlag, Sale, SaleFinding
from market.adoption.rules.examining import DevicePhone, examine
from market.base.batch import in_parts
from market.orders.models import COMPLETED, Contact, Order, Purchase
from market.values.period import Period, local_day, trailing_year

DAYS_AT_ONCE = 14
"""Of so many days the sales are read at a time."""
ORDERS_AT_ONCE = 5_000
"""So many are held against what was found before."""


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
    told, others = _told_sales(session, asked)
    ledger = ledger_of(session, asked, with_accounts=True, sales=told)
    return examine(ledger, trail_of(session, asked), window, others=others)


def _told_sales(session: Session, asked: LedgerScope) -> tuple[list[Sale], set[DevicePhone]]:
    """The sales that others than the seller tell of; of the rest the devices with the phones given on them. Read some
    weeks at a time, so that no more than this is ever in memory."""
    told: list[Sale] = []
    others: set[DevicePhone] = set()
    for days in Period(asked.since, asked.until).parts(DAYS_AT_ONCE):
        for sale in sales_in(session, asked, days):
            if sale.is_told_by_others:
                told.append(sale)
            elif sale.device is not None:
                others.add((sale.device, sale.phone))
    return told, others


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


def unwritten(session: Session, findings: Mapping[int, SaleFinding], *, most: int) -> list[int]:
    """The first orders of which something else is on record than what was found, by their numbers."""
    ids = sorted(findings)
    parts = in_parts(ids, ORDERS_AT_ONCE)
    return list(islice((one for some in parts for one in _changed(session, findings, some)), most))


def _changed(session: Session, findings: Mapping[int, SaleFinding], ids: Collection[int]) -> Iterator[int]:
    checks = select(SaleCheck.order_id, SaleCheck.vouch).where(SaleCheck.order_id.in_(ids))
    vouches = {key: vouch for key, vouch in session.execute(checks.where(SaleCheck.ended_at.is_(None)))}
    raised = select(RaisedFlag.order_id, RaisedFlag.risk_flag).where(RaisedFlag.order_id.in_(ids))
    flags: dict[int, set[RiskFlag]] = defaultdict(set)
    for order_id, flag in session.execute(raised.where(RaisedFlag.ended_at.is_(None))):
        flags[order_id].add(flag)
    for key in ids:
        one = findings[key]
        if key not in vouches or vouches[key] is not one.vouch or flags.get(key, set()) != one.flags.keys():
            yield key
