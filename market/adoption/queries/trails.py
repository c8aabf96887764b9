"""Who is or was in the commune's service, and whom the office called: for the job that raises risk flags alone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.models import BuyerCall
from market.adoption.queries.parties import LedgerScope
from market.adoption.rules import CallRecord, ServicePost
from market.adoption.rules.trail import Keeper, Trail
from market.orders.models import Contact, Order, PickupSighting, Purchase
from market.sellers.models import Business, Mandate, Post, PostRole
from market.values.period import local_day


def _posts(session: Session, asked: LedgerScope) -> list[ServicePost]:
    query = (
        select(Post.person_id, Person.phone, Post.starts_on, Post.ends_on, Post.hamlet_id)
        .join(Person, Person.id == Post.person_id)
        .where(Post.commune_id == asked.commune_id, Post.role.in_((PostRole.OFFICER, PostRole.HELPER)))
    )
    return [
        ServicePost(
            person_id=row.person_id,
            phone=row.phone,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            hamlet_id=row.hamlet_id,
        )
        for row in session.execute(query)
    ]


def _mandates(session: Session, asked: LedgerScope) -> list[ServicePost]:
    query = (
        select(
            Mandate.helper_id,
            Person.phone,
            Mandate.starts_on,
            Mandate.ends_on,
            Mandate.revoked_at,
            Mandate.business_id,
        )
        .join(Person, Person.id == Mandate.helper_id)
        .join(Business, Business.id == Mandate.business_id)
        .where(Business.commune_id == asked.commune_id, Mandate.recorded_at <= asked.known_at)
    )
    return [
        ServicePost(
            person_id=row.helper_id,
            phone=row.phone,
            starts_on=row.starts_on,
            ends_on=min(row.ends_on, local_day(row.revoked_at)) if row.revoked_at else row.ends_on,
            business_id=row.business_id,
        )
        for row in session.execute(query)
    ]


def services_of(session: Session, asked: LedgerScope) -> list[ServicePost]:
    """Posts and mandates of all times, also those that ended."""
    return [*_posts(session, asked), *_mandates(session, asked)]


def trail_of(session: Session, asked: LedgerScope) -> Trail:
    """What the job that raises risk flags knows beside the ledger, of all times up to a moment."""
    return Trail(
        services=services_of(session, asked),
        staff_devices=staff_devices_of(session, asked),
        calls=_calls(session, asked),
        keepers=_keepers(session, asked),
    )


def staff_devices_of(session: Session, asked: LedgerScope) -> dict[str, int]:
    """Every device on which an officer, a helper or one with a mandate ever signed in, with the first who did."""
    in_post = select(Post.person_id).where(
        Post.commune_id == asked.commune_id, Post.role.in_((PostRole.OFFICER, PostRole.HELPER))
    )
    with_mandate = (
        select(Mandate.helper_id)
        .join(Business, Business.id == Mandate.business_id)
        .where(Business.commune_id == asked.commune_id, Mandate.recorded_at <= asked.known_at)
    )
    query = (
        select(LoginSession.visitor, LoginSession.person_id)
        .where(
            LoginSession.person_id.in_(in_post.union(with_mandate)),
            LoginSession.visitor.is_not(None),
            LoginSession.created_at <= asked.known_at,
        )
        .order_by(LoginSession.id.desc())
    )
    return {visitor: person_id for visitor, person_id in session.execute(query) if visitor}


def _keepers(session: Session, asked: LedgerScope) -> dict[int, Keeper]:
    """By order, the keeper who saw its buyer fetch it."""
    query = (
        select(PickupSighting.order_id, PickupSighting.keeper_id, PickupSighting.device, Person.phone)
        .join(Person, Person.id == PickupSighting.keeper_id)
        .where(PickupSighting.commune_id == asked.commune_id, PickupSighting.seen_at <= asked.known_at)
    )
    return {
        row.order_id: Keeper(person_id=row.keeper_id, phone=row.phone, device=row.device)
        for row in session.execute(query)
    }


def _calls(session: Session, asked: LedgerScope) -> list[CallRecord]:
    """Every call made; of a buyer whose data was erased only what it says of the order itself."""
    query = (
        select(
            BuyerCall.order_id,
            Order.business_id,
            Contact.id,
            Contact.phone,
            Contact.device,
            Contact.person_id,
            Contact.erased_at,
            BuyerCall.cause,
            BuyerCall.outcome,
            BuyerCall.called_at,
        )
        .join(Order, Order.id == BuyerCall.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(BuyerCall.commune_id == asked.commune_id, BuyerCall.called_at <= asked.known_at)
        .order_by(BuyerCall.id)
    )
    return [
        CallRecord(
            order_id=row.order_id,
            business_id=row.business_id,
            phone=f"#{row.id}" if row.erased_at or row.phone is None else str(row.phone),
            device=None if row.erased_at else row.device,
            buyer_id=None if row.erased_at else row.person_id,
            cause=row.cause,
            outcome=row.outcome,
            on=local_day(row.called_at),
        )
        for row in session.execute(query)
    ]
