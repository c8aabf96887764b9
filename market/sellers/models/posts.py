"""Posts of the commune's officers, helpers and keepers of pickup points, and mandates given to helpers."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.accounts.models import Person
from market.base.db import Base, Id
from market.sellers.models.register import Business


class PostRole(enum.StrEnum):
    OFFICER = "officer"
    HELPER = "helper"
    KEEPER = "keeper"
    ADMIN = "admin"


class Post(Base):
    """A person's post in the commune: an officer of it, a helper of one hamlet, the keeper of one hamlet's pickup
    points, or the operator's admin.

    An officer's ends once two others have said so: `end_asked_by` is the first of them.
    """

    __tablename__ = "post"
    __table_args__ = (Index(None, "person_id", "role"), Index(None, "commune_id", "role"))

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[PostRole]
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("hamlet.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_asked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Appointment(Base):
    """A post on paper, before anybody holds it: the person named takes it up with the code they were handed.

    An officer's has a code only once another officer has confirmed it; what the operator's command makes is nobody's.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR made_by IS NULL OR confirmed_by <> made_by", name="two_people"),
        CheckConstraint("(code_digest IS NULL) = (confirmed_at IS NULL)", name="code_once_confirmed"),
        CheckConstraint("taken_at IS NULL OR (taken_by IS NOT NULL AND confirmed_at IS NOT NULL)", name="taken_by_one"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"), index=True)
    role: Mapped[PostRole]
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("hamlet.id"))
    name: Mapped[str]
    paper: Mapped[str]
    code_digest: Mapped[str | None] = mapped_column(index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class CityPost(Base):
    """A person's post above the communes: an officer of the city, who sees the figures of every commune of a province
    side by side, and nothing that is of one person. Given and ended by the operator's command alone."""

    __tablename__ = "city_post"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    province_code: Mapped[str]
    paper: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class MandateMethod(enum.StrEnum):
    """How a business consented: on a signed paper the office keeps, or by a code from the seller's own phone."""

    PAPER = "giay"
    CODE = "ma"


class Mandate(Base):
    """Consent of a business to one named helper until a day: the helper may do what the owner can."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index(None, "helper_id", "ends_on"),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_by: Mapped[str]
    method: Mapped[MandateMethod]
    paper: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]

    business: Mapped[Business] = relationship()
    helper: Mapped[Person] = relationship(foreign_keys=[helper_id])
