"""Ideas: sending one, what the office makes of it, and its sender's wish that it be shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.feedback.models import Idea
from market.feedback.queries.ideas import facts_of_idea
from market.feedback.rules.ideas import NO_IDEA, STATE_WORDS, IdeaState, new_idea_code
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIdea:
    """What somebody proposes. `signed`: as whom they want to be named where it is shown; `phone`, `person_id`: for the
    office, and to be told."""

    commune_id: int
    title: str
    words: str
    signed: str | None
    phone: Phone | None
    person_id: int | None
    may_publish: bool
    client_key: str | None


def send_idea(session: Session, new: NewIdea, *, clock: Clock) -> str:
    """Keep an idea; returns the code that follows it. The same form again adds nothing, SentOtherwise
    where it says something else. No event names its sender."""
    now = clock()
    content = (new.title, new.words, new.signed, new.phone, new.person_id, new.may_publish)
    sent = SentForm(key=new.client_key, content=content, told="góp ý của bạn")
    if used_before(session, f"ideas:{new.commune_id}", sent, now=now):
        mine = Idea.commune_id == new.commune_id, Idea.client_key == new.client_key
        return session.scalars(select(Idea.code).where(*mine)).one()
    idea = Idea(
        commune_id=new.commune_id,
        code=new_idea_code(),
        client_key=new.client_key,
        title=new.title,
        words=new.words,
        signed=new.signed,
        phone=new.phone,
        person_id=new.person_id,
        may_publish=new.may_publish,
        sent_at=now,
    )
    session.add(idea)
    session.flush()
    _note(session, GUEST, idea, "send_idea", now)
    return idea.code


def _note(session: Session, actor: Actor, idea: Idea, verb: str, now: datetime, *fields: str) -> None:
    change = Change(verb=verb, subject="idea", subject_id=idea.id, commune_id=idea.commune_id, fields=fields)
    record(session, actor, change, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaDecision:
    """What the office makes of an idea, why, and whether everybody may read it. `seen`: `seen_of(facts_of_idea(…))`."""

    state: IdeaState
    reason: str | None
    is_published: bool
    seen: str


def decide_idea(
    session: Session, actor: Actor, commune_id: int, idea_id: int, new: IdeaDecision, *, clock: Clock
) -> None:
    """Write what becomes of an idea; its sender hears of another state where they left their account. Idempotent.

    Refused for a no without a reason, and to show what its sender did not want shown; ChangedSince where it is not what
    the page showed, NotFound for another commune's.
    """
    idea = locked(session, Idea, Idea.id == idea_id, Idea.commune_id == commune_id, missing=NO_IDEA).row
    now = clock()
    before = (idea.state, idea.reason, idea.published_at is not None)
    if before == (new.state, new.reason, new.is_published):
        return
    check_seen(new.seen, facts_of_idea(idea))
    if new.state is IdeaState.NOT_DOING and not new.reason:
        raise Refused("no_reason", "Mời ghi vì sao xã không làm: người gửi đọc được.")
    if new.is_published and not idea.may_publish:
        raise Refused("not_wished", "Người gửi không muốn đăng góp ý này, nên chợ không đăng.")
    idea.state, idea.reason, idea.decided_at = new.state, new.reason, now
    idea.published_at = (idea.published_at or now) if new.is_published else None
    session.flush()
    _note(session, actor, idea, "decide_idea", now, "state", "published")
    if before[0] is not new.state:
        _tell_sender(session, idea, now)


def _tell_sender(session: Session, idea: Idea, now: datetime) -> None:
    if idea.person_id is None:
        return
    message = Message(
        commune_id=idea.commune_id,
        dedupe_key=news_key("idea", idea.id, News.IDEA_DECIDED, now),
        kind=News.IDEA_DECIDED,
        sentence=f"Góp ý của bạn: {STATE_WORDS[idea.state].lower()}. Mời mở trang Góp ý để đọc.",
        person_id=idea.person_id,
    )
    enqueue_notifications(session, [message], now=now)


def set_wish(session: Session, commune_id: int, code: str, seen: str, *, may_publish: bool, clock: Clock) -> None:
    """The sender, by the code, wants their idea shown, or no longer: then it is gone at once. Idempotent. Conflict
    where who sent it was forgotten, ChangedSince where it is not what the page showed, NotFound for no such code."""
    idea = locked(session, Idea, Idea.code == code, Idea.commune_id == commune_id, missing=NO_IDEA).row
    now = clock()
    if idea.may_publish is may_publish:
        return
    check_seen(seen, facts_of_idea(idea))
    if idea.forgotten_at is not None:
        raise Conflict("forgotten", "Góp ý này đã lâu, chợ đã quên người gửi. Chưa ghi gì.")
    idea.may_publish = may_publish
    if not may_publish:
        idea.published_at = None
    session.flush()
    _note(session, GUEST, idea, "wish_idea_shown" if may_publish else "wish_idea_hidden", now)
