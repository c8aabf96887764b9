"""Classes that were held for the people of a commune, and who is on their lists."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.outreach.rules.classes import ClassHolder, SignInWay
from market.values.phone import Phone

ON_LIST = text("struck_at IS NULL AND person_id IS NOT NULL")


class TrainingClass(Base):
    """A class: when, where, who taught and who held it. `key` is what the code that attendees scan says; `hamlet_id` is
    None where it is for the whole commune. One that was cancelled stays, with why."""

    __tablename__ = "training_class"
    __table_args__ = (
        parent_by_commune("training_class"),
        Index(None, "commune_id", "held_on"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_reason IS NULL)", name="cancelled_with_a_reason"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("hamlet.id"), index=True)
    holder: Mapped[ClassHolder]
    title: Mapped[str]
    starts_at: Mapped[datetime]
    held_on: Mapped[date]
    place: Mapped[str]
    teacher: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancelled_reason: Mapped[str | None]


class ClassAttendee(Base):
    """Somebody on the list of a class; struck out, they stay with who did it. What is personal of them is forgotten two
    years later (`cleared_at`). `is_elderly`, `is_vulnerable`: their own word, nobody else's guess."""

    __tablename__ = "class_attendee"
    __table_args__ = (
        of_same_commune("training_class", "class_id"),
        Index(None, "class_id", "id"),
        Index(
            "uq_class_attendee_person",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=ON_LIST,
            sqlite_where=ON_LIST,
        ),
        CheckConstraint(
            "way <> 'tai_khoan' OR person_id IS NOT NULL OR cleared_at IS NOT NULL", name="account_of_a_person"
        ),
        CheckConstraint("way <> 'ghi_danh_sach' OR recorded_by IS NOT NULL", name="listed_by_somebody"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("training_class", "class_id")
    class_id: Mapped[Ref]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    name: Mapped[str]
    phone: Mapped[Phone | None]
    way: Mapped[SignInWay]
    is_elderly: Mapped[bool] = mapped_column(default=False)
    is_vulnerable: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime] = mapped_column(index=True)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cleared_at: Mapped[datetime | None]
