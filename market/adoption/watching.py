"""Sees in every transaction which facts of the KPI are written, and has the ledger tell of them before it commits.

It looks at what the session writes of its objects. Who writes rows of these tables past them, as where a commune comes
in from another installation, has the ledger filled (`fill_ledger`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Select, event, func, inspect, select
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.util import identity_key

from market.adoption.actions.entering import enter_commune, enter_entries, enter_sales
from market.adoption.models import DeclaredSale, EvidenceReview, PlatformAccount, RaisedFlag, SaleCheck
from market.adoption.queries.platforms import OWN_PLATFORM
from market.adoption.rules import EntryKind, EvidenceEntry
from market.base import clock
from market.base.audit import Event
from market.base.db import Base, M, at_end
from market.orders.models import COMPLETED, Complaint, Contact, Order, Purchase
from market.orders.rules import OrderStatus
from market.payments.models import Allocation, BankCreditCheck, PaymentRequest, Refund
from market.sellers.models import (
    Business,
    BusinessHistory,
    BusinessMember,
    Certificate,
    Stall,
    Verification,
)
from market.values.period import local_day

NAME = "ledger of evidence"
"""Of what is done at the end of a transaction, and of what it is done about."""


class _Seen:
    """What one transaction has written so far that the ledger is to tell of. `touched`: by which rows its sales are
    found, as far as they are not among the `orders`."""

    def __init__(self) -> None:
        self.touched: set[tuple[type[Base], int]] = set()
        self.orders: dict[int, Order] = {}
        self.entries: dict[tuple[str, int, EntryKind], Callable[[Session], EvidenceEntry]] = {}


def watch() -> None:
    """From now on, in this process; twice is once."""
    if not event.contains(Session, "after_flush", _note):
        event.listen(Session, "after_flush", _note)


def _note(session: Session, _context: UOWTransaction) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, _SALE_FACTS):
            _note_sale(session, _place_of(row))
        elif isinstance(row, _OTHER_FACTS):
            _note_other(session, row)


def _note_sale(session: Session, place: tuple[type[Base], int]) -> None:
    """Most money comes in before an order is handed over: of an order that the session has loaded nothing is asked. It
    is kept hold of, as a session lets go of what nobody holds."""
    order = _loaded_order(session, *place)
    if order is None:
        _seen(session).touched.add(place)
    else:
        _seen(session).orders[order.id] = order


def _seen(session: Session) -> _Seen:
    if NAME not in session.info:
        session.info[NAME] = _Seen()
        at_end(session, NAME, _tell)
    seen: _Seen = session.info[NAME]
    return seen


_SaleFact = Order | Allocation | Refund | BankCreditCheck | Complaint | SaleCheck | RaisedFlag | EvidenceReview
_SALE_FACTS = (Order, Allocation, Refund, BankCreditCheck, Complaint, SaleCheck, RaisedFlag, EvidenceReview)


def _place_of(row: _SaleFact) -> tuple[type[Base], int]:
    match row:
        case Order():
            return Order, row.id
        case Allocation() | Refund():
            return PaymentRequest, row.request_id
        case BankCreditCheck():
            return BankCreditCheck, row.credit_id
        case _:
            return Order, row.order_id


_Teller = BusinessHistory | Certificate | DeclaredSale | PlatformAccount | Stall | Verification
_OtherFact = BusinessMember | _Teller
_OTHER_FACTS = (BusinessHistory, BusinessMember, Certificate, DeclaredSale, PlatformAccount, Stall, Verification)


def _note_other(session: Session, row: _OtherFact) -> None:
    if isinstance(row, BusinessMember):
        if _is_written(row, "state"):
            _seen(session).touched.add((BusinessMember, row.id))
        return
    for kind, day_at in _told(row):
        key = (row.__tablename__, row.id, kind)
        _seen(session).entries[key] = _teller(row, kind, day_at)


def _is_written(row: Base, field: str) -> bool:
    """Whether this flush has written the field anew."""
    return inspect(row).attrs[field].history.has_changes()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """That a field is written is told as this, of the moment that another one says; None: of now."""

    kind: EntryKind
    written: str
    at: str | None


def _of_moment(kind: EntryKind, field: str) -> _Told:
    return _Told(kind=kind, written=field, at=field)


_TOLD: Mapping[type[_Teller], tuple[_Told, ...]] = {
    BusinessHistory: (_of_moment(EntryKind.REGISTER, "recorded_at"),),
    DeclaredSale: (_of_moment(EntryKind.DECLARED, "declared_at"),),
    Stall: (
        _of_moment(EntryKind.ACCOUNT, "opened_at"),
        _Told(kind=EntryKind.ACCOUNT_ENDED, written="state", at=None),
    ),
    Verification: (_of_moment(EntryKind.ACCOUNT, "verified_at"), _of_moment(EntryKind.ACCOUNT_ENDED, "ended_at")),
    PlatformAccount: (_of_moment(EntryKind.ACCOUNT, "checked_at"), _of_moment(EntryKind.ACCOUNT_ENDED, "ended_at")),
    Certificate: (
        _of_moment(EntryKind.CERTIFICATE, "checked_at"),
        _Told(kind=EntryKind.CERTIFICATE_ENDED, written="valid_to", at=None),
    ),
}


def _told(row: _Teller) -> Iterable[tuple[EntryKind, datetime]]:
    """What an entry is to say of a row that is written, and of which moment."""
    for told in _TOLD[type(row)]:
        at: datetime | None = getattr(row, told.at) if told.at else clock.now()
        if at is not None and _is_written(row, told.written) and (told.at or _is_over(row)):
            yield told.kind, at


def _is_over(row: _Teller) -> bool:
    """Whether a stall is closed, a certificate that was seen holds no more."""
    if isinstance(row, Stall):
        return row.is_closed
    return isinstance(row, Certificate) and row.checked_at is not None and not inspect(row).pending


_CLOSED = select(func.max(Event.at)).where(Event.subject == Business.__tablename__, Event.verb == "close_stall")
"""When a stall was closed: its own row does not say."""


def fill_ledger(session: Session, commune_id: int) -> None:
    """Have a commune's empty ledger tell of all that came in past the objects."""
    for table, tells in _TOLD.items():
        rows = select(table).join(Business, Business.id == table.business_id).where(Business.commune_id == commune_id)
        for row in cast(Sequence[_Teller], session.scalars(rows.order_by(table.id)).all()):
            moments = [(told.kind, getattr(row, told.at)) for told in tells if told.at]
            if isinstance(row, Stall) and row.is_closed:
                moments.append(
                    (EntryKind.ACCOUNT_ENDED, session.scalar(_CLOSED.where(Event.subject_id == row.business_id)))
                )
            entries = [_teller(row, kind, at)(session) for kind, at in moments if at is not None]
            enter_entries(session, commune_id, entries)
    after = 0
    while after := enter_commune(session, commune_id, after):
        pass


def _teller(row: _Teller, kind: EntryKind, at: datetime) -> Callable[[Session], EvidenceEntry]:
    """Makes the entry at the end, when its business is as the transaction leaves it."""

    def entry(session: Session) -> EvidenceEntry:
        business = session.get_one(Business, row.business_id)
        line = row if isinstance(row, BusinessHistory) else None
        platform = getattr(row, "platform", None)
        return EvidenceEntry(
            commune_id=business.commune_id,
            number=0,
            kind=kind,
            business_id=business.id,
            hamlet_id=line.hamlet_id if line else business.hamlet_id,
            business_kind=(line or business).kind.value,
            about=row.__tablename__,
            about_id=row.id,
            day=_day_of(row, at),
            recorded_at=at,
            platform=OWN_PLATFORM if isinstance(row, Stall | Verification) else platform,
            state=line.status.value if line else None,
        )

    return entry


def _day_of(row: _Teller, at: datetime) -> date:
    match row:
        case BusinessHistory():
            return row.valid_from
        case DeclaredSale():
            return row.sold_on
        case _:
            return local_day(at)


def _tell(session: Session) -> None:
    """A commune after the other, by their numbers: so two transactions never wait for each other's ledgers."""
    seen: _Seen = session.info.pop(NAME)
    sales = _completed(session, seen)
    entries: dict[int, list[EvidenceEntry]] = defaultdict(list)
    for make in seen.entries.values():
        entry = make(session)
        entries[entry.commune_id].append(entry)
    for commune_id in sorted(sales.keys() | entries.keys()):
        if commune_id in sales:
            enter_sales(session, commune_id, sorted(sales[commune_id]))
        enter_entries(session, commune_id, entries[commune_id])


def _completed(session: Session, seen: _Seen) -> dict[int, set[int]]:
    """By commune the completed orders of which something was written."""
    found: dict[int, set[int]] = defaultdict(set)
    for order in seen.orders.values():
        if order.status is OrderStatus.DELIVERED:
            found[order.commune_id].add(order.id)
    asked: dict[type[Base], set[int]] = defaultdict(set)
    for by, row_id in seen.touched:
        asked[by].add(row_id)
    for by, ids in asked.items():
        for commune_id, order_id in session.execute(_ORDERS_BY[by](ids)).all():
            found[commune_id].add(order_id)
    return found


def _loaded_order(session: Session, by: type[Base], row_id: int) -> Order | None:
    if by is PaymentRequest:
        request = _loaded(session, PaymentRequest, row_id)
        return _loaded(session, Order, request.order_id) if request else None
    return _loaded(session, Order, row_id) if by is Order else None


def _loaded(session: Session, model: type[M], row_id: int) -> M | None:
    found = session.identity_map.get(identity_key(model, row_id))
    return found if isinstance(found, model) else None


_COMPLETED = select(Order.commune_id, Order.id).where(COMPLETED)
_OF_REQUESTS = _COMPLETED.join(PaymentRequest, PaymentRequest.order_id == Order.id)
_OWN = (
    _COMPLETED.join(Purchase, Purchase.id == Order.purchase_id)
    .join(Contact, Contact.id == Purchase.contact_id)
    .join(BusinessMember, BusinessMember.business_id == Order.business_id)
    .where(BusinessMember.person_id == Contact.person_id)
)
_ORDERS_BY: Mapping[type[Base], Callable[[Collection[int]], Select[int, int]]] = {
    Order: lambda ids: _COMPLETED.where(Order.id.in_(ids)),
    PaymentRequest: lambda ids: _OF_REQUESTS.where(PaymentRequest.id.in_(ids)),
    BankCreditCheck: lambda ids: _OF_REQUESTS.join(Allocation, Allocation.request_id == PaymentRequest.id).where(
        Allocation.credit_id.in_(ids)
    ),
    BusinessMember: lambda ids: _OWN.where(BusinessMember.id.in_(ids)),
}
