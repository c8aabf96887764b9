"""Who stands or stood behind the businesses."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.rules import Party
from market.base.secrets import vault
from market.payments.queries import account_digests
from market.sellers.models import BankAccount, Business, BusinessMember, ClaimState


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerScope:
    """Of which commune, of sales since which day, as it was known at which moment."""

    commune_id: int
    since: date
    until: date
    known_at: datetime


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
