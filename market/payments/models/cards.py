"""Money that leaves a card payment again: refunds at the gateway, and disputes of card holders at their banks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id
from market.payments.rules.cards import CardDisputeState, CardRefundState
from market.values.money import Dong

UNDER_WAY = text("state IN ('cho_gui', 'dang_tra')")
NOT_OVER = text("state IN ('hoi_lai', 'cho_tra_loi', 'dang_xet')")


class CardRefund(Base):
    """The `number`th refund of a card payment at its gateway. One of the market's own is written down before the
    gateway is asked, with the idempotency key it is asked with (`key`): asked again it happens once. `key` is None for
    one that was made at the gateway itself.

    While it is under way or through, its amount is off the payment by a counter-row; not where `shows_word`: then the
    seller had said of it by hand, and it is what shows that it arrived. `failure`: the gateway's code for why not.
    """

    __tablename__ = "card_refund"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("key IS NOT NULL OR gateway_id IS NOT NULL", name="known_by_something"),
        UniqueConstraint("card_payment_id", "number"),
        UniqueConstraint("card_payment_id", "gateway_id"),
        UniqueConstraint("key"),
        Index("ix_card_refund_under_way", "card_payment_id", postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY),
    )

    id: Mapped[Id]
    card_payment_id: Mapped[int] = mapped_column(ForeignKey("card_payment.id"))
    number: Mapped[int]
    amount: Mapped[Dong]
    state: Mapped[CardRefundState]
    key: Mapped[str | None]
    gateway_id: Mapped[str | None]
    failure: Mapped[str | None]
    shows_word: Mapped[bool] = mapped_column(default=False)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class CardDispute(Base):
    """A card holder's complaint at their bank about a card payment, as the gateway told of it last. While the bank has
    the money, or for good where it is lost, its amount is off the payment by a counter-row. `reason` is the gateway's
    code; `due_at`: until when the seller may answer, there."""

    __tablename__ = "card_dispute"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        UniqueConstraint("card_payment_id", "gateway_id"),
        Index("ix_card_dispute_not_over", "card_payment_id", postgresql_where=NOT_OVER, sqlite_where=NOT_OVER),
    )

    id: Mapped[Id]
    card_payment_id: Mapped[int] = mapped_column(ForeignKey("card_payment.id"))
    gateway_id: Mapped[str]
    amount: Mapped[Dong]
    state: Mapped[CardDisputeState]
    reason: Mapped[str]
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    told_at: Mapped[datetime]
