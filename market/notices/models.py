"""The outbox: what a person must be told, once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, of_same_commune


class Notice(Base):
    """One message to the people of a business, or to one person; `dedupe_key` keeps it from being said twice.

    What it is about stands in its ids: the web makes the link. `path` was the link of notices written before; nothing
    reads it any more.
    """

    __tablename__ = "notice"
    __table_args__ = (
        of_same_commune("business"),
        of_same_commune("order"),
        of_same_commune("purchase"),
        of_same_commune("product"),
        UniqueConstraint("dedupe_key", "commune_id"),
        Index(None, "business_id", "seen_at", "kind"),
        Index(None, "person_id", "seen_at", "kind"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    dedupe_key: Mapped[str]
    kind: Mapped[str]
    business_id: Mapped[Ref | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    order_id: Mapped[Ref | None]
    purchase_id: Mapped[Ref | None]
    product_id: Mapped[Ref | None]
    sentence: Mapped[str]
    path: Mapped[str | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
