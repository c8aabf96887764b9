"""Money that goes back: what was said of it since, the bank's record of it, the account it goes to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune
from market.payments.rules.refunds import RefundAnswerKind
from market.values.money import Dong

NOT_LOOKED_AT = text("looked_at IS NULL")


class RefundAnswer(Base):
    """What was said of a refund, the `number`th time: where it stands follows from the last one. History."""

    __tablename__ = "refund_answer"
    __table_args__ = (
        UniqueConstraint("refund_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("(kind = 'ngan_hang') = (debit_id IS NOT NULL)", name="bank_has_debit"),
    )

    id: Mapped[Id]
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"))
    number: Mapped[int]
    kind: Mapped[RefundAnswerKind]
    debit_id: Mapped[int | None] = mapped_column(ForeignKey("bank_debit.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class BankDebit(Base):
    """A bank's notice of money that left a stall's account and says that it gives an order's money back, kept raw
    (encrypted). All else that leaves is nobody's business here, and is not kept. `looked_at`: when it was put on its
    order's refunds, or found to be none."""

    __tablename__ = "bank_debit"
    __table_args__ = (
        of_same_commune("stall"),
        UniqueConstraint("connection_id", "provider_txn_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_bank_debit_to_look_at", "received_at", postgresql_where=NOT_LOOKED_AT, sqlite_where=NOT_LOOKED_AT),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("stall")
    connection_id: Mapped[int] = mapped_column(ForeignKey("bank_connection.id"))
    stall_id: Mapped[Ref] = mapped_column(index=True)
    provider_txn_id: Mapped[str]
    amount: Mapped[Dong]
    memo: Mapped[str]
    bank_ref: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    raw_cipher: Mapped[str]
    looked_at: Mapped[datetime | None]


class RefundAccount(Base):
    """Where a buyer wants an order's money back, as they typed it. There only while something is owed or not shown to
    have arrived; its number encrypted."""

    __tablename__ = "refund_account"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("payment_request.id"), unique=True)
    bin: Mapped[str]
    number_cipher: Mapped[str]
    holder_cipher: Mapped[str]
    given_at: Mapped[datetime]
