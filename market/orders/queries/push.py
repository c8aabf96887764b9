"""Which browsers are told by push: asked anew for each notice, so that a phone on which somebody signed out, or which
opens an order no more, is told nothing, whatever its row says."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.notices.models import PushSubscription
from market.notices.subscriptions import IS_LIVE, MOST_OF_A_PERSON
from market.orders.models import Contact, Order, Purchase


def browsers_of_person(session: Session, commune_id: int, person_id: int, *, now: datetime) -> Sequence[int]:
    """The subscriptions of the browsers on which the person is signed in at this commune's market, the newest first."""
    query = (
        select(PushSubscription.id)
        .join(LoginSession, LoginSession.id == PushSubscription.login_session_id)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            PushSubscription.person_id == person_id,
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > now,
            Person.erased_at.is_(None),
        )
    )
    return _live(session, query, commune_id)


def browsers_of_guest(
    session: Session, commune_id: int, *, order_id: int | None, purchase_id: int | None
) -> Sequence[int]:
    """The subscriptions of the browser that placed this purchase, or this order's, without an account, while it opens
    it still."""
    ordered = select(Order.purchase_id).where(Order.id == order_id).scalar_subquery()
    query = (
        select(PushSubscription.id)
        .join(Purchase, Purchase.id == PushSubscription.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(
            or_(Purchase.id == purchase_id, Purchase.id == ordered),
            Contact.device == PushSubscription.device,
            Contact.device_forgotten_at.is_(None),
            Contact.person_id.is_(None),
            Contact.erased_at.is_(None),
        )
    )
    return _live(session, query, commune_id)


def _live(session: Session, query: Select[int], commune_id: int) -> Sequence[int]:
    scoped = query.where(IS_LIVE, PushSubscription.commune_id == commune_id)
    return session.scalars(scoped.order_by(PushSubscription.id.desc()).limit(MOST_OF_A_PERSON)).all()
