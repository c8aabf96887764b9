"""The calls of other machines, as they came."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id
from market.payments.rules.calls import Unread

UNREAD = text("unread IS NOT NULL")


class WebhookDelivery(Base):
    """Every webhook call that was signed, also the odd: what came when, what was answered. `is_signed` is false only in
    rows of early releases, which wrote unsigned ones down too.

    A call of a provider of bank notices is kept raw (encrypted, a character a byte) before anything reads it. `unread`:
    why it, or some of it, is not in the books yet, `odd` what of it, `reading` the number of the way of reading that
    was tried last. All are None for what was kept before calls were kept raw.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint(
            "unread IS NULL OR (raw_cipher IS NOT NULL AND connection_id IS NOT NULL)", name="unread_is_kept"
        ),
        Index("ix_webhook_delivery_unread", "connection_id", postgresql_where=UNREAD, sqlite_where=UNREAD),
    )

    id: Mapped[Id]
    provider: Mapped[str]
    connection_id: Mapped[int | None] = mapped_column(ForeignKey("bank_connection.id"), index=True)
    at: Mapped[datetime]
    is_signed: Mapped[bool]
    status: Mapped[int]
    note: Mapped[str]
    raw_cipher: Mapped[str | None]
    unread: Mapped[Unread | None]
    odd: Mapped[str | None]
    reading: Mapped[int | None]
