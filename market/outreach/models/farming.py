"""Farming models with the households that took them up, and what else is known of smart farming."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.outreach.rules.farming import FarmBranch

STILL_HOLDS = text("until IS NULL")


class FarmingModel(Base):
    """A way of farming that is to spread: since when, on which paper; `ended_on` where it was given up."""

    __tablename__ = "farming_model"
    __table_args__ = (
        parent_by_commune("farming_model"),
        Index(None, "commune_id", "id"),
        CheckConstraint("ended_on >= started_on", name="ends_after_start"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    name: Mapped[str]
    branch: Mapped[FarmBranch]
    description: Mapped[str]
    started_on: Mapped[date]
    source: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ModelAdopter(Base):
    """That a business farms by a model, from a day to another (None: still), and what an officer saw of it.
    `product_id`: what it sells of it; None: all that it sells."""

    __tablename__ = "model_adopter"
    __table_args__ = (
        of_same_commune("farming_model", "model_id"),
        of_same_commune("business"),
        Index(
            "uq_model_adopter_now",
            "model_id",
            "business_id",
            unique=True,
            postgresql_where=STILL_HOLDS,
            sqlite_where=STILL_HOLDS,
        ),
        Index(None, "model_id", "id"),
        Index(None, "commune_id", "since"),
        CheckConstraint("until >= since", name="ends_after_start"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("farming_model", "model_id")
    model_id: Mapped[Ref]
    business_id: Mapped[Ref] = mapped_column(index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    proof: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class FarmPractice(Base):
    """Smart farming that an officer saw at a household which follows no model: what it is, and the proof."""

    __tablename__ = "farm_practice"
    __table_args__ = (
        of_same_commune("business"),
        Index(None, "business_id", "id"),
        Index(None, "commune_id", "since"),
        CheckConstraint("until >= since", name="ends_after_start"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("business")
    business_id: Mapped[Ref]
    practice: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    proof: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
