"""Money that pays orders: requests, bank notices as they came, and which notice pays what."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.orders.models import Order
from market.payments.models.banks import BankAccess, BankCredit, BankCreditCheck, StatementLayout
from market.payments.models.calls import WebhookDelivery
from market.payments.models.cards import CardDispute, CardRefund
from market.payments.models.debts import DebtLine, Debtor
from market.payments.models.refunds import BankDebit, RefundAccount, RefundAnswer
from market.payments.rules.cards import TIME_TO_ASK, TIME_TO_PAY
from market.payments.rules.refunds import RefundKind
from market.values.money import Dong

__all__ = [
    "TO_GIVE_BACK",
    "Allocation",
    "AllocationKind",
    "BankAccess",
    "BankCredit",
    "BankCreditCheck",
    "BankDebit",
    "CardAccount",
    "CardDispute",
    "CardPayment",
    "CardRefund",
    "DebtLine",
    "Debtor",
    "PaymentRequest",
    "Refund",
    "RefundAccount",
    "RefundAnswer",
    "StatementLayout",
    "WebhookDelivery",
]

STILL_OPEN = text("closed_at IS NULL")
OWED_BACK = text("owed_back > 0")
NOT_SHOWN = text("refunded > returned")
UNDOES = text("undoes_id IS NOT NULL")
LEFT_AGAIN = text("card_refund_id IS NOT NULL OR card_dispute_id IS NOT NULL")
NOT_PAID = text("received < amount AND closed_at IS NULL")
TO_GIVE_BACK = (
    "(CASE WHEN closed_at IS NOT NULL THEN received - kept WHEN received > amount THEN received - amount ELSE 0 END)"
)
"""What of a request's money is the buyer's, refunds aside, in SQL."""
STILL_OWED = f"(CASE WHEN {TO_GIVE_BACK} > refunded THEN {TO_GIVE_BACK} - refunded ELSE 0 END)"
"""What of that is still to go back: nothing where a card's money left again after some of it had gone back by hand."""


class PaymentRequest(Base):
    """What an order asks for, and the account it was told to pay: a snapshot, so that a later change of account
    leaves an open QR right. `received` is the sum of the allocations; the paid status derives from it. `amount` is what
    its lines come to, less what was conceded of goods that were not right.

    It closes (`closed_at`) with an order that ends undelivered: from then on all that came in is to be given back.
    `owed_back` is what the seller still owes the buyer: that, or what is over the amount, less what was `refunded`.
    `kept` is what of a deposit is the seller's by its terms, because nobody came for the goods.
    `returned` is what of the refunds a bank, a gateway or the buyer says has arrived; the rest is the seller's word.
    """

    __tablename__ = "payment_request"
    __table_args__ = (
        of_same_commune("order"),
        parent_by_commune("payment_request"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("received >= 0", name="received_not_negative"),
        CheckConstraint("refunded >= 0 AND refunded <= received", name="refunded_within_received"),
        CheckConstraint("returned >= 0 AND returned <= refunded", name="returned_within_refunded"),
        CheckConstraint("owed_back >= 0", name="owed_back_not_negative"),
        CheckConstraint(
            "kept >= 0 AND kept <= received AND (kept = 0 OR closed_at IS NOT NULL)", name="kept_of_what_came"
        ),
        CheckConstraint(f"owed_back = {STILL_OWED}", name="owed_back_adds_up"),
        Index(None, "stall_id", "id"),
        Index("ix_payment_request_not_paid", "stall_id", "id", postgresql_where=NOT_PAID, sqlite_where=NOT_PAID),
        Index("ix_payment_request_owed_back", "stall_id", postgresql_where=OWED_BACK, sqlite_where=OWED_BACK),
        Index("ix_payment_request_not_shown", "stall_id", postgresql_where=NOT_SHOWN, sqlite_where=NOT_SHOWN),
        Index("ix_payment_request_not_shown_in", "commune_id", postgresql_where=NOT_SHOWN, sqlite_where=NOT_SHOWN),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref] = mapped_column(unique=True)
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    amount: Mapped[Dong]
    received: Mapped[Dong] = mapped_column(default=Dong(0))
    refunded: Mapped[Dong] = mapped_column(default=Dong(0))
    owed_back: Mapped[Dong] = mapped_column(default=Dong(0))
    returned: Mapped[Dong] = mapped_column(default=Dong(0), server_default="0")
    kept: Mapped[Dong] = mapped_column(default=Dong(0), server_default="0")
    closed_at: Mapped[datetime | None]
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"))
    created_at: Mapped[datetime]

    order: Mapped[Order] = relationship(primaryjoin="PaymentRequest.order_id == Order.id")


class AllocationKind(enum.StrEnum):
    """On whose word money counts: a bank's notice, the seller's explicit "Đã nhận tiền", the card gateway's."""

    BANK = "ngan_hang"
    SELLER = "nguoi_ban"
    CARD = "the"


class Allocation(Base):
    """An amount that pays a request of a stall. Undone by a counter-row of the negative amount, never changed.

    What of a card's money left again, for a refund at its gateway or a dispute, is a negative row of its own that names
    which (`card_refund_id`, `card_dispute_id`); where it came back, a counter-row undoes that one.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        of_same_commune("payment_request", "request_id"),
        CheckConstraint("(kind = 'ngan_hang') = (credit_id IS NOT NULL)", name="bank_has_credit"),
        CheckConstraint("(kind = 'the') = (card_payment_id IS NOT NULL)", name="card_has_payment"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("card_refund_id IS NULL OR card_dispute_id IS NULL", name="left_for_one_reason"),
        CheckConstraint(
            "(card_refund_id IS NULL AND card_dispute_id IS NULL) OR card_payment_id IS NOT NULL", name="left_a_card"
        ),
        Index(None, "stall_id", "at"),
        Index("ix_allocation_left_again", "stall_id", postgresql_where=LEFT_AGAIN, sqlite_where=LEFT_AGAIN),
        Index("ix_allocation_undone", "stall_id", postgresql_where=UNDOES, sqlite_where=UNDOES),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("payment_request", "request_id")
    request_id: Mapped[Ref] = mapped_column(index=True)
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    credit_id: Mapped[int | None] = mapped_column(ForeignKey("bank_credit.id"), index=True)
    card_payment_id: Mapped[int | None] = mapped_column(ForeignKey("card_payment.id"), index=True)
    card_refund_id: Mapped[int | None] = mapped_column(ForeignKey("card_refund.id"), index=True)
    card_dispute_id: Mapped[int | None] = mapped_column(ForeignKey("card_dispute.id"), index=True)
    kind: Mapped[AllocationKind]
    amount: Mapped[Dong]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"), unique=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Refund(Base):
    """What went back to the buyer, by who said so first. The same key counts once for a request."""

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("request_id", "client_key"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("payment_request.id"))
    amount: Mapped[Dong]
    kind: Mapped[RefundKind] = mapped_column(default=RefundKind.SELLER, server_default=RefundKind.SELLER)
    client_key: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class CardAccount(Base):
    """A stall's own account at a card gateway; without one nobody pays by card. `key` is in its hook's address."""

    __tablename__ = "card_account"

    id: Mapped[Id]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"), unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    secret_cipher: Mapped[str]
    hook_secret_cipher: Mapped[str]
    created_at: Mapped[datetime]


class CardPayment(Base):
    """One go at paying an order by card: a Checkout Session at the gateway for what was owed at that moment.

    It is written down before the gateway is asked, so that a double tap or a second try finds the same one; at most one
    is open for a request. `session_id` and `url` are there once the gateway has answered, `intent_id` once a card was
    typed at its page; `received` is what it brought, told by the gateway itself, `taken_off` what of that left again,
    and the rest is allocated.
    """

    __tablename__ = "card_payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("received >= 0 AND received <= amount", name="received_within_amount"),
        CheckConstraint("taken_off >= 0 AND taken_off <= received", name="taken_off_within_received"),
        CheckConstraint("(session_id IS NULL) = (url IS NULL)", name="session_has_url"),
        UniqueConstraint("card_account_id", "session_id"),
        UniqueConstraint("card_account_id", "intent_id"),
        Index("uq_card_payment_open", "request_id", unique=True, postgresql_where=STILL_OPEN, sqlite_where=STILL_OPEN),
    )

    id: Mapped[Id]
    card_account_id: Mapped[int] = mapped_column(ForeignKey("card_account.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("payment_request.id"), index=True)
    session_id: Mapped[str | None]
    url: Mapped[str | None]
    intent_id: Mapped[str | None]
    amount: Mapped[Dong]
    received: Mapped[Dong] = mapped_column(default=Dong(0))
    taken_off: Mapped[Dong] = mapped_column(default=Dong(0), server_default="0")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    account: Mapped[CardAccount] = relationship()
    request: Mapped[PaymentRequest] = relationship()

    @property
    def idempotency_key(self) -> str:
        """Of this one go at this request for this amount: asked again, the gateway makes no second session. Its moment
        is part of it, because after a restore the same ids come again."""
        return f"{self.account.key}-{self.request_id}-{self.id}-{self.amount}-{int(self.created_at.timestamp())}"

    def may_go_on(self, owed: Dong, now: datetime) -> bool:
        """Whether a buyer who owes this may still be sent to the session (or ask for it again)."""
        spare = TIME_TO_PAY if self.url else TIME_TO_ASK
        return self.closed_at is None and self.amount == owed and self.expires_at - now > spare
