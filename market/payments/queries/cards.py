"""Questions about cards: a stall's account at the gateway, and what an intent there is for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.payments.models import CardAccount, CardPayment


def card_account_of(session: Session, stall_id: int) -> CardAccount | None:
    return session.scalar(select(CardAccount).where(CardAccount.stall_id == stall_id))


def card_account_by_key(session: Session, key: str) -> CardAccount | None:
    """The account whose address the gateway calls ends with this key."""
    return session.scalar(select(CardAccount).where(CardAccount.key == key))


def card_payment_id(session: Session, account_id: int, intent_id: str) -> int | None:
    """What this intent is for, where it is one of ours."""
    query = select(CardPayment.id).where(CardPayment.card_account_id == account_id, CardPayment.intent_id == intent_id)
    return session.scalar(query)
