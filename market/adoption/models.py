"""What the KPI needs beside orders: accounts on other platforms, declared sales, and officers' decisions."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.adoption.rules import Verdict
from market.base.db import Base, Id


class PlatformAccount(Base):
    """A business's account on a platform; counts once an officer has seen the proof."""

    __tablename__ = "platform_account"
    __table_args__ = (UniqueConstraint("business_id", "platform"),)

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    platform: Mapped[str]
    shop: Mapped[str]
    declared_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]


class DeclaredSale(Base):
    """A sale a business says it made elsewhere: shown, never counted."""

    __tablename__ = "declared_sale"

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    platform: Mapped[str]
    sold_on: Mapped[date]
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]


class EvidenceReview(Base):
    """An officer's look at an order that had to be checked, with the reason; the newest of an order holds."""

    __tablename__ = "evidence_review"
    __table_args__ = (Index(None, "order_id", "id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    verdict: Mapped[Verdict]
    reason: Mapped[str]
    reviewed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime]
