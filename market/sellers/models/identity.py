"""What was said of the link between a seller's account and their electronic identity. Rows are added, never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id
from market.base.rekey import PLAIN
from market.sellers.models.register import BusinessMember
from market.sellers.rules.identity import LinkState

_AUTHENTICATED = text("state = 'da_xac_thuc_dien_tu'")


class IdentityEvent(Base):
    """One thing that is known of an account's link; the newest row says where it stands.

    `attempt` names one go at linking, `reference` is the provider's own of it, `told_at` the provider's own time. Of
    the person it keeps a keyed hash alone. `challenge_cipher`: the address that the person is sent to, until
    `challenge_ends_at`. `asked_by`: who asked, of a PENDING row alone: no person writes an answer.
    """

    __tablename__ = "identity_event"
    __table_args__ = (
        CheckConstraint(
            "state <> 'da_xac_thuc_dien_tu' OR "
            "(reference IS NOT NULL AND told_at IS NOT NULL AND subject_digest IS NOT NULL AND asked_by IS NULL)",
            name="authenticated_by_its_provider",
        ),
        CheckConstraint("asked_by IS NULL OR state = 'dang_cho'", name="nobody_answers_for_it"),
        Index(None, "member_id", "id"),
        Index(None, "attempt", "id"),
        Index(
            "uq_identity_event_answer",
            "attempt",
            unique=True,
            postgresql_where=_AUTHENTICATED,
            sqlite_where=_AUTHENTICATED,
        ),
        Index(
            "uq_identity_event_reference",
            "provider",
            "reference",
            unique=True,
            postgresql_where=_AUTHENTICATED,
            sqlite_where=_AUTHENTICATED,
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("business_member.id"))
    attempt: Mapped[str]
    provider: Mapped[str]
    state: Mapped[LinkState]
    at: Mapped[datetime]
    reference: Mapped[str | None]
    told_at: Mapped[datetime | None]
    subject_digest: Mapped[str | None] = mapped_column(index=True, info={PLAIN: None})
    valid_to: Mapped[datetime | None]
    challenge_cipher: Mapped[str | None]
    challenge_ends_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    member: Mapped[BusinessMember] = relationship()
