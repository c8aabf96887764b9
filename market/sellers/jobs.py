"""What waits after a spreadsheet was looked at: the file, with its names and phones, is forgotten within a day. What
comes round: the logins that a mandate leaves open when its last day is over. And asking who a seller is: what waits for
the provider's answer is asked about until there is one, however long the provider is away."""

from datetime import datetime, timedelta

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.jobs import Handler, Payload, PeriodicTask, enqueue_again
from market.base.storage import storage
from market.sellers.actions import end_lapsed
from market.sellers.actions.identity import (
    ASK_IDENTITY,
    CANNOT,
    TOO_LATE,
    asking_key,
    end_attempt,
    keep_answer,
    keep_challenge,
)
from market.sellers.identity import Connected, connected
from market.sellers.models import IdentityEvent
from market.sellers.queries import lapsed_mandates
from market.sellers.queries.identity_links import attempts_to_ask, last_of_attempt
from market.sellers.rules.identity import LinkState
from market.values.period import local_day

FORGET_REGISTER_FILE = "forget_register_file"
REGISTER_FILE_LIFE = timedelta(days=1)


def forget_register_file(payload: Payload) -> None:
    storage().delete(str(payload["key"]))


def ask_identity(payload: Payload) -> None:
    """Begin an attempt at the provider, or ask what came of it. One that does not answer is asked again, later and
    later; the attempt waits as long as it takes."""
    attempt, asked = str(payload["attempt"]), connected()
    last = last_of_attempt(reading(), attempt)
    if last.state is not LinkState.PENDING or asked is None:
        return
    try:
        _go_on(asked, last)
    except OutsideError as error:
        if not error.permanent:
            raise
        with transaction() as session:
            end_attempt(session, attempt, CANNOT, clock=clock.now)


def _go_on(asked: Connected, last: IdentityEvent) -> None:
    """OutsideError for good where the market has been connected to another provider since."""
    if asked.provider.name != last.provider:
        raise OutsideError("begun at another provider", permanent=True)
    if last.reference is None:
        _begin(asked, last.attempt)
    else:
        _ask(asked, last.attempt, last.reference, last.challenge_ends_at)


def _begin(asked: Connected, attempt: str) -> None:
    challenge = asked.provider.begin(attempt, asked.entered, now=clock.now())
    with transaction() as session:
        keep_challenge(session, attempt, challenge, clock=clock.now)


def _ask(asked: Connected, attempt: str, reference: str, ends_at: datetime | None) -> None:
    answer = asked.provider.ask(attempt, reference, asked.entered, now=clock.now())
    if answer is not None:
        if answer.attempt != attempt:
            raise OutsideError("an answer about another attempt", permanent=False)
        with transaction() as session:
            keep_answer(session, asked.provider.name, answer, clock=clock.now)
    elif ends_at is not None and clock.now() > ends_at + ANSWER_MAY_LAG:
        with transaction() as session:
            end_attempt(session, attempt, TOO_LATE, clock=clock.now)


def ask_about_links(now: datetime) -> None:
    """Attempts that wait for their answer are asked about again."""
    if connected() is None:
        return
    for attempt in attempts_to_ask(reading(), most=ASKED_AT_ONCE):
        with transaction() as session:
            enqueue_again(session, ASK_IDENTITY, {"attempt": attempt}, dedupe_key=asking_key(attempt))


ANSWER_MAY_LAG = timedelta(hours=1)
ASKED_AT_ONCE = 200
HANDLERS: dict[str, Handler] = {
    FORGET_REGISTER_FILE: Handler(do=forget_register_file),
    ASK_IDENTITY: Handler(do=ask_identity, limit=timedelta(minutes=1), runs_apart=True),
}


def end_lapsed_mandates(now: datetime) -> int:
    """Sign people out of their helpers' devices once the mandate's last day is over; returns for how many mandates."""
    with Batch("end lapsed mandates") as batch:
        return batch.each(lapsed_mandates(reading(), local_day(now)), _end_lapsed)


def _end_lapsed(mandate_id: int) -> bool:
    with transaction() as session:
        return end_lapsed(session, mandate_id, clock=clock.now)


PERIODIC_TASKS = (
    PeriodicTask(name="end lapsed mandates", every=timedelta(hours=1), do=end_lapsed_mandates),
    PeriodicTask(name="ask about links", every=timedelta(minutes=1), do=ask_about_links),
)
