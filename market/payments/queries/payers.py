"""Whose account money came from, of those that the market has on record: a seller's own and those close to her."""

import enum
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.secrets import vault
from market.sellers.models import BankAccount, BusinessMember, HolderRelation, Mandate
from market.sellers.queries import account_number


class Closeness(enum.IntEnum):
    """How an account stands to a business, the closest first."""

    OWN = enum.auto()
    FAMILY = enum.auto()
    MEMBER = enum.auto()
    HELPER = enum.auto()


def account_digest(number: str) -> str:
    """The keyed hash of an account's number alone: a provider tells the number of who paid without its bank."""
    return vault().digest("payer-account", number.replace(" ", "").upper())


def accounts_close_to(session: Session, business_ids: Collection[int]) -> Mapping[int, Mapping[str, Closeness]]:
    """For each business the accounts on record, by `account_digest()`, that are its own (live and closed, of a family
    member too), or those of businesses of people who were ever its members or, by a mandate, its helpers.

    Four statements, and one decryption for each account. ValueError where no data key opens one.
    """
    people = _people_of(session, business_ids)
    theirs = _businesses_of(session, {person for known in people.values() for person in known})
    accounts = _accounts_of(session, {*business_ids, *(one for many in theirs.values() for one in many)})
    found: dict[int, dict[str, Closeness]] = {}
    for business_id in business_ids:
        close = found.setdefault(business_id, {})
        _put(close, ((digest, _of_its_own(account)) for account, digest in accounts.get(business_id, ())))
        for person, closeness in people.get(business_id, {}).items():
            others = (one for one in theirs.get(person, ()) if one != business_id)
            _put(close, ((digest, closeness) for other in others for _, digest in accounts.get(other, ())))
    return found


def _put(close: dict[str, Closeness], more: Iterable[tuple[str, Closeness]]) -> None:
    """The closest stays, where an account is known in several ways."""
    for digest, closeness in more:
        close[digest] = min(closeness, close.get(digest, closeness))


def _of_its_own(account: BankAccount) -> Closeness:
    return Closeness.FAMILY if account.relation is HolderRelation.FAMILY else Closeness.OWN


def _people_of(session: Session, business_ids: Collection[int]) -> Mapping[int, Mapping[int, Closeness]]:
    """By business, the people who were ever its members or its helpers."""
    members = select(BusinessMember.business_id, BusinessMember.person_id).where(
        BusinessMember.business_id.in_(business_ids), BusinessMember.was_confirmed
    )
    helpers = select(Mandate.business_id, Mandate.helper_id).where(Mandate.business_id.in_(business_ids))
    people: dict[int, dict[int, Closeness]] = {}
    for query, closeness in ((members, Closeness.MEMBER), (helpers, Closeness.HELPER)):
        for business_id, person_id in session.execute(query):
            people.setdefault(business_id, {}).setdefault(person_id, closeness)
    return people


def _businesses_of(session: Session, people: Collection[int]) -> Mapping[int, set[int]]:
    query = select(BusinessMember.person_id, BusinessMember.business_id).where(
        BusinessMember.person_id.in_(people), BusinessMember.was_confirmed
    )
    theirs: dict[int, set[int]] = {}
    for person_id, business_id in session.execute(query):
        theirs.setdefault(person_id, set()).add(business_id)
    return theirs


def _accounts_of(session: Session, business_ids: Collection[int]) -> Mapping[int, list[tuple[BankAccount, str]]]:
    query = select(BankAccount).where(BankAccount.business_id.in_(business_ids)).order_by(BankAccount.id)
    accounts: dict[int, list[tuple[BankAccount, str]]] = {}
    for account in session.scalars(query):
        accounts.setdefault(account.business_id, []).append((account, account_digest(account_number(account))))
    return accounts
