"""Who stands behind the businesses, and who is in the commune's service: read for the KPI's risk flags."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.rules import Party, ServicePost
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


def services_of(session: Session, asked: LedgerScope) -> list[ServicePost]:
    """Officers, helpers of hamlets, and helpers under a mandate."""
    return [*_posts(session, asked), *_mandates(session, asked)]


_IN_COMMUNE = Business.commune_id == bindparam("commune_id")
_BUSINESS_PHONES = select(Business.id, Business.phone).where(_IN_COMMUNE, Business.phone.is_not(None))
_BANK_ACCOUNTS = (
    select(BankAccount.business_id, BankAccount.number_digest)
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


def parties_of(session: Session, asked: LedgerScope) -> dict[int, Party]:
    """Who stands behind each business: its own phone, its people with their phones and browsers, its bank accounts."""
    people: dict[int, set[int]] = defaultdict(set)
    phones: dict[int, set[str]] = defaultdict(set)
    devices: dict[int, set[str]] = defaultdict(set)
    banks: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(_BUSINESS_PHONES, {"commune_id": asked.commune_id}):
        phones[row.id].add(str(row.phone))
    for member in session.execute(_MEMBERS, {"commune_id": asked.commune_id}):
        people[member.business_id].add(member.person_id)
        phones[member.business_id] |= {str(member.phone)} if member.phone else set()
        devices[member.business_id] |= {member.visitor} if member.visitor else set()
    for account in session.execute(_BANK_ACCOUNTS, {"commune_id": asked.commune_id}):
        banks[account.business_id].add(account.number_digest)
    return {
        key: Party(
            people=frozenset(people[key]),
            phones=frozenset(phones[key]),
            devices=frozenset(devices[key]),
            bank_accounts=frozenset(banks[key]),
        )
        for key in {*people, *phones, *banks}
    }
