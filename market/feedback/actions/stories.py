"""Stories: writing one, the consent of its people, putting it up, taking it down."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.feedback.models import Story, StoryConsent
from market.feedback.queries.stories import facts_of_story, holding_consent
from market.feedback.rules.stories import NO_STORY, StoryGround, text_digest
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers.actions.authority import refuse_helper
from market.sellers.models import Business
from market.values.text import slug

CHANGED_TEXT = "Bài đã sửa sau khi người trong chuyện đồng ý. Mời xin đồng ý lại rồi đăng."


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryText:
    """What a story says: a page (`title`, `words`) and what the loudspeaker reads (`bulletin`)."""

    title: str
    words: str
    bulletin: str

    @property
    def digest(self) -> str:
        return text_digest(self.title, self.words, self.bulletin)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStory:
    """A story of a business, and on what ground it is told."""

    commune_id: int
    business_id: int
    ground: StoryGround
    text: StoryText
    client_key: str | None


def write_story(session: Session, actor: Actor, new: NewStory, *, clock: Clock) -> int:
    """Write a story; nobody reads it until its people agree. Returns its id; the same form again adds nothing. NotFound
    for another commune's business."""
    now = clock()
    scope = Business.id == new.business_id, Business.commune_id == new.commune_id
    if session.scalar(select(Business.id).where(*scope)) is None:
        raise NotFound
    sent = SentForm(key=new.client_key, content=(new.business_id, new.ground, new.text), told="chuyện đã viết")
    if used_before(session, f"stories:{new.commune_id}", sent, now=now):
        mine = Story.commune_id == new.commune_id, Story.client_key == new.client_key
        return session.scalars(select(Story.id).where(*mine)).one()
    story = Story(
        commune_id=new.commune_id,
        business_id=new.business_id,
        slug=_free_slug(session, new.commune_id, new.text.title),
        client_key=new.client_key,
        ground=new.ground,
        title=new.text.title,
        words=new.text.words,
        bulletin=new.text.bulletin,
        digest=new.text.digest,
        written_at=now,
    )
    session.add(story)
    session.flush()
    _note(session, actor, story, "write_story", now)
    _ask(session, story, now)
    return story.id


def _ask(session: Session, story: Story, now: datetime) -> None:
    """Its people hear that there is something to read, and to agree to."""
    message = Message(
        commune_id=story.commune_id,
        dedupe_key=news_key("story", story.id, News.STORY_WRITTEN, now),
        kind=News.STORY_WRITTEN,
        sentence="Xã viết một chuyện về bạn. Mời đọc; bạn đồng ý thì chợ mới đăng.",
        business_id=story.business_id,
    )
    enqueue_notifications(session, [message], now=now)


def _free_slug(session: Session, commune_id: int, title: str) -> str:
    """Of two that take the same at once, one is told to try again (`uq_story_commune_id_slug`)."""
    base = slug(title)
    taken = set(session.scalars(select(Story.slug).where(Story.commune_id == commune_id, Story.slug.startswith(base))))
    return next(one for number in count(1) if (one := base if number == 1 else f"{base}-{number}") not in taken)


def _note(session: Session, actor: Actor, story: Story, verb: str, now: datetime) -> None:
    change = Change(
        verb=verb,
        subject="story",
        subject_id=story.id,
        commune_id=story.commune_id,
        business_id=story.business_id,
    )
    record(session, actor, change, now=now)


def _held(session: Session, commune_id: int, story_id: int) -> Story:
    return locked(session, Story, Story.id == story_id, Story.commune_id == commune_id, missing=NO_STORY).row


def _held_of(session: Session, business_id: int, story_id: int) -> Story:
    return locked(session, Story, Story.id == story_id, Story.business_id == business_id, missing=NO_STORY).row


def change_story(
    session: Session, actor: Actor, commune_id: int, story_id: int, text: StoryText, seen: str, *, clock: Clock
) -> None:
    """Change what a story says: it is taken down, and its people are asked anew. Idempotent. ChangedSince where it is
    not what the page showed, NotFound for another commune's."""
    story = _held(session, commune_id, story_id)
    now = clock()
    if story.digest == text.digest:
        return
    check_seen(seen, facts_of_story(session, story))
    _withdraw(session, story, now)
    story.title, story.words, story.bulletin, story.digest = text.title, text.words, text.bulletin, text.digest
    session.flush()
    _note(session, actor, story, "change_story", now)
    _ask(session, story, now)


def _withdraw(session: Session, story: Story, now: datetime) -> None:
    """Nothing that anybody agreed to holds any more, and nobody reads it."""
    consent = holding_consent(session, story.id)
    if consent is not None:
        consent.withdrawn_at = now
    story.published_at = None
    session.flush()


def give_story_consent(
    session: Session, actor: Actor, business_id: int, story_id: int, seen: str, *, clock: Clock
) -> None:
    """One of the business's own people agrees to a story as it was shown to them. Idempotent. ChangedSince where it
    says something else now, NotAllowed for a helper, NotFound for another's."""
    refuse_helper(actor)
    story = _held_of(session, business_id, story_id)
    _consent(session, actor, story, seen, clock(), paper=None)


def record_story_paper(
    session: Session, actor: Actor, commune_id: int, story_id: int, paper: str, seen: str, *, clock: Clock
) -> None:
    """An officer has seen a signed paper with which somebody agrees to a story as it is. Idempotent. ChangedSince where
    it is not what the page showed, NotFound for another commune's."""
    story = _held(session, commune_id, story_id)
    _consent(session, actor, story, seen, clock(), paper=paper)


def _consent(session: Session, actor: Actor, story: Story, seen: str, now: datetime, *, paper: str | None) -> None:
    holding = holding_consent(session, story.id)
    if holding is not None and holding.digest == story.digest:
        return
    check_seen(seen, facts_of_story(session, story))
    _withdraw(session, story, now)
    consent = StoryConsent(
        commune_id=story.commune_id,
        story_id=story.id,
        digest=story.digest,
        given_by=None if paper else actor.person_id,
        paper=paper,
        witness_id=actor.person_id if paper else None,
        given_at=now,
    )
    session.add(consent)
    session.flush()
    _note(session, actor, story, "record_story_paper" if paper else "agree_story", now)


def withdraw_story_consent(session: Session, actor: Actor, business_id: int, story_id: int, *, clock: Clock) -> None:
    """One of the business's own people takes back what any of them agreed to: the page is gone at once. Idempotent.

    NotAllowed for a helper, NotFound for another's."""
    refuse_helper(actor)
    _take_back(session, actor, _held_of(session, business_id, story_id), clock())


def take_story_back(session: Session, actor: Actor, commune_id: int, story_id: int, *, clock: Clock) -> None:
    """An officer takes a story down because its people said so, on paper or by word. Idempotent. NotFound for another
    commune's."""
    _take_back(session, actor, _held(session, commune_id, story_id), clock())


def _take_back(session: Session, actor: Actor, story: Story, now: datetime) -> None:
    if holding_consent(session, story.id) is None:
        return
    _withdraw(session, story, now)
    _note(session, actor, story, "withdraw_story", now)


def publish_story(session: Session, actor: Actor, commune_id: int, story_id: int, seen: str, *, clock: Clock) -> None:
    """Put up a story to whose very text its people agree. Idempotent. Refused where they do not, ChangedSince where it
    is not what the page showed, NotFound for another commune's."""
    story = _held(session, commune_id, story_id)
    now = clock()
    if story.published_at is not None:
        return
    check_seen(seen, facts_of_story(session, story))
    consent = holding_consent(session, story.id)
    if consent is None:
        raise Refused("no_consent", "Người trong chuyện chưa đồng ý, nên chưa đăng. Mời xin đồng ý trước.")
    if consent.digest != story.digest:
        raise Refused("consent_to_other_text", CHANGED_TEXT)
    story.published_at = now
    session.flush()
    _note(session, actor, story, "publish_story", now)
