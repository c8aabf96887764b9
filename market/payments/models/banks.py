"""What came in on a bank account, as who told of it: notices, what their providers said when asked, statements."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune
from market.base.rekey import PLAIN
from market.payments.rules.checks import AskProblem, CheckOutcome
from market.sellers.models import BankConnection
from market.values.money import Dong

WAITING = text("unmatched_reason IS NOT NULL")
TO_ASK = text("ask_at IS NOT NULL")
FOUND = text("found_at IS NOT NULL")
HAS_PAYER = text("payer_digest IS NOT NULL")


class BankCredit(Base):
    """A bank's notice of money that came in, kept raw (encrypted). At most its amount is ever allocated.

    `ask_at`: when its provider is asked about it next; None: never. `twin_of_id`: the credit of another source that
    told of what looks like the very same transfer first. `found_at`: when its provider told of it only because it was
    asked for a period; None where a call or a statement brought it. `payer_digest`: the keyed hash of the account it
    came from, where its source says.
    """

    __tablename__ = "bank_credit"
    __table_args__ = (
        of_same_commune("stall"),
        UniqueConstraint("connection_id", "provider_txn_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("allocated >= 0 AND allocated <= amount", name="allocated_within_amount"),
        Index(None, "stall_id", "occurred_at"),
        Index("ix_bank_credit_waiting", "stall_id", postgresql_where=WAITING, sqlite_where=WAITING),
        Index("ix_bank_credit_to_ask", "connection_id", "ask_at", postgresql_where=TO_ASK, sqlite_where=TO_ASK),
        Index("ix_bank_credit_found", "stall_id", "found_at", postgresql_where=FOUND, sqlite_where=FOUND),
        Index("ix_bank_credit_payer", "stall_id", "payer_digest", postgresql_where=HAS_PAYER, sqlite_where=HAS_PAYER),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("stall")
    connection_id: Mapped[int] = mapped_column(ForeignKey("bank_connection.id"))
    stall_id: Mapped[Ref]
    provider_txn_id: Mapped[str]
    amount: Mapped[Dong]
    allocated: Mapped[Dong] = mapped_column(default=Dong(0))
    memo: Mapped[str]
    bank_ref: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    unmatched_reason: Mapped[str | None]
    raw_cipher: Mapped[str]
    ask_at: Mapped[datetime | None]
    twin_of_id: Mapped[int | None] = mapped_column(ForeignKey("bank_credit.id"))
    found_at: Mapped[datetime | None]
    payer_digest: Mapped[str | None] = mapped_column(info={PLAIN: None})

    connection: Mapped[BankConnection] = relationship()


class BankCreditCheck(Base):
    """What the provider itself told of a notice when it was asked, the `number`th time. History: never changed.

    `amount` is the provider's own. `transaction_key` is the provider's name and number of the transaction, where this
    row is the first to confirm it: one transaction confirms one notice, whatever feed told of it. The payer's account
    is kept as a keyed hash of its number and its last digits, where the provider tells it.
    """

    __tablename__ = "bank_credit_check"
    __table_args__ = (
        UniqueConstraint("credit_id", "number"),
        UniqueConstraint("transaction_key"),
        CheckConstraint("transaction_key IS NULL OR outcome = 'khop'", name="key_is_confirmed"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("(outcome IN ('khop', 'khac')) = (amount IS NOT NULL)", name="told_has_amount"),
        CheckConstraint("(outcome = 'khac') = (differs IS NOT NULL)", name="differs_in_something"),
        CheckConstraint("(payer_digest IS NULL) = (payer_last4 IS NULL)", name="payer_whole"),
    )

    id: Mapped[Id]
    credit_id: Mapped[int] = mapped_column(ForeignKey("bank_credit.id"))
    number: Mapped[int]
    asked_at: Mapped[datetime]
    outcome: Mapped[CheckOutcome]
    differs: Mapped[str | None]
    transaction_key: Mapped[str | None]
    amount: Mapped[Dong | None]
    payer_digest: Mapped[str | None] = mapped_column(index=True, info={PLAIN: None})
    payer_last4: Mapped[str | None]


class BankAccess(Base):
    """What a seller entered so that the market may ask the provider of a feed, reading only: a JSON object by the names
    of its fields, encrypted. It ends with its row, and with its connection.

    `failures` are tries in a row that brought no answer, `problem` the last one's, `ask_after` when to try again.
    `searched_to`: until when its provider was asked for all that came in, to find what no call told of.
    """

    __tablename__ = "bank_access"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_not_negative"),)

    id: Mapped[Id]
    connection_id: Mapped[int] = mapped_column(ForeignKey("bank_connection.id"), unique=True)
    access_cipher: Mapped[str]
    granted_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    problem: Mapped[AskProblem | None]
    failures: Mapped[int] = mapped_column(default=0)
    ask_after: Mapped[datetime | None]
    searched_to: Mapped[datetime | None]

    connection: Mapped[BankConnection] = relationship()


class StatementLayout(Base):
    """What a stall said of the columns of statements with this head: the title of each, folded, -> its field. The head
    is kept as a digest of all its titles."""

    __tablename__ = "statement_layout"
    __table_args__ = (UniqueConstraint("stall_id", "head_hash"),)

    id: Mapped[Id]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    head_hash: Mapped[str]
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    said_at: Mapped[datetime]
