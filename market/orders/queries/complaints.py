"""Questions about goods that were not right: what may be complained of, what was said, what waits for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from market.base.db import said
from market.base.errors import NotFound
from market.base.seen import Facts
from market.catalog.models import Category, Product
from market.orders.models import (
    Complaint,
    ComplaintLine,
    ComplaintPhoto,
    ComplaintStep,
    Contact,
    Order,
    OrderLine,
    Purchase,
)
from market.orders.rules.complaints import (
    FRESH_KIND,
    REASON_WORDS,
    STATE_WORDS,
    WISH_WORDS,
    ComplaintState,
    ComplaintTerms,
    ComplaintWish,
    Remedy,
    can_complain,
)
from market.places.queries import number_on, quiet_hours
from market.values.money import Dong, format_dong
from market.values.period import local_day
from market.values.quantity import format_quantity, line_total, unit

NO_COMPLAINT = "Không tìm thấy lời báo này. Mời tải lại trang của đơn."
MOST_SHOWN = 20
"""So many of an order's complaints stand on its page, the newest; more than a few there never are."""
MOST_TOLD = 5
"""So many of a stall's complaints that wait are named on its day's page."""
_TERMS = {
    "fresh_days": "complaint.fresh_days",
    "other_days": "complaint.days",
    "answer_hours": "complaint.answer_hours",
    "reply_days": "complaint.reply_days",
    "office_days": "complaint.office_days",
}


def complaint_terms(session: Session, commune_id: int, now: datetime) -> ComplaintTerms:
    """The clocks of complaints in this commune today."""
    known = {name: number_on(session, commune_id, key, local_day(now)) for name, key in _TERMS.items()}
    return ComplaintTerms(**{name: found[0] for name, found in known.items() if found is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimable:
    """A line of which so much (thousandths) may still be complained of, until when."""

    line: OrderLine
    left: int
    until: datetime

    @property
    def words(self) -> str:
        name = f"{self.line.product_name} {self.line.variant_label}".rstrip()
        return f"{name}, {format_quantity(self.left, unit(self.line.unit))}"

    def value(self, amount: int) -> Dong:
        return line_total(self.line.price, amount)


def claimable(session: Session, order: Order, *, now: datetime) -> list[Claimable]:
    """What of an order may be complained of at this moment: handed over, not too long ago, not complained of before but
    by what was withdrawn."""
    if not can_complain(order.status) or order.completed_at is None:
        return []
    fresh = _fresh_products(session, [line.product_id for line in order.lines])
    terms, quiet = complaint_terms(session, order.commune_id, now), quiet_hours(session, order.commune_id)
    settled = _settled(session, order.id)
    found = [
        Claimable(
            line=line,
            left=line.amount - settled[line.id],
            until=terms.until(order.completed_at, quiet, is_fresh=line.product_id in fresh),
        )
        for line in order.lines
    ]
    return [one for one in found if one.left > 0 and now < one.until]


def _fresh_products(session: Session, product_ids: Sequence[int]) -> frozenset[int]:
    above = aliased(Category)
    query = (
        select(Product.id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(above, above.id == Category.parent_id)
        .where(Product.id.in_(product_ids), or_(Category.code == FRESH_KIND, above.code == FRESH_KIND))
    )
    return frozenset(session.scalars(query))


def _settled(session: Session, order_id: int) -> Counter[int]:
    query = (
        select(ComplaintLine.line_id, ComplaintLine.amount)
        .join(Complaint, Complaint.id == ComplaintLine.complaint_id)
        .where(Complaint.order_id == order_id, Complaint.state != ComplaintState.WITHDRAWN)
    )
    settled: Counter[int] = Counter()
    for line_id, amount in session.execute(query):
        settled[line_id] += amount
    return settled


_WHOLE = (
    selectinload(Complaint.lines).joinedload(ComplaintLine.line, innerjoin=True),
    selectinload(Complaint.photos),
    selectinload(Complaint.steps),
)


def complaints_of(session: Session, order: Order) -> Sequence[Complaint]:
    """All complaints of an order with their history, the newest first; of one that was not handed over nothing is
    asked. The caller asks who may see them."""
    if not can_complain(order.status):
        return ()
    query = select(Complaint).where(Complaint.order_id == order.id).options(*_WHOLE)
    return session.scalars(query.order_by(Complaint.number.desc()).limit(MOST_SHOWN)).all()


def open_complaint(session: Session, order_id: int) -> Complaint | None:
    """The one that is not over, read anew with its steps."""
    query = select(Complaint).where(Complaint.order_id == order_id, Complaint.closed_at.is_(None))
    return session.scalars(query.options(*_WHOLE).execution_options(populate_existing=True)).one_or_none()


def newest_complaint(session: Session, order_id: int) -> Complaint | None:
    """The last one, over or not, read anew with its steps."""
    query = select(Complaint).where(Complaint.order_id == order_id).order_by(Complaint.number.desc()).limit(1)
    return session.scalars(query.options(*_WHOLE).execution_options(populate_existing=True)).one_or_none()


def newest_step(session: Session, order: Order) -> int | None:
    """By which a page that waits sees that something was said of the order's goods."""
    if not can_complain(order.status):
        return None
    query = select(func.max(ComplaintStep.id)).join(Complaint, Complaint.id == ComplaintStep.complaint_id)
    return session.scalar(query.where(Complaint.order_id == order.id))


def photo_of_order(session: Session, order_id: int, photo_id: int) -> ComplaintPhoto:
    """A picture of a complaint of this order; NotFound for another's."""
    query = select(ComplaintPhoto).join(Complaint, Complaint.id == ComplaintPhoto.complaint_id)
    return _found(session.scalar(query.where(ComplaintPhoto.id == photo_id, Complaint.order_id == order_id)))


def photo_of_commune(session: Session, commune_id: int, photo_id: int) -> ComplaintPhoto:
    """A picture of a complaint that this commune's office sees; NotFound for another's."""
    query = select(ComplaintPhoto).where(ComplaintPhoto.id == photo_id, ComplaintPhoto.commune_id == commune_id)
    return _found(session.scalar(query))


def _found(photo: ComplaintPhoto | None) -> ComplaintPhoto:
    if photo is None:
        raise NotFound(NO_COMPLAINT)
    return photo


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingComplaint:
    """A complaint that waits for its stall, to answer it or to do what was promised, until when."""

    code: str
    is_promised: bool
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StallComplaints:
    """What waits for a stall: how many, and the most pressing of them."""

    count: int
    first: Sequence[WaitingComplaint]


def waits_for_stall() -> ColumnElement[bool]:
    """Of complaints that are not over: whether it is the stall's turn, to answer or to do what it promised."""
    promised = (Complaint.state == said(ComplaintState.PROMISED)) & Complaint.fulfilled_at.is_(None)
    return or_(Complaint.state == said(ComplaintState.WAITING), promised)


def complaints_for_stall(session: Session, stall_id: int) -> StallComplaints:
    """What waits for a stall's answer or deed, the most pressing first."""
    mine = Complaint.stall_id == stall_id, Complaint.closed_at.is_(None), waits_for_stall()
    query = (
        select(Order.code, Complaint.state, Complaint.due_at, func.count().over())
        .join(Order, Order.id == Complaint.order_id)
        .where(*mine)
        .order_by(Complaint.due_at, Complaint.id)
        .limit(MOST_TOLD)
    )
    rows = session.execute(query).all()
    first = [
        WaitingComplaint(code=code, is_promised=state is ComplaintState.PROMISED, due_at=due)
        for code, state, due, _ in rows
        if due is not None
    ]
    return StallComplaints(count=rows[0][3] if rows else 0, first=first)


def complaints_at_office(session: Session, commune_id: int, first: int, most: int) -> Sequence[Complaint]:
    """What waits for a commune's office, what is due first before the rest."""
    here = Complaint.commune_id == commune_id, Complaint.state == said(ComplaintState.OFFICE)
    query = select(Complaint).where(*here).options(joinedload(Complaint.order).joinedload(Order.stall))
    return session.scalars(query.order_by(Complaint.due_at, Complaint.id).offset(first).limit(most)).all()


def complaint_of_commune(session: Session, commune_id: int, complaint_id: int) -> Complaint:
    """One that the office has seen: with all that was said of it. NotFound for another commune's."""
    query = select(Complaint).where(Complaint.id == complaint_id, Complaint.commune_id == commune_id)
    found = session.scalars(query.options(*_WHOLE, joinedload(Complaint.order).joinedload(Order.stall))).one_or_none()
    if found is None:
        raise NotFound(NO_COMPLAINT)
    return found


def has_conceded(session: Session, order_id: int) -> bool:
    """Whether an order asks for less because its goods were not right."""
    found = select(Complaint.id).where(Complaint.order_id == order_id, Complaint.conceded > 0).limit(1)
    return session.scalar(found) is not None


def complaints_due(session: Session, now: datetime, *, most: int = 200) -> Sequence[int]:
    """Those whose time is over, the office's aside: the orders they are of."""
    query = select(Complaint.order_id).where(Complaint.closed_at.is_(None), Complaint.due_at <= now)
    query = query.where(Complaint.state != ComplaintState.OFFICE)
    return session.scalars(query.order_by(Complaint.due_at).limit(most)).all()


def photos_to_forget(session: Session, now: datetime, kept: timedelta, *, most: int = 200) -> Sequence[int]:
    """The pictures of complaints that were over long ago, and of orders whose buyer's name is gone."""
    query = (
        select(ComplaintPhoto.id)
        .join(Complaint, Complaint.id == ComplaintPhoto.complaint_id)
        .join(Order, Order.id == Complaint.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(or_(Complaint.closed_at < now - kept, Contact.erased_at.is_not(None)))
    )
    return session.scalars(query.order_by(ComplaintPhoto.id).limit(most)).all()


def offer_words(remedy: Remedy | None, amount: Dong, *, goods_back: bool) -> str:
    """What is offered or promised, as one says it."""
    after = " sau khi nhận lại hàng" if goods_back else ""
    if remedy is Remedy.MONEY:
        return f"trả lại {format_dong(amount)}{after}"
    if remedy is Remedy.REPLACEMENT:
        return f"đổi hàng khác{after}"
    return "đã nghe và ghi nhận" if remedy is Remedy.HEARD else "không trả tiền, không đổi hàng"


def wish_words(complaint: Complaint) -> str:
    """What the buyer wants of it."""
    if complaint.wish is ComplaintWish.MONEY:
        return f"{WISH_WORDS[complaint.wish]} {format_dong(complaint.asked)}"
    return WISH_WORDS[complaint.wish]


def facts_of_complaint(complaint: Complaint) -> Facts:
    """What either side or an officer decides on: where it stands, what the buyer wants, what was said so far."""
    offer = offer_words(complaint.remedy, complaint.amount, goods_back=complaint.goods_back)
    return {
        "lời báo": STATE_WORDS[complaint.state],
        "khách muốn": f"{REASON_WORDS[complaint.reason]}, {wish_words(complaint)}",
        "người bán": offer,
        "số lần trả lời": str(len(complaint.steps)),
    }
