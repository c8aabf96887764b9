"""Orders as a stall, a buyer and the helpers ask for them; the scope is part of every question."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    RowMapping,
    Select,
    SQLColumnExpression,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from market.base.db import Moment, said
from market.base.errors import NotFound
from market.notices.models import Notice
from market.orders.models import HOLDER_ID, LINE_STANDS, Contact, Order, OrderLine, Purchase
from market.orders.queries.recalls import is_worth_asking
from market.orders.rules import (
    MOST_LINES,
    TIMED,
    OrderSource,
    OrderStatus,
    Recipient,
    answer_deadline,
    reminder_kind,
    status_at,
)
from market.orders.rules.life import Life
from market.places.queries import quiet_hours
from market.sellers.models import Business, Stall
from market.values.money import Dong
from market.values.paging import Page
from market.values.period import local_day
from market.values.phone import Phone

PAGE = 30
MOST_UNANSWERED = 200


def purchase_with_key(session: Session, commune_id: int, client_key: str) -> Purchase | None:
    """The purchase that a key posted in this commune already made."""
    return session.scalar(select(Purchase).where(Purchase.client_key == client_key, Purchase.commune_id == commune_id))


def buyer_of(session: Session, purchase_id: int) -> int | None:
    """The person whose account holds the purchase; None where none does."""
    query = select(HOLDER_ID).join(Purchase, Purchase.contact_id == Contact.id)
    return session.scalar(query.where(Purchase.id == purchase_id))


def has_bought(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an order that this person placed, signed in, was delivered."""
    placed = Contact.person_id == person_id, Purchase.contact_id == Contact.id, Order.purchase_id == Purchase.id
    return exists().where(*placed, Order.status == OrderStatus.DELIVERED)


def has_ordered(device: str, before: datetime) -> ColumnElement[bool]:
    """Whether something was ordered on this device before then."""
    return exists().where(Contact.device == device, Purchase.contact_id == Contact.id, Purchase.placed_at <= before)


def order_ids_of(session: Session, purchase_id: int) -> tuple[int, ...]:
    return tuple(session.scalars(select(Order.id).where(Order.purchase_id == purchase_id).order_by(Order.id)))


def _whole() -> Select[Order]:
    """An order with all that its page shows but its lines, which are read once the page asks for them: who may not see
    it costs as many statements as who asks for a code that there is none of."""
    return select(Order).options(
        joinedload(Order.purchase).joinedload(Purchase.contact),
        joinedload(Order.stall).joinedload(Stall.business).joinedload(Business.hamlet),
        joinedload(Order.pickup_point),
        joinedload(Order.hamlet),
        joinedload(Order.consignment),
    )


def _found(order: Order | None) -> Order:
    if order is None:
        raise NotFound("Không tìm thấy đơn này. Mời xem lại mã đơn.")
    return order


def order_of_stall(session: Session, stall_id: int, code: str) -> Order:
    """An order of this stall by its code; NotFound for another's."""
    return _found(session.scalar(_whole().where(Order.stall_id == stall_id, Order.code == code)))


def order_with_code(session: Session, commune_id: int, code: str) -> Order:
    """An order of the commune by its code: the caller asks who may see it."""
    return _found(session.scalar(_whole().where(Order.commune_id == commune_id, Order.code == code)))


class HasBuyer(Protocol):
    """What knows who bought: the person whose account holds it, and the device that still opens it."""

    @property
    def holder_id(self) -> int | None: ...

    @property
    def open_on(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderViewer:
    """Who looks: a phone by its browser's name, the person signed in on it (if any)."""

    device: str
    person_id: int | None

    def owns(self, contact: "HasBuyer") -> bool:
        """Whether this person's account holds the purchase, or it was placed on this phone and nobody else's does."""
        if self.person_id is not None and contact.holder_id == self.person_id:
            return True
        return contact.open_on == self.device and (self.person_id is None or contact.holder_id is None)

    def purchases(self) -> Select[int]:
        """What this person, or this phone, bought by `owns`: each part has an index of its own."""
        here = select(Contact.id).where(Contact.device == self.device, Contact.device_forgotten_at.is_(None))
        contacts: Select[int] | CompoundSelect[int] = here
        if self.person_id is not None:
            placed = select(Contact.id).where(Contact.person_id == self.person_id)
            attached = select(Contact.id).where(Contact.attached_to_id == self.person_id)
            contacts = union_all(placed, attached, here.where(HOLDER_ID.is_(None)))
        return select(Purchase.id).where(Purchase.contact_id.in_(contacts))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOrder:
    """One stall's part of a receipt. `has_bad_lot`: `recalls.bad_goods_of` is worth asking."""

    order_id: int
    code: str
    total: Dong
    line_count: int
    stall_name: str
    phone: Phone | None
    has_bad_lot: bool
    life: Life


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A purchase with its orders, as one page shows it; `buyer_phone` opens it, and is never shown; None: there is
    none."""

    purchase_id: int
    code: str
    open_on: str | None
    holder_id: int | None
    buyer_phone: Phone | None = field(repr=False)
    orders: tuple[ReceiptOrder, ...]

    @property
    def total(self) -> Dong:
        return Dong(sum(order.total for order in self.orders))


LIFE: tuple[SQLColumnExpression[object], ...] = (
    Order.status,
    Order.pay_choice,
    Order.delivery,
    Order.placed_at,
    Order.accepted_at,
    Order.ready_at,
    Order.completed_at,
    Order.due_at,
    Order.ended_reason,
    Order.said_paid_at,
    Order.buyer_confirmed_at.label("taken_at"),
    Order.arrived_at,
    Order.fetched_at,
    Order.is_held,
    Order.acceptance,
    Order.ended_at,
    Order.changes,
    Order.asked_until,
    Order.fetch_by,
    Order.no_show_at,
    Order.was_there_at,
    Order.slot_on,
    Order.slot_begins,
    Order.slot_ends,
    Order.slot_off_at,
)
"""The columns that `life_in` reads."""
OPEN_ON = case((Contact.device_forgotten_at.is_(None), Contact.device)).label("open_on")
"""`Contact.open_on`, of a statement that reads rows alone."""
_LINE_COUNT = (
    select(func.count(OrderLine.id))
    .where(OrderLine.order_id == Order.id, LINE_STANDS)
    .correlate(Order)
    .scalar_subquery()
)
_RECEIPT = (
    select(
        Purchase.id.label("purchase_id"),
        OPEN_ON,
        HOLDER_ID.label("holder_id"),
        Contact.phone.label("buyer_phone"),
        Order.id.label("order_id"),
        Order.code,
        Order.total,
        _LINE_COUNT.label("line_count"),
        is_worth_asking().label("has_bad_lot"),
        Stall.name.label("stall_name"),
        Business.phone,
        *LIFE,
    )
    .join(Contact, Contact.id == Purchase.contact_id)
    .join(Order, Order.purchase_id == Purchase.id)
    .join(Stall, Stall.id == Order.stall_id)
    .join(Business, Business.id == Order.business_id)
    .where(Purchase.commune_id == bindparam("commune_id"), Purchase.code == bindparam("code"))
    .order_by(Order.id)
    .limit(MOST_LINES)
)
"""No purchase has more lines, and each of its orders has one."""


def receipt_with_code(session: Session, commune_id: int, code: str, *, now: datetime) -> Receipt:
    """A purchase by its code; NotFound where there is none. The caller asks who may see it."""
    rows = session.connection().execute(_RECEIPT, {"commune_id": commune_id, "code": code, "now": now}).mappings().all()
    if not rows:
        raise NotFound("Không tìm thấy biên nhận này. Mời xem lại mã.")
    first = rows[0]
    return Receipt(
        purchase_id=first["purchase_id"],
        code=code,
        open_on=first["open_on"],
        holder_id=first["holder_id"],
        buyer_phone=first["buyer_phone"],
        orders=tuple(_receipt_order(row, now) for row in rows),
    )


def _receipt_order(row: RowMapping, now: datetime) -> ReceiptOrder:
    own = ("order_id", "code", "total", "line_count", "stall_name", "phone", "has_bad_lot")
    return ReceiptOrder(**{name: row[name] for name in own}, life=life_in(row, now=now))


def life_in(row: RowMapping, *, now: datetime) -> Life:
    """The life of an order as it stands by time, of a row that holds its `LIFE`."""
    moments = {name: row[name] for name in Life.__dataclass_fields__ if name in row} | {"as_of": now}
    return Life(**moments | {"status": status_at(row["status"], row["due_at"], now)})


def orders_of_buyer(session: Session, commune_id: int, viewer: OrderViewer, *, page: int = 1) -> Page[Order]:
    """A page of the orders that this phone or person placed, newest first."""
    with_goods = joinedload(Order.stall), joinedload(Order.pickup_point), selectinload(Order.lines)
    shown = _of_buyer(commune_id, viewer).limit(PAGE + 1).offset((page - 1) * PAGE)
    return Page.of(session.scalars(shown.options(*with_goods)).all(), page, PAGE)


def lives_of_buyer(session: Session, commune_id: int, viewer: OrderViewer, *, now: datetime) -> dict[int, Life]:
    """How each of the orders on the first page stands by time, by its id, newest first."""
    newest = session.scalars(_of_buyer(commune_id, viewer).limit(PAGE))
    return {order.id: life_of(order, now=now) for order in newest}


def _of_buyer(commune_id: int, viewer: OrderViewer) -> Select[Order]:
    of_buyer = Order.commune_id == commune_id, Order.purchase_id.in_(viewer.purchases())
    return select(Order).where(*of_buyer).order_by(Order.id.desc())


def _is_weighed(order: Order) -> bool:
    """Of an order that may still be weighed anew; of others nobody reads the lines for it."""
    return order.status is OrderStatus.ACCEPTED and any(line.weighed_within is not None for line in order.lines)


def life_of(order: Order, *, now: datetime) -> Life:
    """An order's life as it stands by time."""
    return Life(
        status=status_at(order.status, order.due_at, now),
        pay_choice=order.pay_choice,
        delivery=order.delivery,
        placed_at=order.placed_at,
        accepted_at=order.accepted_at,
        ready_at=order.ready_at,
        completed_at=order.completed_at,
        due_at=order.due_at,
        ended_reason=order.ended_reason,
        said_paid_at=order.said_paid_at,
        taken_at=order.buyer_confirmed_at,
        arrived_at=order.arrived_at,
        fetched_at=order.fetched_at,
        is_held=order.is_held,
        acceptance=order.acceptance,
        ended_at=order.ended_at,
        changes=order.changes,
        asked_until=order.asked_until,
        fetch_by=order.fetch_by,
        no_show_at=order.no_show_at,
        was_there_at=order.was_there_at,
        to_weigh=order.to_weigh,
        has_weighed_goods=order.to_weigh > 0 or _is_weighed(order),
        deposit=order.deposit,
        slot_on=order.slot_on,
        slot_begins=order.slot_begins,
        slot_ends=order.slot_ends,
        slot_off_at=order.slot_off_at,
        is_by_phone=order.source is OrderSource.PHONE,
        as_of=now,
    )


# --- a stall's list -------------------------------------------------------------------------------------------------


OF_STALL: BindParameter[int] = bindparam("stall", type_=BigInteger())


def is_unanswered(now: Moment) -> ColumnElement[bool]:
    """An order that still waits for its stall, its answer time not over (a paid one has none). Its state is bound, not
    said: of many stalls' orders a database would read the clock of every one that waits anywhere."""
    return (Order.status == OrderStatus.PLACED) & or_(Order.due_at.is_(None), Order.due_at > now)


def is_in_hand(now: Moment) -> ColumnElement[bool]:
    """An accepted order not yet handed over, its hold not over."""
    return is_still(now, OrderStatus.ACCEPTED, OrderStatus.READY)


def is_still(now: Moment, *states: OrderStatus) -> ColumnElement[bool]:
    """In one of these open states, and not ended by its clock, which READY has none of. The states come first, whole:
    an index knows them, and no OR."""
    is_ready = Order.status == said(OrderStatus.READY)
    return Order.status.in_(map(said, states)) & or_(is_ready, Order.due_at.is_(None), Order.due_at > now)


def is_overdue(now: Moment) -> ColumnElement[bool]:
    """An order that its clock has ended and no job has written so yet: `status_at` in SQL. Never NULL."""
    return Order.status.in_(map(said, sorted(TIMED))) & Order.due_at.is_not(None) & (Order.due_at <= now)


def listed() -> Select[Order]:
    """Orders with what a stall's lists show of each, in a fixed number of statements."""
    return select(Order).options(
        joinedload(Order.purchase).joinedload(Purchase.contact),
        joinedload(Order.pickup_point),
        joinedload(Order.hamlet),
        selectinload(Order.lines),
    )


def orders_over(session: Session, stall_id: int, *, now: datetime, page: int) -> Page[Order]:
    """One page of what is done or ended, newest first: how much that is in all, nobody counts."""
    over = Order.stall_id == stall_id, ~or_(is_unanswered(now), is_in_hand(now))
    query = select(Order.id).where(*over).order_by(Order.placed_at.desc(), Order.id.desc())
    ids = session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    found = {order.id: order for order in session.scalars(listed().where(Order.id.in_(ids[:PAGE])))}
    return Page(rows=[found[one] for one in ids[:PAGE]], number=page, has_next=len(ids) > PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """An order that waits: whose it is, since when, until when it may be answered (None: paid, it has no end)."""

    code: str
    business_id: int
    placed_at: datetime
    due_at: datetime | None


def unanswered_orders(
    session: Session, business_ids: Collection[int] | Select[int], *, since: timedelta = timedelta(), now: datetime
) -> list[Unanswered]:
    """The orders that have waited for these businesses so long, the longest waiting first, at most two hundred."""
    stalls = select(Stall.id).where(Stall.business_id.in_(business_ids))
    query = (
        select(Order.code, Order.business_id, Order.placed_at, Order.due_at)
        .where(Order.stall_id.in_(stalls), is_unanswered(now), Order.placed_at <= now - since)
        .order_by(Order.placed_at, Order.id)
        .limit(MOST_UNANSWERED)
    )
    return [Unanswered(**row) for row in session.execute(query).mappings()]


def overdue_orders(session: Session, now: datetime, *, limit: int = 200) -> Sequence[int]:
    """The orders whose clock has run out and whose end is not written yet."""
    return session.scalars(select(Order.id).where(is_overdue(now)).order_by(Order.due_at).limit(limit)).all()


def paid_and_unanswered(session: Session, now: datetime, *, limit: int = 200) -> Sequence[int]:
    """The paid orders whose stall has let its answer time pass, and was not yet reminded of them today."""
    kind = reminder_kind(local_day(now))
    key = literal("order:") + cast(Order.id, Text) + literal(f":{Recipient.SELLER}:{kind}")
    told = select(Notice.id).where(Notice.dedupe_key == key, Notice.commune_id == Order.commune_id)
    query = (
        select(Order.id, Order.placed_at, Order.commune_id)
        .where(Order.status == OrderStatus.PLACED, Order.due_at.is_(None), ~told.exists())
        .order_by(Order.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    quiet = {one: quiet_hours(session, one) for one in sorted({row.commune_id for row in rows})}
    return [row.id for row in rows if answer_deadline(row.placed_at, quiet[row.commune_id]) <= now]
