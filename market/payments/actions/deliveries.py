"""A provider's call, once it is known to be theirs: kept raw, then read; read again where the reading was repaired."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from market.base.db import Locked, locked
from market.base.logs import fault_of
from market.base.secrets import vault
from market.payments.actions.bank_credits import NewCredits, record_credits
from market.payments.actions.debits import record_debits
from market.payments.banks import PROVIDERS
from market.payments.banks.calls import reading_of
from market.payments.models import WebhookDelivery
from market.payments.ports import BankProvider, Reading
from market.payments.queries.modes import is_on, of_delivery, of_feed
from market.payments.rules.calls import CallRefusal, Unread
from market.payments.rules.matching import BankTransaction
from market.places.rules.modes import Feature
from market.sellers.models import BankConnection

log = logging.getLogger(__name__)

AS_BYTES = "latin-1"
"""A character a byte: whatever came goes into the text column and out of it as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A call whose signature holds, over which connection, with its very bytes; `after_refused`: the address may have
    refused one before it."""

    provider: str
    connection_id: int
    raw: bytes = field(repr=False)
    after_refused: bool = True


def keep_delivery(session: Session, new: NewDelivery, *, now: datetime) -> int | None:
    """Keep a call before anything is read of it; returns its id. What its address refused before is forgotten. None,
    and nothing of it is kept, where the commune's market matches no bank money. NotFound for no such
    feed."""
    if not is_on(session, of_feed(new.connection_id), Feature.BANK_MATCHING):
        return None
    delivery = WebhookDelivery(
        provider=new.provider,
        connection_id=new.connection_id,
        at=now,
        is_signed=True,
        status=200,
        note="",
        raw_cipher=vault().encrypt(new.raw.decode(AS_BYTES)),
        unread=Unread.NOT_YET,
    )
    session.add(delivery)
    session.flush()
    if new.after_refused:
        refused = BankConnection.id == new.connection_id, BankConnection.refused_at.is_not(None)
        session.execute(update(BankConnection).where(*refused).values(refused_at=None, refused_because=None))
    return delivery.id


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedCall:
    """The ids of what a call brought into the books, to be matched apart: money that came in, refunds that left."""

    credits: Sequence[int] = ()
    debits: Sequence[int] = ()


def take_call(session: Session, new: NewDelivery, *, now: datetime) -> BookedCall | None:
    """Keep a call as `keep_delivery` does and read it as `read_delivery` does, in one transaction: whatever the reading
    stumbles over is undone alone, and the call, which is kept then, is read again later (`payments/jobs`). NotFound for
    no such feed."""
    delivery_id = keep_delivery(session, new, now=now)
    if delivery_id is None:
        return None
    try:
        with session.begin_nested():
            return _read_locked(session, delivery_id, new.raw)
    except OperationalError:  # the database is in trouble, not the call: its bank is asked to come again
        raise
    except Exception as error:  # noqa: BLE001 - the bank is told that its call is kept, and it is
        log.error("kept call not read", extra={"delivery": delivery_id, "fault": fault_of(error)})
        return BookedCall()


def read_delivery(session: Session, delivery_id: int) -> BookedCall:
    """Put what a kept call brings into the books; returns its notices, to be matched apart. One that is read already
    brings nothing, and a transaction that is in the books stays as it is, whichever call told of it first.

    What cannot be read stays kept, with why; so does all where the commune's market matches no bank money any more.
    NotFound for no such call.
    """
    if not is_on(session, of_delivery(delivery_id), Feature.BANK_MATCHING):
        return BookedCall()
    return _read_locked(session, delivery_id)


def _read_locked(session: Session, delivery_id: int, raw: bytes | None = None) -> BookedCall:
    """`raw`: what came, where it is at hand."""
    delivery = locked(session, WebhookDelivery, WebhookDelivery.id == delivery_id)
    provider = PROVIDERS.get(delivery.row.provider)
    if delivery.row.unread is None or provider is None:
        return BookedCall()
    if raw is None:
        raw = vault().decrypt(delivery.row.raw_cipher or "").encode(AS_BYTES)
    brought = _read(provider, delivery, raw)
    came, left = (_of_call(delivery.row, raw, notices) for notices in (brought.transactions, brought.sent))
    kept = BookedCall(
        credits=record_credits(session, came) if came.notices else [],
        debits=record_debits(session, left) if left.notices else [],
    )
    delivery.row.note = _note(delivery.row, kept)[:200]
    return kept


def _of_call(row: WebhookDelivery, raw: bytes, notices: Sequence[BankTransaction]) -> NewCredits:
    return NewCredits(
        connection_id=row.connection_id or 0, notices=notices, raw=raw.decode("utf-8", "replace"), received_at=row.at
    )


def _note(row: WebhookDelivery, kept: BookedCall) -> str:
    named = [f"credit {one}" for one in kept.credits] + [f"debit {one}" for one in kept.debits]
    said = " ".join(named) or "nothing to book"
    return f"odd: {row.odd} {said}" if row.unread else said


def _read(provider: BankProvider, delivery: Locked[WebhookDelivery], raw: bytes) -> Reading:
    """What the call brings; why not all of it could be read is written down."""
    row = delivery.row
    row.reading, row.unread, row.odd = reading_of(provider), None, None
    try:
        brought = provider.read(raw)
    except Exception as error:  # noqa: BLE001 - whatever a reading stumbles over, the call is kept for a better one
        log.warning("call not read", extra={"delivery": row.id, "provider": row.provider, "fault": fault_of(error)})
        row.unread, row.odd = Unread.FORM, type(error).__name__
        return Reading()
    if brought.odd:
        row.unread, row.odd = Unread.FIELD, ", ".join(brought.odd)
    return brought


def note_refused(session: Session, connection_id: int, why: CallRefusal, *, now: datetime) -> None:
    """Remember why a call to an address was let in by nobody: the last one alone, so that calls cost no rows."""
    which = update(BankConnection).where(BankConnection.id == connection_id)
    session.execute(which.values(refused_at=now, refused_because=why.value))
