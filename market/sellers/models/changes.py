"""Changes that wait: what would open money or identity begins a day later, unless somebody stops it."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.accounts.models import Person
from market.base.db import Base, Id, said
from market.sellers.models.register import Business
from market.values.phone import Phone

OF_FAMILY = text("family_phone IS NOT NULL")


class ChangeKind(enum.StrEnum):
    """What is to change, and whose id `WaitingChange.subject_id` is: the business's, the stall's, the member's."""

    BANK_ACCOUNT = "tai_khoan"
    CARD_KEYS = "khoa_the"
    MEMBER = "nguoi"


class ChangeState(enum.StrEnum):
    WAITING = "cho"
    BEGUN = "da_bat_dau"
    STOPPED = "da_dung"
    REPLACED = "da_thay"


class WaitingChange(Base):
    """A change to where a business's money goes, or to who may act for it, from when it was asked for to its end.

    What it changes stays as it was until then. `content_cipher`: what is to be kept, encrypted
    (JSON). `paper`: what an
    officer saw who recorded it. `family_phone`: of the family member whose account it is, who must agree first;
    `consent_id` once they have. `ended_by`: nobody where time ended it. Changes under the lock of its business.
    """

    __tablename__ = "waiting_change"
    __table_args__ = (
        Index(
            "uq_waiting_change_waiting",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("state = 'cho'"),
            sqlite_where=text("state = 'cho'"),
        ),
        Index(None, "state", "effective_at"),
        Index("ix_waiting_change_of_family", "family_phone", postgresql_where=OF_FAMILY, sqlite_where=OF_FAMILY),
        CheckConstraint("(state = 'cho') = (ended_at IS NULL)", name="waiting_has_no_end"),
        CheckConstraint("effective_at >= asked_at", name="effective_after_asked"),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    kind: Mapped[ChangeKind]
    subject_id: Mapped[int]
    content_cipher: Mapped[str]
    paper: Mapped[str | None]
    family_phone: Mapped[Phone | None]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.WAITING)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    business: Mapped[Business] = relationship()
    asker: Mapped[Person] = relationship(foreign_keys=[asked_by])

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether it has neither begun nor been stopped; of the class, the condition for a statement."""
        return self.state is ChangeState.WAITING

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return cls.state == said(ChangeState.WAITING)

    @property
    def lacks_consent(self) -> bool:
        """Whether it waits for the family member whose account it is to agree."""
        return self.is_waiting and self.family_phone is not None and self.consent_id is None
