"""The outbox: what a person must be told, once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id


class Notice(Base):
    """One message to the people of a business, or to one person; `dedupe_key` keeps it from being said twice.

    What it is about stands in its ids: the web makes the link. `path` was the link of notices written before; nothing
    reads it any more.
    """

    __tablename__ = "notice"
    __table_args__ = (Index(None, "business_id", "seen_at", "kind"), Index(None, "person_id", "seen_at", "kind"))

    id: Mapped[Id]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    purchase_id: Mapped[int | None] = mapped_column(ForeignKey("purchase.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    sentence: Mapped[str]
    path: Mapped[str | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
