"""Whom the office calls: what was called, what the random sample may draw from, who is next."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.models import BuyerCall, CallDraw
from market.adoption.rules import CallOutcome
from market.orders.models import COMPLETED, Contact, Order, Purchase
from market.sellers.models import Business, BusinessMember, Mandate, Stall
from market.values.paging import Page
from market.values.period import day_start, local_day
from market.values.phone import Phone

DRAW_DAYS = timedelta(days=60)
"""The sample is drawn from orders whose buyer still remembers them."""
A_YEAR = timedelta(days=365)
LISTED_WEEKS = 4
PAGE = 50
MOST = 50
"""So many calls about one order are shown, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """A call that was made, with the officer's name."""

    call: BuyerCall
    officer: str


def calls_about(session: Session, order_id: int) -> list[CallLine]:
    """The calls about an order, newest first."""
    query = (
        select(BuyerCall, Person.name)
        .join(Person, Person.id == BuyerCall.called_by)
        .where(BuyerCall.order_id == order_id)
        .order_by(BuyerCall.id.desc())
        .limit(MOST)
    )
    return [CallLine(call=call, officer=name) for call, name in session.execute(query)]


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week."""
    day = local_day(moment)
    return day - timedelta(days=day.weekday())


def is_drawn(session: Session, order_id: int) -> bool:
    return bool(session.scalar(select(exists().where(CallDraw.order_id == order_id))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """An order that the sample may draw."""

    order_id: int
    business_id: int
    phone: Phone


def draw_pool(session: Session, commune_id: int, before: date, among: Collection[int] | None = None) -> list[Drawable]:
    """Orders completed of late whose buyer read out the code and was not reached within a year, none of them drawn
    before or bought by the seller's own people; all of them, or those `among` some."""
    same_phone = select(Contact.phone).join(Purchase, Purchase.contact_id == Contact.id)
    reached = (
        same_phone.join(Order, Order.purchase_id == Purchase.id)
        .join(BuyerCall, BuyerCall.order_id == Order.id)
        .where(BuyerCall.commune_id == commune_id, BuyerCall.outcome != CallOutcome.NO_ANSWER)
        .where(BuyerCall.called_at >= day_start(before) - A_YEAR)
    )
    of_seller = BusinessMember.business_id == Order.business_id
    is_self_bought = exists().where(of_seller, BusinessMember.person_id == Contact.person_id)
    query = (
        select(Order.id, Order.business_id, Contact.phone)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(COMPLETED, Order.commune_id == commune_id, Order.completed_on.between(before - DRAW_DAYS, before))
        .where(Order.buyer_confirmed_at.is_not(None), Contact.erased_at.is_(None), Contact.phone.not_in(reached))
        .where(~exists().where(CallDraw.order_id == Order.id), ~is_self_bought)
    )
    rows = session.execute(query if among is None else query.where(Order.id.in_(among)))
    return [Drawable(order_id=row.id, business_id=row.business_id, phone=row.phone) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """A buyer whom the sample wants called: about what, and how often in vain so far."""

    code: str
    stall: str
    completed_on: date
    week: date
    buyer: str
    phone: Phone
    tries: int


def calls_of(session: Session, commune_id: int, page: int, *, now: datetime) -> Page[ToCall]:
    """Whom to call next: drawn in the last weeks and not reached yet, oldest draw first; a page of them."""
    since = week_of(now) - timedelta(weeks=LISTED_WEEKS - 1)
    is_reached = exists().where(BuyerCall.order_id == Order.id, BuyerCall.outcome != CallOutcome.NO_ANSWER)
    query = (
        select(Order.id, Order.code, Stall.name, Order.completed_on, CallDraw.week, Contact.name, Contact.phone)
        .join(CallDraw, CallDraw.order_id == Order.id)
        .join(Stall, Stall.id == Order.stall_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(CallDraw.commune_id == commune_id, CallDraw.week >= since, ~is_reached, Contact.erased_at.is_(None))
        .order_by(CallDraw.week, CallDraw.rank)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    rows = session.execute(query).all()
    tries = _tries(session, [row.id for row in rows])
    calls = [
        ToCall(
            code=code, stall=stall, completed_on=day, week=week, buyer=buyer, phone=phone, tries=tries.get(order_id, 0)
        )
        for order_id, code, stall, day, week, buyer, phone in rows
        if day is not None and phone is not None
    ]
    return Page.of(calls, page, PAGE)


def _tries(session: Session, order_ids: Sequence[int]) -> Counter[int]:
    return Counter(session.scalars(select(BuyerCall.order_id).where(BuyerCall.order_id.in_(order_ids))))


def is_involved(session: Session, person_id: int, order: Order) -> bool:
    """Whether somebody is or was on a side of an order: its buyer by account, phone or device, somebody who claims or
    ever claimed the seller's business, or a helper with a mandate for it."""
    own_devices = select(LoginSession.visitor).where(LoginSession.person_id == person_id)
    own_phone = select(Person.phone).where(Person.id == person_id)
    bought = exists().where(
        Purchase.id == order.purchase_id,
        Contact.id == Purchase.contact_id,
        or_(
            Contact.person_id == person_id,
            Contact.attached_to_id == person_id,
            Contact.phone.in_(own_phone),
            Contact.device.in_(own_devices),
        ),
    )
    is_member = exists().where(BusinessMember.business_id == order.business_id, BusinessMember.person_id == person_id)
    is_helper = exists().where(Mandate.business_id == order.business_id, Mandate.helper_id == person_id)
    is_owner_phone = exists().where(Business.id == order.business_id, Business.phone.in_(own_phone))
    return bool(session.scalar(select(or_(bought, is_member, is_helper, is_owner_phone))))
