"""What became of an order's lines after it was placed. History: never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune
from market.orders.models.orders import OrderLine
from market.orders.rules.changes import ChangeReply, LineChangeKind


class LineChange(Base):
    """That another amount of a line is offered, or that it is taken off. History: never changed.

    The rows of one `number` of an order are asked about and answered together. `amount` is what is left of the line
    (thousandths), where its buyer agrees; nothing means that it goes. `is_weighed`: it weighs that much, which is
    further off what was ordered than its buyer was told.
    """

    __tablename__ = "line_change"
    __table_args__ = (
        of_same_commune("order"),
        of_same_commune("order_line", "line_id"),
        UniqueConstraint("order_id", "number", "line_id"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("kind <> 'bo_mon' OR amount = 0", name="taken_off_leaves_nothing"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref]
    number: Mapped[int]
    line_id: Mapped[Ref] = mapped_column(index=True)
    kind: Mapped[LineChangeKind]
    amount: Mapped[int]
    is_weighed: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    line: Mapped[OrderLine] = relationship(primaryjoin="LineChange.line_id == OrderLine.id")


class ChangeAnswer(Base):
    """What became of what an order was asked, once: its buyer's word, the clock's, the stall's own. History."""

    __tablename__ = "change_answer"
    __table_args__ = (
        of_same_commune("order"),
        UniqueConstraint("order_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref]
    number: Mapped[int]
    reply: Mapped[ChangeReply]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
