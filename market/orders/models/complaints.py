"""What buyers say of goods that were not right, what was answered, and what became of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.orders.models.orders import Order, OrderLine
from market.orders.rules.complaints import ComplaintReason, ComplaintState, ComplaintWish, Remedy, StepKind
from market.values.money import Dong

STILL_OPEN = text("closed_at IS NULL")
AT_OFFICE = text("state = 'cho_xa'")


class Complaint(Base):
    """A buyer's word that goods of an order are not right, the `number`th of it; one is open at a time.

    `most` is what its goods cost, `asked` what of it the buyer wants back, `words` what they wrote. `remedy` and
    `amount` are what is offered or promised: none where it was refused. `goods_back`: the goods come back first,
    `goods_back_at` when they have. `conceded` is what its order asks less for it, and of that `by_hand` what no record
    shows to have come in: it goes back from hand to hand. `due_at`: until when it is the turn of whom its state binds.
    `fulfilled_at`: when the stall last said that it did as promised; `returned_at`: when what was `by_hand` was back.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        of_same_commune("order"),
        parent_by_commune("complaint"),
        UniqueConstraint("order_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("most > 0 AND asked >= 0 AND asked <= most", name="asked_within_most"),
        CheckConstraint("amount >= 0 AND amount <= most", name="amount_within_most"),
        CheckConstraint("(remedy IS NOT NULL AND remedy = 'tra_tien') = (amount > 0)", name="money_has_an_amount"),
        CheckConstraint("conceded >= 0 AND conceded <= most", name="conceded_within_most"),
        CheckConstraint("by_hand >= 0 AND by_hand <= conceded", name="by_hand_within_conceded"),
        CheckConstraint("(state IN ('xong', 'rut_lai')) = (closed_at IS NOT NULL)", name="over_has_a_time"),
        CheckConstraint("(closed_at IS NULL) = (due_at IS NOT NULL)", name="open_has_a_clock"),
        Index("uq_complaint_open", "order_id", unique=True, postgresql_where=STILL_OPEN, sqlite_where=STILL_OPEN),
        Index("ix_complaint_of_stall", "stall_id", "due_at", postgresql_where=STILL_OPEN, sqlite_where=STILL_OPEN),
        Index("ix_complaint_clock", "due_at", postgresql_where=STILL_OPEN, sqlite_where=STILL_OPEN),
        Index("ix_complaint_at_office", "commune_id", "due_at", postgresql_where=AT_OFFICE, sqlite_where=AT_OFFICE),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    number: Mapped[int]
    state: Mapped[ComplaintState]
    reason: Mapped[ComplaintReason]
    wish: Mapped[ComplaintWish]
    words: Mapped[str]
    most: Mapped[Dong]
    asked: Mapped[Dong]
    remedy: Mapped[Remedy | None]
    amount: Mapped[Dong] = mapped_column(default=Dong(0))
    goods_back: Mapped[bool] = mapped_column(default=False)
    goods_back_at: Mapped[datetime | None]
    conceded: Mapped[Dong] = mapped_column(default=Dong(0))
    by_hand: Mapped[Dong] = mapped_column(default=Dong(0))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    fulfilled_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    restocked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(primaryjoin="Complaint.order_id == Order.id")
    lines: Mapped[list["ComplaintLine"]] = relationship(
        order_by="ComplaintLine.id", primaryjoin="Complaint.id == ComplaintLine.complaint_id"
    )
    photos: Mapped[list["ComplaintPhoto"]] = relationship(
        order_by="ComplaintPhoto.id", primaryjoin="Complaint.id == ComplaintPhoto.complaint_id"
    )
    steps: Mapped[list["ComplaintStep"]] = relationship(
        order_by="ComplaintStep.number", primaryjoin="Complaint.id == ComplaintStep.complaint_id"
    )


class ComplaintLine(Base):
    """How much of a line is not right, in thousandths, and what that cost. `restocked` of it the stall has put back for
    sale."""

    __tablename__ = "complaint_line"
    __table_args__ = (
        of_same_commune("complaint"),
        of_same_commune("order_line", "line_id"),
        UniqueConstraint("complaint_id", "line_id"),
        CheckConstraint("amount > 0 AND value >= 0", name="positive"),
        CheckConstraint("restocked >= 0 AND restocked <= amount", name="restocked_within_amount"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("complaint")
    complaint_id: Mapped[Ref]
    line_id: Mapped[Ref] = mapped_column(index=True)
    amount: Mapped[int]
    value: Mapped[Dong]
    restocked: Mapped[int] = mapped_column(default=0)

    line: Mapped[OrderLine] = relationship(primaryjoin="ComplaintLine.line_id == OrderLine.id")


class ComplaintPhoto(Base):
    """A picture of goods that are not right: for both sides and the office alone. Its files lie in storage under `key`,
    which no page says."""

    __tablename__ = "complaint_photo"
    __table_args__ = (of_same_commune("complaint"),)

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("complaint")
    complaint_id: Mapped[Ref] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    sent_at: Mapped[datetime]


class ComplaintStep(Base):
    """What happened to a complaint, the `number`th time. `words` are personal, and go with the buyer's name."""

    __tablename__ = "complaint_step"
    __table_args__ = (
        of_same_commune("complaint"),
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("complaint")
    complaint_id: Mapped[Ref]
    number: Mapped[int]
    kind: Mapped[StepKind]
    remedy: Mapped[Remedy | None]
    amount: Mapped[Dong] = mapped_column(default=Dong(0))
    goods_back: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
