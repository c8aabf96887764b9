"""What happens to a business that is not on the register: its owner proposes it, an officer enters or refuses it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor, Change, record
from market.base.db import Locked, locked
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.notices.rules import News
from market.places.queries import hamlet_of_today
from market.sellers import queries
from market.sellers.actions.answers import (
    SeenRequest,
    decide,
    is_refused_so,
    refuse_decided,
    refuse_one_of_them,
    tell_answer,
)
from market.sellers.actions.claims import first_claim
from market.sellers.actions.register import NewBusiness, add_business, lock_register, log_business
from market.sellers.models import BusinessKind, BusinessProposal, ClaimState
from market.sellers.rules import reason_against_name
from market.values.period import local_day
from market.values.taxid import TaxId

MOST_WAITING = 3
PROPOSAL_SOURCE = "Chủ hộ đề nghị, xã ghi vào sổ"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """A business as its owner describes it."""

    commune_id: int
    hamlet_id: int
    kind: BusinessKind
    name: str
    trade: str | None
    tax_id: TaxId | None


def propose_business(session: Session, actor: Actor, new: NewProposal, *, now: datetime) -> int:
    """Ask the office to enter a business; returns the proposal's id. The same name again while it waits is one.

    Refused where the person has MOST_WAITING waiting, NotFound for nobody.
    """
    if actor.person_id is None:
        raise NotFound
    locked(session, Person, Person.id == actor.person_id)
    if reason := reason_against_name(new.name, official=(), others=(), hamlet=""):
        raise Refused("business_name", reason)
    waiting = session.scalars(
        select(BusinessProposal).where(BusinessProposal.person_id == actor.person_id, BusinessProposal.is_waiting)
    ).all()
    same = next((one.id for one in waiting if one.name.casefold() == new.name.casefold()), None)
    if same:
        return same
    if len(waiting) >= MOST_WAITING:
        raise Refused("too_many_proposals", "Bạn đang có ba đề nghị chờ xã xem. Mời chờ xã trả lời rồi gửi tiếp.")
    proposal = BusinessProposal(
        commune_id=new.commune_id,
        person_id=actor.person_id,
        hamlet_id=new.hamlet_id,
        kind=new.kind,
        name=new.name,
        trade=new.trade,
        tax_id=new.tax_id,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    _log(session, actor, "propose_business", proposal, now=now)
    return proposal.id


def accept_proposal(session: Session, actor: Actor, shown: SeenRequest, *, now: datetime) -> int:
    """Enter a proposed business in the register, claimed by the person who proposed it; returns the business's id.

    Idempotent. Refused to that person, Conflict where it is decided otherwise already or the register has such a
    business, ChangedSince where it is not what was seen, NotFound for a proposal of another commune.
    """
    lock_register(session, shown.commune_id)
    asked = _locked_proposal(session, shown.commune_id, shown.id)
    proposal = asked.row
    if proposal.state is ClaimState.CONFIRMED and proposal.business_id is not None:
        return proposal.business_id
    refuse_decided(asked)
    refuse_one_of_them(session, actor, proposal.person, None, now=now)
    check_seen(shown.seen, queries.proposal_facts(session, proposal))
    proposal.business_id = add_business(session, actor, _as_new_business(session, proposal, local_day(now)), now=now)
    decide(asked, actor, ClaimState.CONFIRMED, now=now)
    claim = first_claim(session, proposal.business_id, proposal.person_id, now=now)
    log_business(session, Actor(person_id=proposal.person_id), "claim_business", claim.business, now=now)
    _log(session, actor, "accept_proposal", proposal, now=now)
    sentence = f"Xã đã ghi {proposal.name} vào sổ. Xã xem giấy tờ của bạn xong là mở gian hàng."
    tell_answer(session, proposal, News.PROPOSAL_REGISTERED, sentence, now=now)
    return proposal.business_id


def _as_new_business(session: Session, proposal: BusinessProposal, day: date) -> NewBusiness:
    return NewBusiness(
        commune_id=proposal.commune_id,
        hamlet_id=hamlet_of_today(session, proposal.hamlet_id),
        kind=proposal.kind,
        name=proposal.name,
        valid_from=day,
        source=PROPOSAL_SOURCE,
        owner_name=proposal.person.name,
        phone=proposal.person.phone,
        tax_id=proposal.tax_id,
        trade=proposal.trade,
    )


def refuse_proposal(session: Session, actor: Actor, shown: SeenRequest, reason: str, *, now: datetime) -> None:
    """Say no to a proposal, with the reason the person will read. Idempotent.

    Conflict where it is decided otherwise already, ChangedSince where it is not what was seen, NotFound for a proposal
    of another commune.
    """
    asked = _locked_proposal(session, shown.commune_id, shown.id)
    if is_refused_so(asked, reason):
        return
    refuse_decided(asked)
    check_seen(shown.seen, queries.proposal_facts(session, asked.row))
    decide(asked, actor, ClaimState.REFUSED, refusal=reason, now=now)
    proposal = asked.row
    _log(session, actor, "refuse_proposal", proposal, now=now)
    tell_answer(session, proposal, News.PROPOSAL_REFUSED, f"Xã chưa ghi {proposal.name} vào sổ: {reason}", now=now)


def _locked_proposal(session: Session, commune_id: int, proposal_id: int) -> Locked[BusinessProposal]:
    scope = BusinessProposal.id == proposal_id, BusinessProposal.commune_id == commune_id
    return locked(session, BusinessProposal, *scope)


def _log(session: Session, actor: Actor, verb: str, proposal: BusinessProposal, *, now: datetime) -> None:
    change = Change(
        verb=verb,
        subject="business_proposal",
        subject_id=proposal.id,
        commune_id=proposal.commune_id,
        business_id=proposal.business_id,
    )
    record(session, actor, change, now=now)
