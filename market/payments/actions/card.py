"""Cards: a stall's own gateway account, an order's intent there, and the money the gateway itself says has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import insert_once
from market.base.errors import OutsideError
from market.base.secrets import random_key, vault
from market.payments.actions.sums import Source, locked_order, locked_request, put_on
from market.payments.models import AllocationKind, CardAccount, CardPayment, PaymentRequest
from market.payments.ports import Intent
from market.payments.queries.cards import card_account_of
from market.sellers.models import Stall
from market.values.money import Dong

CURRENCY = "vnd"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCardAccount:
    """The keys of a stall's own account at the gateway, as its owner copies them from there."""

    stall_id: int
    secret_key: str
    hook_secret: str


def take_cards(session: Session, actor: Actor, new: NewCardAccount, *, now: datetime) -> str:
    """Let a stall take cards with its own keys. Gives the key of the address the gateway calls; new keys keep it."""
    account = card_account_of(session, new.stall_id)
    if account is None:
        account = CardAccount(stall_id=new.stall_id, key=random_key(), created_at=now)
        session.add(account)
    account.secret_cipher = vault().encrypt(new.secret_key)
    account.hook_secret_cipher = vault().encrypt(new.hook_secret)
    _switch(session, actor, new.stall_id, accepts=True, now=now)
    return account.key


def take_no_cards(session: Session, actor: Actor, stall_id: int, *, now: datetime) -> None:
    """Stop offering cards; what is under way is still heard of."""
    _switch(session, actor, stall_id, accepts=False, now=now)


def _switch(session: Session, actor: Actor, stall_id: int, *, accepts: bool, now: datetime) -> None:
    stall = session.get_one(Stall, stall_id)
    stall.accepts_card = accepts
    session.flush()
    change = Change(
        verb="take_cards" if accepts else "take_no_cards",
        subject="stall",
        subject_id=stall.id,
        commune_id=stall.commune_id,
        business_id=stall.business_id,
        fields=("accepts_card",),
    )
    record(session, actor, change, now=now)


def note_intent(session: Session, account_id: int, request_id: int, intent: Intent, *, now: datetime) -> int:
    """Remember which order a gateway's intent is for; one already known is left as it is. Gives its id."""
    row = {
        "card_account_id": account_id,
        "request_id": request_id,
        "intent_id": intent.id,
        "amount": intent.amount,
        "received": Dong(0),
        "created_at": now,
    }
    session.execute(insert_once(session, CardPayment).values(row))
    known = select(CardPayment.id).where(CardPayment.card_account_id == account_id, CardPayment.intent_id == intent.id)
    return session.scalars(known).one()


def settle_card(session: Session, actor: Actor, payment_id: int, intent: Intent, *, now: datetime) -> Dong:
    """Put on the order what the gateway says it has taken and is not put on yet; gives that amount.

    `intent` was just fetched from the gateway; what somebody posted is never believed. Told twice changes nothing.
    """
    payment = session.scalars(
        select(CardPayment).where(CardPayment.id == payment_id).with_for_update(of=CardPayment)
    ).one()
    if intent.id != payment.intent_id or intent.currency != CURRENCY:
        raise OutsideError("the gateway speaks of another payment", permanent=True)
    taken = min(intent.received, payment.amount) if intent.is_paid else Dong(0)
    new = Dong(max(0, taken - payment.received))
    if new == 0:
        return new
    stall_id, order_id = _whose(session, payment.request_id)
    locked_order(session, stall_id, order_id)
    payment.received = payment.received + new
    source = Source(kind=AllocationKind.THE, card_payment_id=payment.id)
    put_on(session, actor, locked_request(session, order_id), source, new, now=now)
    return new


def _whose(session: Session, request_id: int) -> tuple[int, int]:
    request = session.get_one(PaymentRequest, request_id)
    return request.stall_id, request.order_id
