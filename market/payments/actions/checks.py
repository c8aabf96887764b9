"""Asking the providers of bank notices: what a seller grants for it, and what they told of each notice, kept for good.

A notice is signed with a secret that the seller entered: it is her word. What its provider tells when the market asks
it at its own address is the bank's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, lock_name, locked, locked_all
from market.base.errors import NotFound, Refused
from market.base.secrets import vault
from market.base.seen import check_seen
from market.payments.models import BankAccess, BankCredit, BankCreditCheck
from market.payments.queries.checks import checks_of, facts_of_access
from market.payments.queries.modes import is_on, of_business, of_credit, require
from market.payments.queries.payers import account_digest
from market.payments.rules.checks import (
    AskProblem,
    CheckOutcome,
    Difference,
    Noticed,
    ToldTransfer,
    ask_next,
    differences,
    is_given_up,
    pause_after,
)
from market.places.models import Commune
from market.places.rules.modes import Feature
from market.sellers.actions import log_business, refuse_helper
from market.sellers.models import BankConnection, Business, Stall
from market.sellers.queries import account_number, connection_of, live_bank_account
from market.values.money import Dong


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccess:
    """What a seller entered so that the provider of her feed may be asked, by field name. `seen`: `seen_of()` of the
    facts of the access (`facts_of_access`)."""

    business_id: int
    seen: str
    access: Mapping[str, str] = field(repr=False)


def grant_access(session: Session, actor: Actor, new: NewAccess, *, now: datetime) -> None:
    """Keep it, encrypted, for the live feed of the business: what waits to be asked about is asked about then. The
    caller has tried it. Idempotent: the same again changes nothing.

    Refused where the commune's market matches no bank money, and where no feed is connected; ChangedSince where it is
    not the one that was seen, NotAllowed under a mandate, NotFound for no business.
    """
    refuse_helper(actor)
    require(session, of_business(new.business_id), Feature.BANK_MATCHING)
    business = locked(session, Business, Business.id == new.business_id)
    connection = _live_connection(session, business)
    if connection is None:
        raise Refused("no_feed", "Chưa nối báo có nên chưa có gì để hỏi. Mời nối báo có trước.")
    known = _access_of(session, connection)
    if known and _is_same(known.row, new.access):
        return
    check_seen(new.seen, facts_of_access(session, new.business_id))
    access = known.row if known else BankAccess(connection_id=connection.id)
    access.access_cipher = vault().encrypt(json.dumps(dict(new.access)))
    access.granted_at, access.answered_at = now, now
    access.problem, access.failures, access.ask_after = None, 0, None
    session.add(access)
    log_business(session, actor, "grant_bank_access", business.row, "bank_access", now=now)


def withdraw_access(session: Session, actor: Actor, business_id: int, *, seen: str, now: datetime) -> None:
    """Forget what was entered: its provider is asked no more. Idempotent. ChangedSince where it is not what was seen
    (`seen`: `facts_of_access`), NotAllowed under a mandate, NotFound for no business."""
    refuse_helper(actor)
    business = locked(session, Business, Business.id == business_id)
    connection = _live_connection(session, business)
    known = _access_of(session, connection) if connection else None
    if known is None:
        return
    check_seen(seen, facts_of_access(session, business_id))
    session.delete(known.row)
    log_business(session, actor, "withdraw_bank_access", business.row, "bank_access", now=now)


def forget_ended_accesses(session: Session) -> None:
    """Drop what was entered for feeds that have ended since."""
    ended = exists().where(BankConnection.id == BankAccess.connection_id, BankConnection.ended_at.is_not(None))
    session.execute(delete(BankAccess).where(ended))


def _live_connection(session: Session, business: Locked[Business]) -> BankConnection | None:
    """The feed of the business's live account; both begin and end under the business's lock."""
    account = live_bank_account(session, business.row.id)
    return connection_of(session, account.id) if account else None


def _access_of(session: Session, connection: BankConnection) -> Locked[BankAccess] | None:
    return next(iter(locked_all(session, BankAccess, BankAccess.connection_id == connection.id)), None)


def _is_same(known: BankAccess, access: Mapping[str, str]) -> bool:
    """False also for what no key opens any more, and for what the provider no longer takes: those are replaced."""
    try:
        kept = json.loads(vault().decrypt(known.access_cipher))
    except ValueError:
        return False
    return bool(kept == dict(access)) and known.problem is not AskProblem.REFUSED


# --- asking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRound:
    """How a round of asking went with what was granted at a moment: `problem` is None where all was answered, `after`
    how long the provider wants to be left alone."""

    granted_at: datetime
    problem: AskProblem | None = None
    after: timedelta | None = None


def note_round(session: Session, access_id: int, done: AskRound, *, clock: Clock) -> None:
    """Write down how asking went, and after a failure when to try again: as the provider says, else later each time.
    What was withdrawn or granted anew meanwhile is left alone."""
    found = locked_all(session, BankAccess, BankAccess.id == access_id)
    if not found or found[0].row.granted_at != done.granted_at:
        return
    access, now = found[0].row, clock()
    access.problem = done.problem
    if done.problem is None:
        access.answered_at, access.failures, access.ask_after = now, 0, None
        return
    access.ask_after = now + (done.after or pause_after(access.failures))
    access.failures += 1


def keep_renewed(session: Session, access_id: int, access: Mapping[str, str], *, granted_at: datetime) -> None:
    """Keep what was granted at a moment as its provider has renewed it. What was withdrawn or granted anew meanwhile is
    left alone."""
    for known in locked_all(session, BankAccess, BankAccess.id == access_id):
        if known.row.granted_at == granted_at:
            known.row.access_cipher = vault().encrypt(json.dumps(dict(access)))


# --- what was told --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """What a provider told of one notice, None where it knows none, after it had told of it so many times before."""

    times: int
    told: ToldTransfer | None


def note_answer(session: Session, credit_id: int, answer: ProviderAnswer, *, clock: Clock) -> bool:
    """Keep what was told of a notice, and when it is asked about next. False where another process has kept an answer
    meanwhile: this one is let go then, and asked for again; and where the commune's market matches no bank money any
    more. NotFound for no such notice."""
    if not is_on(session, of_credit(credit_id), Feature.BANK_MATCHING):
        return False
    lock_name(session, "bank transaction", _transaction_key(session, credit_id))
    credit = locked(session, BankCredit, BankCredit.id == credit_id)
    if len(checks_of(session, credit_id)) != answer.times:
        return False
    check = _unknown(credit) if answer.told is None else _told(session, credit, answer.told)
    _keep(session, credit, check, now=clock())
    return True


def give_up(session: Session, credit_id: int, *, clock: Clock) -> None:
    """Ask no more about a notice whose provider could not be asked for a month; nothing where it is not due any more.
    NotFound for no such notice."""
    credit = locked(session, BankCredit, BankCredit.id == credit_id)
    now = clock()
    if credit.row.ask_at is not None and is_given_up(credit.row.received_at, now):
        check = BankCreditCheck(credit_id=credit_id, outcome=CheckOutcome.GAVE_UP)
        _keep(session, credit, check, now=now)


def _keep(session: Session, credit: Locked[BankCredit], check: BankCreditCheck, *, now: datetime) -> None:
    """Write a row after those that are known, and plan the next."""
    known = checks_of(session, credit.row.id)
    check.number, check.asked_at = len(known) + 1, now
    session.add(check)
    credit.row.ask_at = ask_next(
        check.outcome,
        times=check.number,
        was_confirmed=any(one.outcome is CheckOutcome.CONFIRMED for one in known),
        received_at=credit.row.received_at,
        now=now,
    )


def _unknown(credit: Locked[BankCredit]) -> BankCreditCheck:
    return BankCreditCheck(credit_id=credit.row.id, outcome=CheckOutcome.UNKNOWN)


def _told(session: Session, credit: Locked[BankCredit], told: ToldTransfer) -> BankCreditCheck:
    """The row of an answer: what the notice said is compared with it here, under the notice's lock."""
    key = _transaction_key(session, credit.row.id)
    owner = session.scalar(select(BankCreditCheck.credit_id).where(BankCreditCheck.transaction_key == key))
    differs = differences(_noticed(session, credit.row), told)
    if owner is not None and owner != credit.row.id:
        differs += (Difference.COUNTED,)
    return BankCreditCheck(
        credit_id=credit.row.id,
        outcome=CheckOutcome.DIFFERS if differs else CheckOutcome.CONFIRMED,
        differs=",".join(differs) or None,
        transaction_key=None if differs or owner else key,
        amount=Dong(told.amount),
        payer_digest=account_digest(told.payer.number) if told.payer else None,
        payer_last4=told.payer.number[-4:] if told.payer else None,
    )


def _transaction_key(session: Session, credit_id: int) -> str:
    """The provider's name and its number of the transaction, neither of which ever changes. NotFound for no notice."""
    query = select(BankConnection.provider, BankCredit.provider_txn_id).join(
        BankConnection, BankConnection.id == BankCredit.connection_id
    )
    row = session.execute(query.where(BankCredit.id == credit_id)).one_or_none()
    if row is None:
        raise NotFound
    return f"{row.provider}:{row.provider_txn_id}"


def _noticed(session: Session, credit: BankCredit) -> Noticed:
    """What the notice said; its account is the one that its feed was connected for, live or closed since."""
    letters = session.scalars(
        select(Commune.letters).join(Stall, Stall.commune_id == Commune.id).where(Stall.id == credit.stall_id)
    ).one()
    return Noticed(
        account=account_number(credit.connection.bank_account),
        amount=credit.amount,
        memo=credit.memo,
        occurred_at=credit.occurred_at,
        letters=letters,
    )
