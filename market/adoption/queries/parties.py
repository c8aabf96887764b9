"""Who stands or stood behind the businesses, who is or was in the commune's service, and whom the office called."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.models import BuyerCall
from market.adoption.rules import CallRecord, Keeper, Party, ServicePost, Trail
from market.base.secrets import vault
from market.orders.models import Contact, Order, PickupSighting, Purchase
from market.payments.queries import account_digests
from market.sellers.models import BankAccount, Business, BusinessMember, ClaimState, Mandate, Post, PostRole
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerScope:
    """Of which commune, of sales since which day, as it was known at which moment."""

    commune_id: int
    since: date
    until: date
    known_at: datetime


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


def trail_of(session: Session, asked: LedgerScope) -> Trail:
    """What the job that raises risk flags knows beside the ledger, of all times up to a moment."""
    return Trail(
        services=[*_posts(session, asked), *_mandates(session, asked)],
        staff_devices=_staff_devices(session, asked),
        calls=_calls(session, asked),
        keepers=_keepers(session, asked),
    )


def _staff_devices(session: Session, asked: LedgerScope) -> dict[str, int]:
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
            phone=f"#{row.id}" if row.erased_at else str(row.phone),
            device=None if row.erased_at else row.device,
            buyer_id=None if row.erased_at else row.person_id,
            cause=row.cause,
            outcome=row.outcome,
            on=local_day(row.called_at),
        )
        for row in session.execute(query)
    ]


_IN_COMMUNE = Business.commune_id == bindparam("commune_id")
_BUSINESS_PHONES = select(Business.id, Business.phone).where(_IN_COMMUNE, Business.phone.is_not(None))
_BANK_ACCOUNTS = (
    select(BankAccount.business_id, BankAccount.number_cipher)
    .join(Business, Business.id == BankAccount.business_id)
    .where(_IN_COMMUNE)
)
_MEMBERS = (
    select(BusinessMember.business_id, BusinessMember.person_id, Person.phone, LoginSession.visitor)
    .distinct()
    .join(Business, Business.id == BusinessMember.business_id)
    .join(Person, Person.id == BusinessMember.person_id)
    .outerjoin(LoginSession, LoginSession.person_id == Person.id)
    .where(_IN_COMMUNE, BusinessMember.state == ClaimState.CONFIRMED)
)
"""Also those who are members no more: what they left behind is not forgotten."""


def parties_of(session: Session, asked: LedgerScope, *, with_accounts: bool) -> dict[int, Party]:
    """Who stands behind each business: its own phone, its people with their phones and browsers, its bank accounts."""
    people: dict[int, set[int]] = defaultdict(set)
    phones: dict[int, set[str]] = defaultdict(set)
    devices: dict[int, set[str]] = defaultdict(set)
    banks = _accounts(session, asked) if with_accounts else defaultdict(set)
    for row in session.execute(_BUSINESS_PHONES, {"commune_id": asked.commune_id}):
        phones[row.id].add(str(row.phone))
    for member in session.execute(_MEMBERS, {"commune_id": asked.commune_id}):
        people[member.business_id].add(member.person_id)
        phones[member.business_id] |= {str(member.phone)} if member.phone else set()
        devices[member.business_id] |= {member.visitor} if member.visitor else set()
    return {
        key: Party(
            people=frozenset(people[key]),
            phones=frozenset(phones[key]),
            devices=frozenset(devices[key]),
            bank_accounts=frozenset(banks[key]),
        )
        for key in {*people, *phones, *banks}
    }


def _accounts(session: Session, asked: LedgerScope) -> dict[int, set[str]]:
    """By business, the accounts it is or was paid into, of family members too. One that no data key opens is left out:
    the doctor says so."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(_BANK_ACCOUNTS, {"commune_id": asked.commune_id}):
        with suppress(ValueError):
            found[row.business_id].update(account_digests(vault().decrypt(row.number_cipher)))
    return found
