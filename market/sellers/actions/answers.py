"""What the office answers to a claim or a proposal, once, and how the person hears of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import Conflict
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers.models import BusinessMember, BusinessProposal, ClaimState

Asked = BusinessMember | BusinessProposal
LockedAsked = Locked[BusinessMember] | Locked[BusinessProposal]
SUBJECTS: dict[type[Asked], str] = {BusinessMember: "claim", BusinessProposal: "proposal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    """A claim or a proposal of a commune, by its id, and what an officer saw of it: `seen_of()` of its facts."""

    commune_id: int
    id: int
    seen: str


def is_refused_so(asked: LockedAsked, reason: str) -> bool:
    """Whether the same no was said already."""
    return asked.row.state is ClaimState.REFUSED and asked.row.refusal == reason


def refuse_decided(asked: LockedAsked) -> None:
    """Conflict where an officer has already decided."""
    if not asked.row.is_waiting:
        raise Conflict("already_decided", "Đề nghị này đã có người xử lý.")


def decide(asked: LockedAsked, actor: Actor, state: ClaimState, *, refusal: str | None = None, now: datetime) -> None:
    """Write an officer's decision down, with the reason where it is a no. Conflict where there is one already."""
    refuse_decided(asked)
    row = asked.row
    row.state, row.decided_at, row.decided_by, row.refusal = state, now, actor.person_id, refusal


def tell_answer(session: Session, asked: Asked, news: News, sentence: str, *, now: datetime) -> None:
    """Tell the person who claimed or proposed a business; read on the page of their stalls."""
    message = Message(
        dedupe_key=news_key(SUBJECTS[type(asked)], asked.id, news, now),
        kind=news,
        sentence=sentence,
        person_id=asked.person_id,
    )
    enqueue_notifications(session, [message], now=now)
