"""What no call told of: providers are asked for whole days, and what they know beside is booked."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from market.base import clock
from market.base.batch import Batch, in_parts
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.jobs import Handler, Payload, PeriodicTask, enqueue_again
from market.payments.actions import SearchRound, match_credit, note_searched, record_found
from market.payments.banks.asking import lookup_of
from market.payments.jobs.rounds import client_of, may_ask, note_answered
from market.payments.models import BankAccess
from market.payments.queries import accesses_to_search, bank_access
from market.payments.rules.matching import BankTransaction
from market.payments.rules.searching import Searched, search_from

log = logging.getLogger(__name__)

SEARCH_BANK_PROVIDER = "search_bank_provider"
A_SHARE = 50
"""So many transactions are kept in one transaction of the database."""


def search_bank_providers(now: datetime) -> int:
    """Set a job for each access with which what no call told of is looked for, so that no provider waits for another;
    returns how many."""
    accesses = accesses_to_search(reading(), now=now)
    with transaction() as session:
        for access_id in accesses:
            key = f"{SEARCH_BANK_PROVIDER}:{access_id}"
            enqueue_again(session, SEARCH_BANK_PROVIDER, {"access_id": access_id}, dedupe_key=key)
    return len(accesses)


def search_bank_provider(payload: Payload) -> None:
    search_with(clock.now(), int(payload["access_id"] or 0))


def search_with(now: datetime, access_id: int) -> int:
    """Ask with one access for the days that are not known yet, a week at most, and book what no call brought; returns
    how many. A worker that dies in between asks for those days again, which adds nothing.

    A provider that does not answer as it should is left alone for as long as it says, else longer each time.
    """
    access = bank_access(reading(), access_id)
    lookup = lookup_of(access.connection.provider) if access else None
    if access is None or lookup is None or not may_ask(access):
        return 0
    days = search_from(access.searched_to, access.connection.created_at, now)
    if days is None:
        return 0
    try:
        told = client_of(access, lookup, now).transactions_between(days.first, days.last)
    except OutsideError as error:
        note_answered(access, error)
        return 0
    note_answered(access, None)
    return _book(access, days, told)


def _book(access: BankAccess, days: Searched, told: Sequence[BankTransaction]) -> int:
    found: list[int] = []
    for share in in_parts(list(told), A_SHARE):
        with transaction() as session:
            found += record_found(session, access.connection_id, share, clock=clock.now)
    with transaction() as session:
        note_searched(session, access.id, SearchRound(granted_at=access.granted_at, until=days.until))
    with Batch("match what no call told of") as batch:
        batch.each(found, _match)
    if found:
        log.info("found what no call told of", extra={"access": access.id, "found": len(found)})
    return len(found)


def _match(credit_id: int) -> None:
    with transaction() as session:
        match_credit(session, credit_id, clock=clock.now)


SEARCHING = Handler(do=search_bank_provider, limit=timedelta(minutes=4), runs_apart=True)
SEARCH_PROVIDERS = PeriodicTask(name="search bank providers", every=timedelta(minutes=10), do=search_bank_providers)
