"""Whether anything changed of what the look for risk flags rests on, asked so that it costs next to nothing."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.adoption.models import BuyerCall, RaisedFlag, SaleCheck
from market.adoption.queries.ledger import numbers_of
from market.adoption.queries.parties import LedgerScope, parties_of
from market.adoption.queries.trails import services_of, staff_devices_of
from market.base.db import Base
from market.orders.models import COMPLETED, Order, PickupSighting
from market.payments.models import Allocation, BankCreditCheck, Refund
from market.sellers.models import BankAccount, Business, BusinessHistory
from market.values.period import local_day

APPENDED: tuple[type[Base], ...] = (Allocation, BankCreditCheck, Refund, BankAccount, SaleCheck, RaisedFlag)
"""Of which a new row has a higher number, whichever commune it is of."""


def trace_of_sources(session: Session, commune_id: int, *, known_at: datetime) -> str:
    """A digest that is another one when a look could find something else: sales, money, calls and sightings by their
    number, the register, the people in service, those behind businesses and the limits as they are. It is another one
    every hour, for what is no new row: a buyer's data erased, a key changed, a row whose transaction ended late."""
    asked = LedgerScope(commune_id=commune_id, since=local_day(known_at), until=local_day(known_at), known_at=known_at)
    digest = sha256(f"{known_at:%Y-%m-%dT%H}".encode())
    for part in _parts(session, asked):
        digest.update(repr(part).encode())
    return digest.hexdigest()


def _parts(session: Session, asked: LedgerScope) -> Iterator[object]:
    yield numbers_of(session, asked)
    parties = parties_of(session, asked, with_accounts=False)
    yield [(key, sorted(one.people), sorted(one.phones), sorted(one.devices)) for key, one in sorted(parties.items())]
    yield sorted(map(repr, services_of(session, asked)))
    yield sorted(staff_devices_of(session, asked).items())
    yield from _counted(session, asked.commune_id)
    for model in APPENDED:
        yield session.scalar(select(func.max(model.__table__.c.id)))


def _counted(session: Session, commune_id: int) -> Iterator[object]:
    count = func.count()
    sold = select(count, func.max(Order.completed_on), func.max(Order.id))
    yield tuple(session.execute(sold.where(COMPLETED, Order.commune_id == commune_id)).one())
    lines = select(count).select_from(BusinessHistory).join(Business, Business.id == BusinessHistory.business_id)
    yield session.scalar(lines.where(Business.commune_id == commune_id))
    for model in (BuyerCall, PickupSighting):
        yield session.scalar(select(count).select_from(model).where(model.commune_id == commune_id))
