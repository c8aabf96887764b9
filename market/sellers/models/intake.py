"""What files brought beside what the register holds: cells that nobody could read, rows joined to a business."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id
from market.sellers.models.register import Business

_OPEN = text("closed_at IS NULL")


class UnreadCell(Base):
    """A cell of a file that could not be read, or not whole, as it stood there, until somebody enters what it says or
    puts it away. `field`: the register's (`rules.FIELD_TITLES`)."""

    __tablename__ = "unread_cell"
    __table_args__ = (
        UniqueConstraint("business_id", "field", "text"),
        Index("ix_unread_cell_open", "business_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    field: Mapped[str]
    text: Mapped[str]
    why: Mapped[str]
    noted_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship()


class RegisterJoin(Base):
    """A row of a file that a person said is a business of another name, phone, hamlet or tax code, or another row of
    that file: what the row brought, what was said of the business before, so that they can be taken apart again.

    `said`: what the answer is kept under (`RegisterAnswer.said`). `brought` and `before`: field -> stored value.
    """

    __tablename__ = "register_join"
    __table_args__ = (UniqueConstraint("business_id", "said"),)

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    said: Mapped[str]
    brought: Mapped[dict[str, str]] = mapped_column(JSON)
    before: Mapped[dict[str, str]] = mapped_column(JSON)
    joined_at: Mapped[datetime]
    joined_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    parted_at: Mapped[datetime | None]
    parted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    parted_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"))

    business: Mapped[Business] = relationship(foreign_keys=[business_id])
