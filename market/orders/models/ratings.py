"""What buyers say of goods that were handed to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune
from market.orders.models.orders import OrderLine


class Rating(Base):
    """What the buyer of a line that was handed over says of it, once; `answer` is the stall's, once.

    It goes when the buyer's name goes. Hidden by an officer it counts no more, and its place says that one was hidden.
    """

    __tablename__ = "rating"
    __table_args__ = (
        of_same_commune("order"),
        CheckConstraint("stars >= 1 AND stars <= 5", name="stars_from_one_to_five"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_a_time"),
        CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason IS NULL) AND (hidden_at IS NULL) = (hidden_by_id IS NULL)",
            name="hidden_says_why",
        ),
        Index(None, "stall_id", "id"),
        Index(None, "commune_id", "id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref] = mapped_column(index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    stars: Mapped[int]
    text: Mapped[str]
    written_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    line: Mapped[OrderLine] = relationship()
