"""Those whom a notice is for, the numbers that lead to them, and whether they need to hear it any more."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base import clock
from market.base.db import reading
from market.base.ports import Contactable
from market.notices.models import Notice
from market.notices.ports import Addressee
from market.notices.queries import addressee_of, notice_with_id
from market.notices.rules import OrderNews, word_of
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.push import browsers_of_guest, browsers_of_person
from market.orders.rules import OrderSource, OrderStatus, answer_deadline, status_at
from market.places.queries import quiet_hours
from market.sellers.models import Business, MemberRole
from market.sellers.queries import members_of

ASKS_TO_ANSWER = frozenset({OrderNews.NEW_ORDER, OrderNews.ANSWER_SOON, OrderNews.PAID_UNANSWERED})
"""What a stall is told so that it answers an order."""


class MarketDirectory:
    """The `Directory` of an application."""

    def people(self, notice_id: int) -> tuple[Contactable, ...]:
        notice = notice_with_id(reading(), notice_id)
        return people_of(reading(), addressee_of(notice)) if notice else ()

    def browsers_of_person(self, commune_id: int, person_id: int) -> Sequence[int]:
        return browsers_of_person(reading(), commune_id, person_id, now=clock.now())

    def browsers_of_guest(self, commune_id: int, *, order_id: int | None, purchase_id: int | None) -> Sequence[int]:
        return browsers_of_guest(reading(), commune_id, order_id=order_id, purchase_id=purchase_id)

    def is_over(self, notice_id: int) -> bool:
        notice = notice_with_id(reading(), notice_id)
        return notice is None or (word_of(notice.kind) in ASKS_TO_ANSWER and not waits_for_answer(reading(), notice))


def waits_for_answer(session: Session, notice: Notice) -> bool:
    """Whether the order that a stall's notice is about still waits for its answer."""
    if notice.business_id is None or notice.order_id is None:
        return False
    order = session.get_one(Order, notice.order_id, populate_existing=True)
    return status_at(order.status, order.due_at, clock.now()) is OrderStatus.PLACED


def order_to_answer(session: Session, notice: Notice) -> str | None:
    """The code of the order that a notice asks its stall to answer, while a signed link may answer it; None for any
    other notice, a buyer's above all."""
    if word_of(notice.kind) not in ASKS_TO_ANSWER or not waits_for_answer(session, notice):
        return None
    order = session.get_one(Order, notice.order_id)
    is_late = clock.now() >= answer_deadline(order.placed_at, quiet_hours(session, order.commune_id))
    return None if is_late else order.code


def people_of(session: Session, to: Addressee) -> tuple[Contactable, ...]:
    """A business's own people, the owners first, and where none of them has a number the register's; a person; a guest
    with what they gave with the order. None of those whose data was erased, nor of those for whom a stall wrote down
    what they ordered: they gave the market no number to write to."""
    if to.business_id is not None:
        return _of_business(session, to.business_id)
    if to.person_id is not None:
        found = session.scalars(select(Person).where(Person.id == to.person_id, Person.erased_at.is_(None)))
        return tuple(_contactable(one) for one in found)
    ordered = select(Order.purchase_id).where(Order.id == to.order_id).scalar_subquery()
    query = select(Contact.phone).join(Purchase, Purchase.contact_id == Contact.id)
    by_phone = select(Order.id).where(Order.purchase_id == Purchase.id, Order.source == OrderSource.PHONE).exists()
    guests = query.where(Contact.erased_at.is_(None), or_(Purchase.id == to.purchase_id, Purchase.id == ordered))
    phones = session.scalars(guests.where(~by_phone))
    return tuple(Contactable(person_id=None, phones=(phone,)) for phone in phones if phone is not None)


def _contactable(person: Person) -> Contactable:
    return Contactable(person_id=person.id, phones=(person.phone,) if person.phone else ())


def _of_business(session: Session, business_id: int) -> tuple[Contactable, ...]:
    members = sorted(members_of(session, business_id), key=lambda one: one.role is not MemberRole.OWNER)
    people = {one.person_id: _contactable(one.person) for one in members if one.person.erased_at is None}
    registered = session.get_one(Business, business_id).phone
    if registered and not any(one.phones for one in people.values()):
        return (*people.values(), Contactable(person_id=None, phones=(registered,)))
    return tuple(people.values())
