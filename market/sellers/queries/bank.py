"""Questions about bank accounts and the feeds of notices of them."""

import json

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session, joinedload

from market.base.secrets import vault
from market.sellers.models import BankAccount, BankConnection

_LIVE_ACCOUNT = select(BankAccount).where(
    BankAccount.business_id == bindparam("business", type_=BigInteger()), BankAccount.closed_at.is_(None)
)


def live_bank_account(session: Session, business_id: int) -> BankAccount | None:
    return session.scalar(_LIVE_ACCOUNT, {"business": business_id})


def account_number(account: BankAccount) -> str:
    return vault().decrypt(account.number_cipher)


def connection_by_key(session: Session, provider: str, key: str) -> BankConnection | None:
    query = select(BankConnection).where(
        BankConnection.provider == provider, BankConnection.key == key, BankConnection.ended_at.is_(None)
    )
    return session.scalar(query.options(joinedload(BankConnection.bank_account)))


def credentials_of(connection: BankConnection) -> dict[str, str]:
    """What the seller entered for this provider, by field name."""
    if connection.credentials_cipher is None:
        return {"secret": vault().decrypt(connection.secret_cipher)}
    entered: dict[str, str] = json.loads(vault().decrypt(connection.credentials_cipher))
    return entered


def connection_of(session: Session, bank_account_id: int) -> BankConnection | None:
    """The live feed of notices of an account."""
    query = select(BankConnection).where(
        BankConnection.bank_account_id == bank_account_id, BankConnection.ended_at.is_(None)
    )
    return session.scalar(query.order_by(BankConnection.id.desc()))
