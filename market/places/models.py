"""Where things are: communes, hamlets, pickup points, old names, and facts that hold from one day to another."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.places.rules.hours import OpenWindow, opening_days
from market.places.rules.modes import CommuneMode, Registration
from market.values.phone import Phone


class Certainty(enum.StrEnum):
    """How sure a hamlet's place in the commune is, until the commune confirms its own list."""

    CONFIRMED = "confirmed"
    HIGH = "high"
    MEDIUM = "medium"
    UNKNOWN = "unknown"


class Commune(Base):
    """A commune, known by its national code; `letters` begin its order codes. What it says on its market's pages in
    words of its own: `welcome` on the first page, `complaints` (who takes them, where and when) and `own_rules`, one a
    line, beside the terms. `mode` is that of the newest `MarketMode`, with which it changes.
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
    mode: Mapped[CommuneMode] = mapped_column(default=CommuneMode.SHOWCASE)


class ModeSource(enum.StrEnum):
    """By whose word a mode began: the operator's command, the commune's officers, a database of before modes had a
    history, the demonstration."""

    OPERATOR = "nguoi_van_hanh"
    OFFICERS = "can_bo"
    BEFORE = "co_tu_truoc"
    DEMO = "minh_hoa"


class _Registered:
    """The columns in which a registration stands."""

    operator_name: Mapped[str | None]
    registration_no: Mapped[str | None]
    registration_on: Mapped[date | None]

    @property
    def registration(self) -> Registration | None:
        if self.operator_name is None or self.registration_no is None or self.registration_on is None:
            return None
        return Registration(
            operator=self.operator_name,
            number=self.registration_no,
            day=self.registration_on,
            is_made_up=getattr(self, "is_made_up", False),
        )


_WHOLE = "(operator_name IS NULL) = (registration_no IS NULL) AND (operator_name IS NULL) = (registration_on IS NULL)"


class MarketMode(_Registered, Base):
    """What a commune's market does from a moment on, until the next one begins: history, never changed. A wider mode
    has the word of two officers; a narrower one is one's alone. `is_made_up`: its registration is of the
    demonstration."""

    __tablename__ = "market_mode"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_people"),
        CheckConstraint("(source = 'can_bo') = (asked_by IS NOT NULL)", name="asked_by_officers"),
        CheckConstraint("confirmed_by IS NULL OR asked_by IS NOT NULL", name="asked_before"),
        CheckConstraint(_WHOLE, name="registration_whole"),
        CheckConstraint("confirmed_by IS NULL OR mode = 'showcase' OR registration_no IS NOT NULL", name="registered"),
        Index(None, "commune_id", "begins_at"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    mode: Mapped[CommuneMode]
    begins_at: Mapped[datetime]
    source: Mapped[ModeSource]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_made_up: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]


class ModeRequest(_Registered, Base):
    """One officer's word that their market shall do more: it does once another officer agrees, in time."""

    __tablename__ = "mode_request"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_one"),
        CheckConstraint("confirmed_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        CheckConstraint(_WHOLE, name="registration_whole"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"), index=True)
    mode: Mapped[CommuneMode]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None and self.expires_at > now


class Hamlet(Base):
    """A hamlet (thôn): editable data, because no public list of the merged commune is complete.

    `merged_into`: the hamlet of which it is a part now, itself never merged; what was reported of it stays its own.
    `outline`: its shape on the map, as `rules.rollout.read_outline` reads it; None where nobody has said it.
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
    outline: Mapped[str | None]


STILL_ON = text("closed_on IS NULL")


class HamletOpening(Base):
    """That the market is switched on in a hamlet from a day on, by which paper, until the day on which it is off again:
    rows that stay. `said_by`, `closed_by`: the officer who said so; None: the operator's file or command."""

    __tablename__ = "hamlet_opening"
    __table_args__ = (
        of_same_commune("hamlet"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="ends_after_start"),
        CheckConstraint("(closed_on IS NULL) = (closed_source IS NULL)", name="closed_by_a_paper"),
        CheckConstraint("(closed_on IS NULL) = (closed_at IS NULL)", name="closed_at_a_moment"),
        Index("uq_hamlet_opening_on", "hamlet_id", unique=True, postgresql_where=STILL_ON, sqlite_where=STILL_ON),
        Index(None, "commune_id", "hamlet_id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("hamlet")
    hamlet_id: Mapped[Ref] = mapped_column(index=True)
    opened_on: Mapped[date]
    source: Mapped[str]
    said_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    closed_on: Mapped[date | None]
    closed_source: Mapped[str | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]


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
    """A place where orders are handed over, usually the hamlet's cultural house, with its keeper and hours: as its
    office writes them (`opening_hours`), and by weekday (`windows`), of which buyers choose one. `capacity`: how many
    orders one of these takes; None: as many as come."""

    __tablename__ = "pickup_point"
    __table_args__ = (CheckConstraint("capacity > 0", name="takes_some"),)

    id: Mapped[Id]
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"), index=True)
    name: Mapped[str]
    address: Mapped[str | None]
    keeper_name: Mapped[str]
    keeper_phone: Mapped[Phone]
    opening_hours: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    capacity: Mapped[int | None]

    hamlet: Mapped[Hamlet] = relationship()
    windows: Mapped[list["PointWindow"]] = relationship(
        order_by="PointWindow.weekday, PointWindow.begins", cascade="all, delete-orphan"
    )

    @property
    def opening_days(self) -> str:
        """Its weekdays with their hours; empty where its office has named none."""
        return opening_days([one.value for one in self.windows])


class PointWindow(Base):
    """That a pickup point is open on a weekday (0: Monday) between two minutes of the day in Vietnam."""

    __tablename__ = "point_window"
    __table_args__ = (
        UniqueConstraint("pickup_point_id", "weekday", "begins"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="of_a_week"),
        CheckConstraint("begins >= 0 AND begins < ends AND ends <= 1440", name="hours"),
    )

    id: Mapped[Id]
    pickup_point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    begins: Mapped[int]
    ends: Mapped[int]

    @property
    def value(self) -> OpenWindow:
        return OpenWindow(self.weekday, self.begins, self.ends)


class PointClosure(Base):
    """That a pickup point is closed on a day on which it would be open, and why, as its office says."""

    __tablename__ = "point_closure"
    __table_args__ = (UniqueConstraint("pickup_point_id", "closed_on"),)

    id: Mapped[Id]
    pickup_point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id", ondelete="CASCADE"))
    closed_on: Mapped[date]
    reason: Mapped[str]


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
