"""Questions about ideas: what is shown to everybody, and what the office sees."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.db import said
from market.base.errors import NotFound
from market.base.seen import Facts
from market.feedback.models import Idea
from market.feedback.rules.ideas import MOST_EXPORTED, NO_IDEA, STATE_WORDS, IdeaState

MOST_OWN = 20


def published_ideas(session: Session, commune_id: int, first: int, most: int) -> Sequence[Idea]:
    """What everybody may read, the newest first: from the `first` on, at most so many."""
    query = select(Idea).where(Idea.commune_id == commune_id, Idea.published_at.is_not(None))
    return session.scalars(query.order_by(Idea.published_at.desc(), Idea.id.desc()).offset(first).limit(most)).all()


def ideas_of(session: Session, commune_id: int, state: IdeaState, first: int, most: int) -> Sequence[Idea]:
    """The ideas in a state as the office sees them, the newest first."""
    query = select(Idea).where(Idea.commune_id == commune_id, Idea.state == said(state))
    return session.scalars(query.order_by(Idea.id.desc()).offset(first).limit(most)).all()


def idea_counts(session: Session, commune_id: int) -> Mapping[IdeaState, int]:
    """How many ideas are in each state."""
    query = select(Idea.state, func.count()).where(Idea.commune_id == commune_id).group_by(Idea.state)
    return dict.fromkeys(IdeaState, 0) | {state: number for state, number in session.execute(query)}


def ideas_to_export(session: Session, commune_id: int) -> Sequence[Idea]:
    """The newest, oldest first; of more than `MOST_EXPORTED` the rest stay where they are."""
    newest = select(Idea).where(Idea.commune_id == commune_id).order_by(Idea.id.desc()).limit(MOST_EXPORTED)
    return session.scalars(newest).all()[::-1]


def idea_with_id(session: Session, commune_id: int, idea_id: int) -> Idea:
    """An idea as the office sees it; NotFound for another commune's."""
    return _found(session.scalar(select(Idea).where(Idea.id == idea_id, Idea.commune_id == commune_id)))


def idea_by_code(session: Session, commune_id: int, code: str) -> Idea:
    """A commune's idea by the code that follows it; NotFound for none."""
    return _found(session.scalar(select(Idea).where(Idea.code == code, Idea.commune_id == commune_id)))


def ideas_sent_by(session: Session, commune_id: int, person_id: int) -> Sequence[Idea]:
    """The newest ideas of somebody who wanted to hear of them in their account."""
    query = select(Idea).where(Idea.person_id == person_id, Idea.commune_id == commune_id)
    return session.scalars(query.order_by(Idea.id.desc()).limit(MOST_OWN)).all()


def _found(idea: Idea | None) -> Idea:
    if idea is None:
        raise NotFound(NO_IDEA)
    return idea


def facts_of_idea(idea: Idea) -> Facts:
    """What an officer decides on."""
    wish = "muốn đăng" if idea.may_publish else "không đăng"
    return {
        "trạng thái": STATE_WORDS[idea.state],
        "người gửi": wish,
        "trên chợ": "đang đăng" if idea.published_at else "không đăng",
    }
