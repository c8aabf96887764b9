"""Which phone numbers lead to those a notice is for."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import reading
from market.notices.ports import Addressee
from market.notices.queries import addressee_of, notice_with_id
from market.orders.models import Contact, Order, Purchase
from market.sellers.models import Business, MemberRole
from market.sellers.queries import members_of
from market.values.phone import Phone


class MarketDirectory:
    """The `Directory` of an application."""

    def phones(self, notice_id: int) -> tuple[Phone, ...]:
        notice = notice_with_id(reading(), notice_id)
        return phones_of(reading(), addressee_of(notice)) if notice else ()


def phones_of(session: Session, to: Addressee) -> tuple[Phone, ...]:
    """The numbers of an addressee, each once: a business's own people's, the owners' first, else the register's; a
    person's; what a guest gave with the order. None of those whose data was erased."""
    if to.business_id is not None:
        return _of_business(session, to.business_id)
    if to.person_id is not None:
        query = select(Person.phone).where(Person.id == to.person_id, Person.erased_at.is_(None))
        return tuple(phone for phone in session.scalars(query) if phone)
    ordered = select(Order.purchase_id).where(Order.id == to.order_id).scalar_subquery()
    query = select(Contact.phone).join(Purchase, Purchase.contact_id == Contact.id)
    return tuple(
        session.scalars(
            query.where(Contact.erased_at.is_(None), or_(Purchase.id == to.purchase_id, Purchase.id == ordered))
        )
    )


def _of_business(session: Session, business_id: int) -> tuple[Phone, ...]:
    members = sorted(members_of(session, business_id), key=lambda one: one.role is not MemberRole.OWNER)
    phones = [one.person.phone for one in members if one.person.phone and one.person.erased_at is None]
    if not phones and (registered := session.get_one(Business, business_id).phone):
        phones = [registered]
    return tuple(dict.fromkeys(phones))
