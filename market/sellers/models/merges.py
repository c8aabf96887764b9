"""Businesses of the register that a person said are one, and the looks of each year at who is still there."""

import enum
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.accounts.models import Person
from market.base.db import Base, Id, Ref, of_same_commune
from market.places.models import Hamlet
from market.sellers.models.register import Business

IN_FORCE = text("undone_at IS NULL")
UNSETTLED = text("settled_at IS NULL")


class BusinessMerge(Base):
    """That `merged_id` is the same business as `into_id`, which goes on; what was said of both before, and the ids of
    what was made for it (`along`: kind of row -> ids), so that they can be taken apart again. Of a merged business at
    most one is in force."""

    __tablename__ = "business_merge"
    __table_args__ = (
        of_same_commune("business", "merged_id"),
        of_same_commune("business", "into_id"),
        CheckConstraint("merged_id <> into_id", name="two_businesses"),
        Index(
            "uq_business_merge_in_force",
            "merged_id",
            unique=True,
            postgresql_where=IN_FORCE,
            sqlite_where=IN_FORCE,
        ),
        Index(None, "commune_id", "merged_at"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref]
    merged_id: Mapped[Ref] = mapped_column(index=True)
    into_id: Mapped[Ref] = mapped_column(index=True)
    merged_said: Mapped[dict[str, str]] = mapped_column(JSON)
    into_said: Mapped[dict[str, str]] = mapped_column(JSON)
    along: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    merged_at: Mapped[datetime]
    merged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    merged: Mapped[Business] = relationship(
        primaryjoin="BusinessMerge.merged_id == Business.id", foreign_keys=[merged_id], viewonly=True
    )
    into: Mapped[Business] = relationship(
        primaryjoin="BusinessMerge.into_id == Business.id", foreign_keys=[into_id], viewonly=True
    )


class CheckFinding(enum.StrEnum):
    """What somebody found who looked whether a business of the register is still there."""

    STILL_THERE = "van_hoat_dong"
    SUSPENDED = "tam_ngung"
    CLOSED = "da_nghi"
    MOVED = "chuyen_thon"
    CHANGED = "doi_khac"


class RegisterCheck(Base):
    """A look at a business of the register: by whom, when, in which hamlet it stood, what was found. What is found
    otherwise than the register says is settled once an officer has written it there or said that it is not so; a
    business that is still there is settled at once."""

    __tablename__ = "register_check"
    __table_args__ = (
        of_same_commune("business"),
        CheckConstraint("(finding = 'chuyen_thon') = (to_hamlet_id IS NOT NULL)", name="moved_where"),
        CheckConstraint("finding <> 'van_hoat_dong' OR settled_at IS NOT NULL", name="still_there_is_settled"),
        Index(None, "business_id", "looked_on"),
        Index(None, "commune_id", "looked_on"),
        Index("ix_register_check_unsettled", "commune_id", postgresql_where=UNSETTLED, sqlite_where=UNSETTLED),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref]
    business_id: Mapped[Ref]
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"), index=True)
    finding: Mapped[CheckFinding]
    to_hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("hamlet.id"), index=True)
    since: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    looked_on: Mapped[date]
    looked_at: Mapped[datetime]
    looked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    was_written: Mapped[bool | None]

    business: Mapped[Business] = relationship(
        primaryjoin="RegisterCheck.business_id == Business.id",
        foreign_keys="RegisterCheck.business_id",
        viewonly=True,
    )
    hamlet: Mapped[Hamlet] = relationship(foreign_keys=[hamlet_id])
    to_hamlet: Mapped[Hamlet | None] = relationship(foreign_keys=[to_hamlet_id])
    who: Mapped[Person] = relationship(foreign_keys=[looked_by])
