"""What the office answers to a claim or a proposal, once, and how the person hears of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.accounts.queries import share_device
from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import Conflict, Refused
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers.models import Business, BusinessMember, BusinessProposal, ClaimState
from market.sellers.queries import right_to
from market.values.period import local_day

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


def refuse_one_of_them(
    session: Session, actor: Actor, claimant: Person, business: Business | None, *, now: datetime
) -> None:
    """Refused where the officer who is to decide is the claimant or acts for the business, or has a phone or ever had a
    device in common with the claimant: two accounts of one person would else vouch for each other."""
    if actor.person_id is None or actor.person_id == claimant.id:
        raise Refused("own_claim", "Người xác nhận phải là cán bộ khác với người đề nghị.")
    if business and right_to(session, business.id, actor.person_id, local_day(now)):
        raise Refused("own_claim", "Bạn đang bán hoặc bán giúp cho cơ sở này. Mời cán bộ khác xác nhận.")
    phones = {claimant.phone, business.phone if business else None} - {None}
    if session.get_one(Person, actor.person_id).phone in phones:
        raise Refused("shared_phone", "Bạn và người đề nghị dùng chung một số điện thoại. Mời cán bộ khác xác nhận.")
    if share_device(session, actor.person_id, claimant.id):
        raise Refused(
            "shared_device", "Bạn và người đề nghị đã từng đăng nhập trên cùng một máy. Mời cán bộ khác xác nhận."
        )


def decide(asked: LockedAsked, actor: Actor, state: ClaimState, *, refusal: str | None = None, now: datetime) -> None:
    """Write an officer's decision down, with the reason where it is a no. Conflict where there is one already."""
    refuse_decided(asked)
    row = asked.row
    row.state, row.decided_at, row.decided_by, row.refusal = state, now, actor.person_id, refusal


def _commune_of(asked: Asked) -> int:
    return asked.commune_id if isinstance(asked, BusinessProposal) else asked.business.commune_id


def tell_answer(session: Session, asked: Asked, news: News, sentence: str, *, now: datetime) -> None:
    """Tell the person who claimed or proposed a business; read on the page of their stalls."""
    message = Message(
        commune_id=_commune_of(asked),
        dedupe_key=news_key(SUBJECTS[type(asked)], asked.id, news, now),
        kind=news,
        sentence=sentence,
        person_id=asked.person_id,
    )
    enqueue_notifications(session, [message], now=now)
