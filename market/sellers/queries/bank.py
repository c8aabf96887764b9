"""Questions about bank accounts and the feeds of notices of them."""

import json
from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session, aliased, joinedload

from market.base.row_query import RowQuery
from market.base.secrets import vault
from market.sellers.models import BankAccount, BankConnection

_LIVE_ACCOUNT = select(BankAccount).where(
    BankAccount.business_id == bindparam("business", type_=BigInteger()), BankAccount.closed_at.is_(None)
)
_BY_KEY = (
    select(BankConnection)
    .where(
        BankConnection.provider == bindparam("provider"),
        BankConnection.key == bindparam("key"),
        BankConnection.ended_at.is_(None),
    )
    .options(joinedload(BankConnection.bank_account))
)


def live_bank_account(session: Session, business_id: int) -> BankAccount | None:
    return session.scalar(_LIVE_ACCOUNT, {"business": business_id})


def account_number(account: BankAccount) -> str:
    return vault().decrypt(account.number_cipher)


def connection_by_key(session: Session, provider: str, key: str) -> BankConnection | None:
    return session.scalar(_BY_KEY, {"provider": provider, "key": key})


def credentials_of(connection: BankConnection) -> dict[str, str]:
    """What the seller entered for this provider, by field name."""
    if connection.credentials_cipher is None:
        return {"secret": vault().decrypt(connection.secret_cipher)}
    entered: dict[str, str] = json.loads(vault().decrypt(connection.credentials_cipher))
    return entered


def is_same_number(one: type[BankAccount], other: type[BankAccount]) -> ColumnElement[bool]:
    """Whether two rows are of one account of a business: saved again, closed and opened anew, its holder written
    otherwise. Such rows bear one digest (`actions/receiving.py`)."""
    return and_(one.business_id == other.business_id, one.number_digest == other.number_digest)


_ASKED, _ROW = aliased(BankAccount), aliased(BankAccount)
# Built once: every bank notice asks it twice.
_ROWS_OF_NUMBER = RowQuery(
    select(_ROW.id)
    .join(_ASKED, is_same_number(_ROW, _ASKED))
    .where(_ASKED.id == bindparam("account", type_=BigInteger()))
    .order_by(_ROW.id)
)


def rows_of_number(session: Session, bank_account_id: int) -> Sequence[int]:
    """The ids of all rows of the account that this row is of, by id."""
    return [row_id for (row_id,) in _ROWS_OF_NUMBER.rows(session.connection(), {"account": bank_account_id})]


def connection_of(session: Session, bank_account_id: int) -> BankConnection | None:
    """The live feed of notices of an account: it belongs to the bank and the number, whichever row it was connected
    for; the newest where there are several."""
    asked, row = aliased(BankAccount), aliased(BankAccount)
    query = (
        select(BankConnection)
        .join(row, row.id == BankConnection.bank_account_id)
        .join(asked, is_same_number(row, asked))
        .where(asked.id == bank_account_id, BankConnection.ended_at.is_(None))
    )
    return session.scalar(query.order_by(BankConnection.id.desc()).limit(1))
