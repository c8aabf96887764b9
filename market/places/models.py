"""Where things are: communes, hamlets, pickup points, old names, and facts that hold from one day to another."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.values.phone import Phone


class CommuneMode(enum.StrEnum):
    """What the market does in a commune. `showcase` shows goods and contacts only: a platform where others take orders
    must first be registered. One that matches or confirms bank money may be one "with payment function": `ordering`
    keeps notices for the seller to look at, `ordering_matched` puts them on orders and asks their provider.
    """

    ORDERING_MATCHED = "ordering_matched"
    ORDERING = "ordering"
    SHOWCASE = "showcase"

    @property
    def takes_orders(self) -> bool:
        return self is not CommuneMode.SHOWCASE

    @property
    def matches_money(self) -> bool:
        return self is CommuneMode.ORDERING_MATCHED


class Certainty(enum.StrEnum):
    """How sure a hamlet's place in the commune is, until the commune confirms its own list."""

    CONFIRMED = "confirmed"
    HIGH = "high"
    MEDIUM = "medium"
    UNKNOWN = "unknown"


class Commune(Base):
    """A commune, known by its national code; `letters` begin its order codes. What it says on its market's pages in
    words of its own: `welcome` on the first page, `complaints` (who takes them, where and when) and `own_rules`, one a
    line, beside the terms.
    """

    __tablename__ = "commune"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    province_code: Mapped[str]
    province_name: Mapped[str]
    office_name: Mapped[str]
    office_phone: Mapped[Phone | None]
    office_address: Mapped[str | None]
    office_email: Mapped[str | None]
    welcome: Mapped[str | None]
    complaints: Mapped[str | None]
    own_rules: Mapped[str | None]
    letters: Mapped[str] = mapped_column(unique=True)
    host: Mapped[str | None] = mapped_column(unique=True)
    mode: Mapped[CommuneMode] = mapped_column(default=CommuneMode.ORDERING_MATCHED)


class Hamlet(Base):
    """A hamlet (thôn): editable data, because no public list of the merged commune is complete.

    `merged_into`: the hamlet of which it is a part now, itself never merged; what was reported of it stays its own.
    """

    __tablename__ = "hamlet"
    __table_args__ = (UniqueConstraint("commune_id", "slug"), parent_by_commune("hamlet"))

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    name: Mapped[str]
    slug: Mapped[str]
    sort_key: Mapped[str]
    old_commune: Mapped[str | None]
    certainty: Mapped[Certainty] = mapped_column(default=Certainty.CONFIRMED)
    source: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("hamlet.id"))


class HamletNeighbour(Base):
    """That two hamlets lie side by side, as their office says: one row for the pair, the smaller id first."""

    __tablename__ = "hamlet_neighbour"
    __table_args__ = (
        of_same_commune("hamlet"),
        of_same_commune("hamlet", "neighbour_id"),
        UniqueConstraint("commune_id", "hamlet_id", "neighbour_id"),
        CheckConstraint("hamlet_id < neighbour_id", name="a_pair_once"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("hamlet")
    hamlet_id: Mapped[Ref] = mapped_column(index=True)
    neighbour_id: Mapped[Ref] = mapped_column(index=True)


class OldPlace(Base):
    """An old commune's name and code, still in use in addresses, and the hamlet it now means (if it can be told)."""

    __tablename__ = "old_place"
    __table_args__ = (UniqueConstraint("commune_id", "old_code", "old_name"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("hamlet.id"))
    old_name: Mapped[str]
    old_code: Mapped[str | None]
    note: Mapped[str | None]


class PickupPoint(Base):
    """A place where orders are handed over, usually the hamlet's cultural house, with its keeper and hours."""

    __tablename__ = "pickup_point"

    id: Mapped[Id]
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"), index=True)
    name: Mapped[str]
    address: Mapped[str | None]
    keeper_name: Mapped[str]
    keeper_phone: Mapped[Phone]
    opening_hours: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)

    hamlet: Mapped[Hamlet] = relationship()


class DatedFact(Base):
    """A number or name that law or the commune may change: the row in force on a day, with its source."""

    __tablename__ = "dated_fact"
    __table_args__ = (Index(None, "key", "valid_from"),)

    id: Mapped[Id]
    commune_id: Mapped[int | None] = mapped_column(ForeignKey("commune.id"))
    key: Mapped[str]
    value: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]
