"""What is kept of communes as wholes: the figures that the city reads."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id


class CommuneFigure(Base):
    """A commune's figures of a day as they were counted then, for the page on which the city sees all communes side by
    side: shares and counts, nothing of one person. Parts and wholes in businesses; targets in percent."""

    __tablename__ = "commune_figure"
    __table_args__ = (UniqueConstraint("commune_id", "as_of"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    as_of: Mapped[date]
    reckoned_at: Mapped[datetime]
    definition: Mapped[int]
    base: Mapped[int]
    counted: Mapped[int]
    with_account: Mapped[int]
    annex_part: Mapped[int]
    annex_whole: Mapped[int]
    farms_part: Mapped[int]
    farms_whole: Mapped[int]
    target: Mapped[int | None]
    hamlets: Mapped[int]
    hamlets_on: Mapped[int]
    hamlets_active: Mapped[int]
    stalls: Mapped[int]
