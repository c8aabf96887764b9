"""Stories of people who sell here, and their consent to be told of."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.feedback.rules.stories import StoryGround
from market.sellers.models import Business

IS_PUBLISHED = text("published_at IS NOT NULL")
HOLDS = text("withdrawn_at IS NULL")


class Story(Base):
    """A story of a business and its people: a page, and a text for the loudspeaker. It is shown while it is published
    and a consent to this very text holds (`queries.stories.is_shown`). A text that changes has neither any more."""

    __tablename__ = "story"
    __table_args__ = (
        parent_by_commune("story"),
        of_same_commune("business"),
        UniqueConstraint("commune_id", "slug"),
        UniqueConstraint("commune_id", "client_key"),
        Index(
            "ix_story_published", "commune_id", "published_at", postgresql_where=IS_PUBLISHED, sqlite_where=IS_PUBLISHED
        ),
        Index(None, "commune_id", "id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("business")
    business_id: Mapped[Ref] = mapped_column(index=True)
    slug: Mapped[str]
    client_key: Mapped[str | None]
    ground: Mapped[StoryGround]
    title: Mapped[str]
    words: Mapped[str]
    bulletin: Mapped[str]
    digest: Mapped[str]
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship(primaryjoin="Story.business_id == Business.id")


class StoryConsent(Base):
    """Consent of who a story is of to one text of it (`digest`): given by one of its people signed in, or on a signed
    `paper` that an officer saw. As easy to withdraw; one of a story holds."""

    __tablename__ = "story_consent"
    __table_args__ = (
        of_same_commune("story"),
        CheckConstraint("(given_by IS NULL) = (paper IS NOT NULL)", name="by_person_or_paper"),
        CheckConstraint("(paper IS NULL) = (witness_id IS NULL)", name="paper_was_seen"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= given_at", name="withdrawn_after"),
        Index("uq_story_consent_holds", "story_id", unique=True, postgresql_where=HOLDS, sqlite_where=HOLDS),
        Index(None, "story_id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("story")
    story_id: Mapped[Ref]
    digest: Mapped[str]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    paper: Mapped[str | None]
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
