"""A round of asking a provider with one access: with what, and how it went."""

import logging
from datetime import datetime, timedelta

from market.base import clock
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.logs import fault_of
from market.payments.actions import AskRound, keep_renewed, note_round
from market.payments.banks.asking import client_with, entered_in, renewed
from market.payments.models import BankAccess
from market.payments.ports import AccessRefused, AskedTooOften, LookupClient, TransferLookup
from market.payments.queries.modes import mode_now_of, of_feed
from market.payments.rules.checks import AskProblem
from market.places.rules.modes import Feature, allows

log = logging.getLogger(__name__)


def may_ask(access: BankAccess) -> bool:
    """Whether the market of its commune matches bank money at all."""
    return allows(mode_now_of(reading(), of_feed(access.connection_id)), Feature.BANK_MATCHING)


def client_of(access: BankAccess, lookup: TransferLookup, now: datetime) -> LookupClient:
    """The provider, with what was granted renewed and kept first where it ends soon."""
    known, settings = entered_in(access), current_settings()
    fresh = renewed(lookup, known, settings, now=now)
    if fresh is not None:
        with transaction() as session:
            keep_renewed(session, access.id, fresh, granted_at=access.granted_at)
    return client_with(lookup, fresh or known, settings)


def note_answered(access: BankAccess, error: OutsideError | None) -> None:
    """Write down how the provider answered, so that one that did not is left alone for a while."""
    if error is not None:
        log.warning("bank provider not asked", extra={"access": access.id, "fault": fault_of(error)})
    done = AskRound(granted_at=access.granted_at, problem=_problem(error), after=_wanted_pause(error))
    with transaction() as session:
        note_round(session, access.id, done, clock=clock.now)


def _problem(error: OutsideError | None) -> AskProblem | None:
    if isinstance(error, AccessRefused):
        return AskProblem.REFUSED
    if isinstance(error, AskedTooOften):
        return AskProblem.TOO_OFTEN
    return AskProblem.AWAY if error else None


def _wanted_pause(error: OutsideError | None) -> timedelta | None:
    return error.after if isinstance(error, AskedTooOften) else None
