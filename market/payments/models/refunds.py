"""Money that goes back: what was said of it since, the bank's record of it, the account it goes to, a card's."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune
from market.payments.rules.refunds import CardRefundStatus, RefundAnswerKind
from market.values.money import Dong

NOT_LOOKED_AT = text("looked_at IS NULL")
STILL_OPEN = text("ended_at IS NULL")


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


class CardRefund(Base):
    """One go at giving a card's money back at its gateway, written down before the gateway is asked: asked again with
    its key, it happens once. At most one is open for a card payment, and what it asks for is kept for it."""

    __tablename__ = "card_refund"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(status = 'dang_hoan') = (ended_at IS NULL)", name="open_has_no_end"),
        Index(
            "uq_card_refund_open", "card_payment_id", unique=True, postgresql_where=STILL_OPEN, sqlite_where=STILL_OPEN
        ),
    )

    id: Mapped[Id]
    card_payment_id: Mapped[int] = mapped_column(ForeignKey("card_payment.id"), index=True)
    amount: Mapped[Dong]
    status: Mapped[CardRefundStatus]
    gateway_id: Mapped[str | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CardDispute(Base):
    """A buyer disputes a card payment with the card's bank, as the gateway tells of it: it only ever goes on."""

    __tablename__ = "card_dispute"
    __table_args__ = (
        UniqueConstraint("card_payment_id", "gateway_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[Id]
    card_payment_id: Mapped[int] = mapped_column(ForeignKey("card_payment.id"), index=True)
    gateway_id: Mapped[str]
    amount: Mapped[Dong]
    status: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
