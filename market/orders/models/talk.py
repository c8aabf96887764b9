"""What buyer and stall write to one another about an order."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune
from market.orders.rules import Recipient


class OrderMessage(Base):
    """What one side of an order wrote to the other: personal text, which goes when the buyer's name goes.

    `side` wrote it. `is_note`: typed at check-out, for the stall to read before it answers. `read_at`: when the other
    side first had the page before them.
    """

    __tablename__ = "order_message"
    __table_args__ = (
        of_same_commune("order"),
        CheckConstraint("NOT is_note OR side = 'mua'", name="note_is_the_buyers"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref] = mapped_column(index=True)
    side: Mapped[Recipient]
    is_note: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
