"""What comes round for orders and money: orders past their clock, notices kept but not matched yet, notices that their
providers are to be asked about, card sessions that must not be paid any more, changes of money and people that have
waited their day."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from market.base import clock
from market.base.audit import GUEST
from market.base.batch import Batch
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.jobs import Handler, Payload, PeriodicTask, enqueue_again
from market.base.logs import fault_of
from market.orders.queries.changes import overdue_questions
from market.orders.queries.complaints import complaints_due
from market.orders.queries.orders import overdue_orders, paid_and_unanswered
from market.payments.actions import (
    ProviderAnswer,
    advance_complaint,
    ask_to_answer,
    begin_card_keys,
    end_overdue_order,
    forget_ended_accesses,
    give_up,
    lapse_offer,
    match_credit,
    match_debit,
    note_answer,
    read_delivery,
    sync_checkout,
)
from market.payments.actions.card_leaving import BRING_CARD_BACK
from market.payments.banks import PROVIDERS
from market.payments.banks.asking import lookup_of
from market.payments.banks.calls import reading_of
from market.payments.card.gateway import expire, gateway_of
from market.payments.jobs.card_leaving import LOOK_AFTER_CARDS, LOOKING_AFTER_CARD
from market.payments.jobs.rounds import client_of, may_ask, note_answered
from market.payments.jobs.searching import SEARCH_BANK_PROVIDER, SEARCH_PROVIDERS, SEARCHING
from market.payments.models import CardPayment
from market.payments.ports import AskedTransfer, LookupClient
from market.payments.queries import (
    CreditToAsk,
    accesses_to_ask,
    bank_access,
    card_accounts_to_ask,
    card_payments_to_end,
    credits_to_ask,
    credits_to_give_up,
    credits_unread,
    debits_unread,
    deliveries_to_read,
)
from market.payments.rules.checks import ToldTransfer
from market.sellers.actions import begin_bank_account, begin_member
from market.sellers.models import ChangeKind
from market.sellers.queries import changes_due
from market.values.period import local_day

log = logging.getLogger(__name__)

LEFT_ALONE = timedelta(seconds=30)
END_CARD_SESSIONS = "end_card_sessions"
ASK_BANK_PROVIDER = "ask_bank_provider"


def end_overdue(now: datetime) -> int:
    """Write the end of every order past its clock; returns how many. Pages do not wait for it.

    What has no clock because it is paid is not ended: its stall is asked for an answer, once a day. Whose buyer does
    not say in time whether they take less goes on without it.
    """
    with Batch("end overdue orders") as batch:
        batch.each(overdue_questions(reading(), now), _lapse_offer)
        ended = batch.each(overdue_orders(reading(), now), _end_order)
        batch.each(paid_and_unanswered(reading(), now), _ask_to_answer)
    return ended


def advance_complaints(now: datetime) -> int:
    """Have complaints go on whose time is over: to the office, or to their end; returns how many."""
    with Batch("advance complaints") as batch:
        return batch.each(complaints_due(reading(), now), _advance_complaint)


def _advance_complaint(order_id: int) -> bool:
    with transaction() as session:
        return advance_complaint(session, order_id, clock=clock.now)


def _end_order(order_id: int) -> bool:
    with transaction() as session:
        return end_overdue_order(session, order_id, clock=clock.now)


def _lapse_offer(order_id: int) -> None:
    with transaction() as session:
        lapse_offer(session, order_id, clock=clock.now)


def _ask_to_answer(order_id: int) -> None:
    with transaction() as session:
        ask_to_answer(session, order_id, clock=clock.now)


def match_left_over(now: datetime) -> int:
    """Match every notice that has waited unread for half a minute, of refunds that left too; returns how many."""
    before = now - LEFT_ALONE
    with Batch("match bank notices") as batch:
        matched = batch.each(credits_unread(reading(), before=before), _match)
        return matched + batch.each(debits_unread(reading(), before=before), _match_refund)


def _match(credit_id: int) -> bool:
    with transaction() as session:
        match_credit(session, credit_id, clock=clock.now)
    return True


def _match_refund(debit_id: int) -> bool:
    with transaction() as session:
        match_debit(session, debit_id, clock=clock.now)
    return True


def read_left_over(now: datetime) -> int:
    """Read every kept call that nobody has read for half a minute, and those that a repaired reading may read now;
    match what they bring. Returns for how many calls money came in. What cannot be read waits for the next repair."""
    readings = {name: reading_of(provider) for name, provider in PROVIDERS.items()}
    with Batch("read bank calls") as batch:
        return batch.each(deliveries_to_read(reading(), readings, before=now - LEFT_ALONE), _read_again)


def _read_again(delivery_id: int) -> bool:
    with transaction() as session:
        kept = read_delivery(session, delivery_id)
    matched = [*map(_match, kept.credits), *map(_match_refund, kept.debits)]
    return bool(matched)


def ask_bank_providers(now: datetime) -> int:
    """Set a job for each access with which something is to be asked now, so that no provider waits for another; returns
    how many. What was granted for feeds that have ended is dropped."""
    accesses = accesses_to_ask(reading(), now=now)
    with transaction() as session:
        forget_ended_accesses(session)
        for access_id in accesses:
            key = f"{ASK_BANK_PROVIDER}:{access_id}"
            enqueue_again(session, ASK_BANK_PROVIDER, {"access_id": access_id}, dedupe_key=key)
    return len(accesses)


def ask_bank_provider(payload: Payload) -> None:
    """Ask about what is due with one access."""
    ask_with(clock.now(), int(payload["access_id"] or 0))


def ask_with(now: datetime, access_id: int) -> None:
    """Ask the provider about the notices that are due with one access, those of a day in one go, and keep what it
    tells. A worker that dies between asking and keeping leaves them due: they are asked again.

    A provider that does not answer as it should is left alone for as long as it says, else longer each time.
    """
    access = bank_access(reading(), access_id)
    lookup = lookup_of(access.connection.provider) if access else None
    if access is None or lookup is None or not may_ask(access):
        return
    problem = None
    try:
        client = client_of(access, lookup, now)
        for due in _by_day(credits_to_ask(reading(), access.connection_id, now=now)):
            _ask_about(client, due)
    except OutsideError as error:
        problem = error
    note_answered(access, problem)
    with Batch("give up asking") as batch:
        batch.each(credits_to_give_up(reading(), access.connection_id, now=now), _give_up)


def _by_day(due: Sequence[CreditToAsk]) -> list[list[CreditToAsk]]:
    days: dict[object, list[CreditToAsk]] = {}
    for one in due:
        days.setdefault(local_day(one.occurred_at), []).append(one)
    return list(days.values())


def _ask_about(client: LookupClient, due: Sequence[CreditToAsk]) -> None:
    """Ask about notices of one day and keep each answer in a transaction of its own. OutsideError where one of them has
    none, once the others are kept."""
    asked = [AskedTransfer(provider_txn_id=one.provider_txn_id, occurred_at=one.occurred_at) for one in due]
    told = client.transfers(asked)
    with Batch("keep what a provider told") as batch:
        answered = {one.id: one for one in due if one.provider_txn_id in told}
        batch.each(answered, lambda credit_id: _note_answer(answered[credit_id], told))
    if len(answered) < len(due):
        raise OutsideError("the provider's answer leaves some out", permanent=False)


def _note_answer(credit: CreditToAsk, told: Mapping[str, ToldTransfer | None]) -> bool:
    answer = ProviderAnswer(times=credit.times, told=told[credit.provider_txn_id])
    with transaction() as session:
        return note_answer(session, credit.id, answer, clock=clock.now)


def _give_up(credit_id: int) -> None:
    with transaction() as session:
        give_up(session, credit_id, clock=clock.now)


def ask_for_card_sessions(now: datetime) -> int:
    """Set a job for each account that has sessions to close, so that no gateway waits for another; returns how many."""
    accounts = card_accounts_to_ask(reading(), now=now)
    with transaction() as session:
        for account_id in accounts:
            key = f"{END_CARD_SESSIONS}:{account_id}"
            enqueue_again(session, END_CARD_SESSIONS, {"account_id": account_id}, dedupe_key=key)
    return len(accounts)


def end_sessions_of_account(payload: Payload) -> None:
    """Close the sessions of one account that are to be closed."""
    end_card_sessions(clock.now(), account_id=int(payload["account_id"] or 0))


def end_card_sessions(now: datetime, *, account_id: int | None = None) -> int:
    """Close the card sessions (of one account, or all) whose time is up or which nobody should pay any more, and take
    down what was paid in them: so money is found even where the gateway's own call never came. Returns how many were
    looked at.

    A gateway that does not answer is left alone for this round.
    """
    away: set[int] = set()
    waiting = {payment.id: payment for payment in card_payments_to_end(reading(), now=now, account_id=account_id)}

    def end(payment_id: int) -> None:
        payment = waiting[payment_id]
        if payment.card_account_id not in away and not _end(payment):
            away.add(payment.card_account_id)

    with Batch("end card sessions") as batch:
        batch.each(waiting, end)
    return len(waiting)


def _end(payment: CardPayment) -> bool:
    """Close one session; False where its gateway does not answer as it should."""
    try:
        gateway = gateway_of(payment.account, current_settings())
        told = expire(gateway, payment.session_id) if payment.session_id else None
        with transaction() as session:
            sync_checkout(session, GUEST, payment.id, told, clock=clock.now)
    except OutsideError as error:
        log.warning("card session not closed", extra={"payment": payment.id, "fault": fault_of(error)})
        return False
    return True


BEGIN: Mapping[ChangeKind, Callable[..., bool]] = {
    ChangeKind.BANK_ACCOUNT: begin_bank_account,
    ChangeKind.CARD_KEYS: begin_card_keys,
    ChangeKind.MEMBER: begin_member,
}


def begin_changes(now: datetime) -> int:
    """Let every change whose time has come begin, or be stopped where it may not; returns how many began. Until then
    the old holds, so that a worker that is late or dies opens nothing."""
    due = changes_due(reading(), now)
    with Batch("begin waiting changes") as batch:
        return batch.each(due, lambda change_id: _begin_change(due[change_id], change_id))


def _begin_change(kind: ChangeKind, change_id: int) -> bool:
    with transaction() as session:
        return BEGIN[kind](session, change_id, clock=clock.now)


HANDLERS: dict[str, Handler] = {
    ASK_BANK_PROVIDER: Handler(do=ask_bank_provider, limit=timedelta(minutes=4), runs_apart=True),
    SEARCH_BANK_PROVIDER: SEARCHING,
    BRING_CARD_BACK: LOOKING_AFTER_CARD,
    END_CARD_SESSIONS: Handler(do=end_sessions_of_account, limit=timedelta(minutes=2), runs_apart=True, threads=4),
}
PERIODIC_TASKS = (
    PeriodicTask(name="begin waiting changes", every=timedelta(minutes=1), do=begin_changes),
    PeriodicTask(name="end overdue orders", every=timedelta(seconds=30), do=end_overdue),
    PeriodicTask(name="advance complaints", every=timedelta(minutes=1), do=advance_complaints),
    PeriodicTask(name="read bank calls", every=timedelta(minutes=1), do=read_left_over),
    PeriodicTask(name="match bank notices", every=timedelta(minutes=1), do=match_left_over),
    PeriodicTask(name="ask bank providers", every=timedelta(minutes=1), do=ask_bank_providers),
    SEARCH_PROVIDERS,
    LOOK_AFTER_CARDS,
    PeriodicTask(name="end card sessions", every=timedelta(minutes=1), do=ask_for_card_sessions),
)
