"""That it was said in time that a certificate ends."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id


class PaperWarning(Base):
    """That a certificate had come so many days near to its last day, and was told of: once for each distance, longer
    than the outbox remembers. Recorded with another last day, it is told of anew."""

    __tablename__ = "paper_warning"
    __table_args__ = (UniqueConstraint("certificate_id", "valid_to", "days"),)

    id: Mapped[Id]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    valid_to: Mapped[date]
    days: Mapped[int]
    told_at: Mapped[datetime]
