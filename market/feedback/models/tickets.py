"""Tickets (phản ánh) of everybody, what was answered, who sent them (apart), and who sits at which desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.feedback.rules.tickets import AboutKind, Desk, TicketKind, TicketState, TicketStepKind
from market.values.phone import Phone

WAITS = text("state = 'cho_tra_loi'")
SITS = text("ended_at IS NULL")


class Ticket(Base):
    """What somebody told the commune of something that is not as it should be. Who has its `code` follows it; who
    sent it stands in `TicketContact` alone, and in no event.

    `page`: on which page it was begun, without what would lead to anybody's own (`web.shop.feedback.pages`).
    `about_said`: what that was called then, of what is no business too. `hamlet_id`: where it is, as its sender says.
    `escalated_at`: since when all officers see it whom it is not about. `satisfied`: what the sender said of the last
    answer; `reopened_at`: it was not enough, and the ticket went on once for that.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        parent_by_commune("ticket"),
        of_same_commune("business", "about_business_id"),
        of_same_commune("hamlet"),
        UniqueConstraint("commune_id", "client_key"),
        CheckConstraint("(state = 'cho_tra_loi') = (due_at IS NOT NULL)", name="waits_by_a_clock"),
        CheckConstraint("state = 'cho_tra_loi' OR answered_at IS NOT NULL", name="answered_at_a_time"),
        CheckConstraint("(about = 'co_so') = (about_business_id IS NOT NULL)", name="about_a_business"),
        CheckConstraint("(about = 'can_bo') = (about_person_id IS NOT NULL)", name="about_an_officer"),
        CheckConstraint(
            "hamlet_id IS NOT NULL OR (desk <> 'to_cong_nghe' AND about <> 'nguoi_giup')", name="helpers_have_a_hamlet"
        ),
        CheckConstraint(
            "desk <> 'to_cong_nghe' OR about NOT IN ('nguoi_giup', 'can_bo')", name="never_to_helpers_about_them"
        ),
        Index("ix_ticket_waiting", "commune_id", "due_at", postgresql_where=WAITS, sqlite_where=WAITS),
        Index("ix_ticket_clock", "due_at", postgresql_where=WAITS, sqlite_where=WAITS),
        Index(None, "commune_id", "answered_at"),
        Index(None, "hamlet_id", "desk", "state", "due_at"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    code: Mapped[str] = mapped_column(unique=True)
    client_key: Mapped[str | None]
    kind: Mapped[TicketKind]
    words: Mapped[str]
    page: Mapped[str | None]
    about: Mapped[AboutKind] = mapped_column(default=AboutKind.NOBODY)
    about_business_id: Mapped[Ref | None] = mapped_column(index=True)
    about_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    about_said: Mapped[str | None]
    hamlet_id: Mapped[Ref | None]
    desk: Mapped[Desk]
    state: Mapped[TicketState] = mapped_column(default=TicketState.WAITING)
    sent_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    satisfied: Mapped[bool | None]
    reopened_at: Mapped[datetime | None]

    steps: Mapped[list["TicketStep"]] = relationship(
        order_by="TicketStep.number", primaryjoin="Ticket.id == TicketStep.ticket_id"
    )


class TicketContact(Base):
    """Who sent a ticket, as far as they wished to say: for the office alone, and forgotten first."""

    __tablename__ = "ticket_contact"
    __table_args__ = (
        of_same_commune("ticket"),
        CheckConstraint("name IS NOT NULL OR phone IS NOT NULL OR person_id IS NOT NULL", name="says_something"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("ticket")
    ticket_id: Mapped[Ref] = mapped_column(unique=True)
    name: Mapped[str | None]
    phone: Mapped[Phone | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class TicketPhoto(Base):
    """A picture that came with a ticket: for the office alone. Its files lie in storage under `key`, which no page
    says."""

    __tablename__ = "ticket_photo"
    __table_args__ = (of_same_commune("ticket"),)

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("ticket")
    ticket_id: Mapped[Ref] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    sent_at: Mapped[datetime]


class TicketStep(Base):
    """What happened to a ticket, the `number`th time, at which desk. Who follows it reads `words`, never a name."""

    __tablename__ = "ticket_step"
    __table_args__ = (
        of_same_commune("ticket"),
        UniqueConstraint("ticket_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("ticket")
    ticket_id: Mapped[Ref]
    number: Mapped[int]
    kind: Mapped[TicketStepKind]
    desk: Mapped[Desk]
    words: Mapped[str | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class DeskSeat(Base):
    """That an officer answers what comes to a desk. Where nobody sits at one, all officers do."""

    __tablename__ = "desk_seat"
    __table_args__ = (
        CheckConstraint("desk <> 'to_cong_nghe'", name="of_the_office"),
        Index(
            "uq_desk_seat_taken",
            "commune_id",
            "desk",
            "person_id",
            unique=True,
            postgresql_where=SITS,
            sqlite_where=SITS,
        ),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    desk: Mapped[Desk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
