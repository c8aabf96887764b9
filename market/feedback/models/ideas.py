"""Ideas that people send their commune."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id
from market.feedback.rules.ideas import IdeaState
from market.values.phone import Phone

IS_PUBLISHED = text("published_at IS NOT NULL")


class Idea(Base):
    """What somebody proposes, and what became of it. Who has its `code` follows it.

    `may_publish`: the sender's own wish, which they take back by the code; `published_at`: an officer then put it up.
    `signed`: how they want to be named there. `phone` and `person_id` are for the office alone.
    """

    __tablename__ = "idea"
    __table_args__ = (
        UniqueConstraint("commune_id", "client_key"),
        CheckConstraint("published_at IS NULL OR may_publish", name="published_by_wish"),
        CheckConstraint("state <> 'khong_lam' OR reason IS NOT NULL", name="not_doing_has_a_reason"),
        Index(None, "commune_id", "state", "id"),
        Index(
            "ix_idea_published", "commune_id", "published_at", postgresql_where=IS_PUBLISHED, sqlite_where=IS_PUBLISHED
        ),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    code: Mapped[str] = mapped_column(unique=True)
    client_key: Mapped[str | None]
    title: Mapped[str]
    words: Mapped[str]
    signed: Mapped[str | None]
    phone: Mapped[Phone | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    may_publish: Mapped[bool] = mapped_column(default=False)
    state: Mapped[IdeaState] = mapped_column(default=IdeaState.NEW)
    reason: Mapped[str | None]
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """When who sent it was forgotten."""
