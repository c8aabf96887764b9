"""How far what somebody waits for has come, in one statement of rows: pages that wait ask every few seconds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import Session

from market.base.db import NOW
from market.notices.queries import NEWEST_NEWS, NewsReader
from market.orders.models import HOLDER_ID, Complaint, ComplaintStep, Contact, Order, OrderMessage, Purchase
from market.orders.queries.complaints import waits_for_stall
from market.orders.queries.orders import LIFE, OF_STALL, OPEN_ON, is_still, life_in
from market.orders.rules import OPEN, OrderStatus
from market.orders.rules.life import Life
from market.payments.models import Allocation, BankCredit, PaymentRequest
from market.payments.queries.orders import Paid
from market.values.money import Dong

Progress = tuple[object, ...]
"""What a page shows of what it waits for: it is another one exactly when the page would be."""


def order_progress(life: Life, paid: Paid | None) -> Progress:
    """What the pages of an order show its owner of how far it has come."""
    return (life, paid.received, paid.refunded, paid.returned) if paid else (life, None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNow:
    """How an order stands by time, and who may ask: the sums are None where it asks for no money.
    `newest_message`, `newest_step`: the ids of what was last written about it, and last said of goods not right."""

    purchase_id: int
    holder_id: int | None
    open_on: str | None
    life: Life
    received: Dong | None
    refunded: Dong | None
    returned: Dong | None
    newest_message: int | None
    newest_step: int | None

    @property
    def progress(self) -> Progress:
        """As the owner's pages have it: `order_progress` of what they load, and what was last written."""
        sums = self.received, self.refunded, self.returned
        return (self.life, *sums), self.newest_message, self.newest_step


_NEWEST_MESSAGE = select(func.max(OrderMessage.id)).where(OrderMessage.order_id == Order.id).scalar_subquery()
_NEWEST_STEP = (
    select(func.max(ComplaintStep.id))
    .join(Complaint, Complaint.id == ComplaintStep.complaint_id)
    .where(Complaint.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)
_ORDER_NOW = (
    select(
        Order.purchase_id,
        HOLDER_ID.label("holder_id"),
        OPEN_ON,
        _NEWEST_MESSAGE.label("newest_message"),
        _NEWEST_STEP.label("newest_step"),
        *LIFE,
        PaymentRequest.received,
        PaymentRequest.refunded,
        PaymentRequest.returned,
    )
    .join(Purchase, Purchase.id == Order.purchase_id)
    .join(Contact, Contact.id == Purchase.contact_id)
    .outerjoin(PaymentRequest, PaymentRequest.order_id == Order.id)
    .where(Order.commune_id == bindparam("commune", type_=BigInteger()), Order.code == bindparam("code"))
)


def order_now(session: Session, commune_id: int, code: str, *, now: datetime) -> OrderNow | None:
    """How the commune's order of this code stands: the caller asks who may see it."""
    row = session.connection().execute(_ORDER_NOW, {"commune": commune_id, "code": code}).mappings().one_or_none()
    if row is None:
        return None
    own = ("purchase_id", "holder_id", "open_on", "received", "refunded", "returned", "newest_message", "newest_step")
    return OrderNow(**{name: row[name] for name in own}, life=life_in(row, now=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class StallNow:
    """What waits at a stall. `to_answer`: how many orders wait for its yes or no.

    Of the orders that are open each step sets a moment that is the newest, or leaves one order less of a state: so few
    figures tell that something changed. `paid_at`, `credited_at`: when money was last counted, or came in at its bank.
    """

    to_answer: int
    in_hand: int
    ready: int
    last_id: int | None
    accepted_at: datetime | None
    ready_at: datetime | None
    said_paid_at: datetime | None
    fetched_at: datetime | None
    paid_at: datetime | None
    credited_at: datetime | None
    newest_news: int | None
    complaints: int = 0


def _count(status: OrderStatus) -> ColumnElement[int]:
    return func.count(case((Order.status == status, Order.id)))


_STALL_NOW = select(
    _count(OrderStatus.PLACED).label("to_answer"),
    _count(OrderStatus.ACCEPTED).label("in_hand"),
    _count(OrderStatus.READY).label("ready"),
    func.max(Order.id).label("last_id"),
    func.max(Order.accepted_at).label("accepted_at"),
    func.max(Order.ready_at).label("ready_at"),
    func.max(Order.said_paid_at).label("said_paid_at"),
    func.max(func.coalesce(Order.fetched_at, Order.buyer_confirmed_at)).label("fetched_at"),
    select(func.max(Allocation.at)).where(Allocation.stall_id == OF_STALL).scalar_subquery().label("paid_at"),
    select(func.max(BankCredit.occurred_at))
    .where(BankCredit.stall_id == OF_STALL)
    .scalar_subquery()
    .label("credited_at"),
    NEWEST_NEWS.scalar_subquery().label("newest_news"),
    select(func.count(Complaint.id))
    .where(Complaint.stall_id == OF_STALL, Complaint.closed_at.is_(None), waits_for_stall())
    .scalar_subquery()
    .label("complaints"),
).where(Order.stall_id == OF_STALL, is_still(NOW, *sorted(OPEN)))


def stall_now(session: Session, stall_id: int, reader: NewsReader, *, now: datetime) -> StallNow:
    """What waits at a stall, for a person who runs it."""
    asked = {"stall": stall_id, "now": now} | reader.asked
    return StallNow(**session.connection().execute(_STALL_NOW, asked).mappings().one())
