"""Questions about cards: a stall's account at the gateway, and the sessions and intents there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from market.base.secrets import sign, vault
from market.orders.models import Order
from market.orders.queries.orders import is_overdue
from market.orders.rules import OPEN, OrderStatus
from market.payments.models import CardAccount, CardPayment, PaymentRequest
from market.payments.queries.modes import communes_with
from market.payments.rules.cards import ASK_UNTIL, is_test_key
from market.places.rules.modes import Feature
from market.sellers.models import Stall

MOST_ASKED = 50
T = TypeVar("T")


def card_account_of(session: Session, stall_id: int) -> CardAccount | None:
    return session.scalar(select(CardAccount).where(CardAccount.stall_id == stall_id))


def card_account_by_key(session: Session, key: str) -> CardAccount | None:
    """The account whose address the gateway calls ends with this key."""
    return session.scalar(select(CardAccount).where(CardAccount.key == key))


def card_secrets_for(session: Session, secret_key: str) -> dict[str, str]:
    """The signing secrets of the accounts with this secret key, by the keys of their addresses."""
    accounts = session.scalars(select(CardAccount))
    return {
        account.key: vault().decrypt(account.hook_secret_cipher)
        for account in accounts
        if vault().decrypt(account.secret_cipher) == secret_key
    }


def hook_key_of(stall_id: int) -> str:
    """The end of the address that the gateway of a stall calls: known before its keys are, to be typed in there."""
    return sign("card-hook", str(stall_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardKeys:
    """As much of a stall's kept keys as is ever shown."""

    secret_last4: str
    hook_last4: str
    is_test: bool


def card_keys_of(session: Session, stall_id: int) -> CardKeys | None:
    account = card_account_of(session, stall_id)
    if account is None:
        return None
    secret, hook = vault().decrypt(account.secret_cipher), vault().decrypt(account.hook_secret_cipher)
    return CardKeys(secret_last4=secret[-4:], hook_last4=hook[-4:], is_test=is_test_key(secret))


def card_payment_of(session: Session, account_id: int, about: str) -> int | None:
    """What a session or an intent of an account is for, where it is one of ours."""
    is_it = or_(CardPayment.session_id == about, CardPayment.intent_id == about)
    return session.scalar(select(CardPayment.id).where(CardPayment.card_account_id == account_id, is_it))


def card_payment(session: Session, payment_id: int) -> CardPayment:
    """A go at paying by card, with its account."""
    query = select(CardPayment).where(CardPayment.id == payment_id).options(joinedload(CardPayment.account))
    return session.scalars(query.execution_options(populate_existing=True)).one()


def open_card_payment(session: Session, request_id: int) -> CardPayment | None:
    """The open go at paying a request by card, with its account."""
    query = select(CardPayment).where(CardPayment.request_id == request_id, CardPayment.closed_at.is_(None))
    return session.scalar(query.options(joinedload(CardPayment.account)).execution_options(populate_existing=True))


def card_payments_to_end(
    session: Session, *, now: datetime, account_id: int | None = None, limit: int = MOST_ASKED
) -> Sequence[CardPayment]:
    """The open goes whose time is up, and those that must not be paid any more: the order is over, also by time alone,
    or asks for another amount now, or the stall or its market takes no cards. With their accounts, oldest first: the
    gateway is to be asked of each. Of one account, or of all."""
    query = (
        _to_end(select(CardPayment), now)
        .join(CardPayment.account)
        .options(contains_eager(CardPayment.account))
        .order_by(CardPayment.id)
        .limit(limit)
    )
    return session.scalars(
        query if account_id is None else query.where(CardPayment.card_account_id == account_id)
    ).all()


def card_accounts_to_ask(session: Session, *, now: datetime) -> Sequence[int]:
    """The accounts that have goes to be ended."""
    return session.scalars(_to_end(select(CardPayment.card_account_id), now).distinct()).all()


def _to_end(query: Select[T], now: datetime) -> Select[T]:
    return (
        query.join(CardPayment.request)
        .join(PaymentRequest.order)
        .join(Order.stall)
        .where(CardPayment.closed_at.is_(None), CardPayment.created_at > now - ASK_UNTIL, _is_unwanted(now))
    )


def _is_unwanted(now: datetime) -> ColumnElement[bool]:
    return or_(
        CardPayment.expires_at <= now,
        Order.status.not_in(OPEN | {OrderStatus.DELIVERED}),
        is_overdue(now),
        CardPayment.amount != PaymentRequest.amount - PaymentRequest.received,
        Stall.accepts_card.is_(False),
        Order.commune_id.not_in(communes_with(Feature.CARD)),
    )
