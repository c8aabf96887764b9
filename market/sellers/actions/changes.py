"""Widening waits, narrowing is at once: what would open money or identity begins a day after it was asked for, all
members are told, and any of them, or an officer, may stop it until then.

One row a change (`WaitingChange`), whatever it changes; all of it under the lock of its business, so that it begins, is
stopped or is replaced, and never two of these. What it changes is written by the `begin_...` of its kind.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, NotFound
from market.base.secrets import vault
from market.base.seen import check_seen
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News
from market.places.queries import quiet_hours
from market.sellers import queries
from market.sellers.actions.authority import require_member
from market.sellers.actions.register import log_business
from market.sellers.models import (
    Business,
    BusinessMember,
    ChangeKind,
    ChangeState,
    ClaimState,
    PostRole,
    Verification,
    WaitingChange,
)
from market.values.period import local_day
from market.values.phone import Phone

WAITS = timedelta(hours=24)
STOPPED_PLACE = "Người của gian hàng hoặc xã đã dừng việc thêm bạn."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChange:
    """A change to be kept until it begins. `content`: what its `begin_...` will need, with `shown`, what it is in
    words. `paper`: what the officer saw who records it. `family_phone`: of the person who must agree first. `waits`:
    how long at least."""

    kind: ChangeKind
    subject_id: int
    content: Mapping[str, str | None] = field(repr=False)
    paper: str | None = None
    family_phone: Phone | None = None
    waits: timedelta = WAITS


@dataclass(frozen=True, slots=True, kw_only=True)
class DueChange:
    """A change as it stands at `now`, under the lock of its business."""

    business: Locked[Business]
    change: WaitingChange
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChange:
    """A change by its id, and what was seen of it: `seen_of()` of its `change_facts`."""

    id: int
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What members hear of, and about what it is (`change:7`)."""

    about: str
    news: News
    sentence: str


def begins_at(session: Session, commune_id: int, waits: timedelta, now: datetime) -> datetime:
    """When what waits so long begins: by day, when those who may stop it are awake; what waits for nothing, at once."""
    return quiet_hours(session, commune_id).waking(now + waits) if waits else now


def ask_change(
    session: Session, actor: Actor, business: Locked[Business], new: NewChange, *, now: datetime
) -> WaitingChange:
    """Keep a change until it begins, and tell all members; one of its kind that waits is replaced by it.

    NotFound for nobody. Whether the actor may ask for it was looked at before (`require_owner`).
    """
    if actor.person_id is None:
        raise NotFound
    if replaced := queries.waiting_change(session, new.kind, new.subject_id):
        _end(replaced, actor, ChangeState.REPLACED, now=now)
        session.flush()
    change = WaitingChange(
        business_id=business.row.id,
        kind=new.kind,
        subject_id=new.subject_id,
        content_cipher=vault().encrypt(json.dumps(dict(new.content))),
        paper=new.paper,
        family_phone=new.family_phone,
        asked_by=actor.person_id,
        asked_at=now,
        effective_at=begins_at(session, business.row.commune_id, new.waits, now),
    )
    session.add(change)
    session.flush()
    log_business(session, actor, "ask_change", business.row, new.kind, now=now)
    _tell(session, business, change, News.CHANGE_WAITING, _waiting_sentence(change), now=now)
    return change


def _waiting_sentence(change: WaitingChange) -> str:
    asker = f"cán bộ {change.asker.name} ghi theo giấy" if change.paper else f"{change.asker.name} đề nghị"
    begins = f"từ {queries.moment_words(change.effective_at)}"
    if change.lacks_consent:
        begins = f"khi người nhà đồng ý, sớm nhất {begins}"
    return (
        f"Sắp đổi: {queries.change_words(change)}, {begins} ({asker}). Không phải ý của gian hàng thì mở mục Hôm nay, "
        "bấm “Dừng thay đổi này”."
    )


def stop_change(session: Session, actor: Actor, business_id: int, shown: SeenChange, *, clock: Clock) -> None:
    """Stop a change before it begins, as a member, on any device. Idempotent.

    Conflict where it has begun, ChangedSince where it is not what was seen, NotAllowed for who is no member, NotFound
    for a change of another business.
    """
    business = locked(session, Business, Business.id == business_id)
    require_member(session, actor, business)
    _stop(session, actor, business, shown, now=clock())


def stop_change_by_office(session: Session, actor: Actor, commune_id: int, shown: SeenChange, *, clock: Clock) -> int:
    """Stop a change as an officer of its commune; returns the business's id. Idempotent. Conflict and
    ChangedSince as `stop_change`, NotFound for a change elsewhere and for who is no officer here."""
    business = _locked_business_of(session, shown.id)
    now = clock()
    if business.row.commune_id != commune_id or actor.person_id is None:
        raise NotFound
    if not queries.is_officer(session, commune_id, actor.person_id, local_day(now)):
        raise NotFound
    _stop(session, actor, business, shown, now=now)
    return business.row.id


def _stop(session: Session, actor: Actor, business: Locked[Business], shown: SeenChange, *, now: datetime) -> None:
    change = _change_of(session, business, shown.id)
    if is_stopped(change):
        return
    refuse_over(change)
    check_seen(shown.seen, queries.change_facts(change))
    end_change(session, actor, DueChange(business=business, change=change, now=now), ChangeState.STOPPED)


def is_stopped(change: WaitingChange) -> bool:
    """Whether it was stopped before."""
    return change.state is ChangeState.STOPPED


def refuse_over(change: WaitingChange) -> None:
    """Conflict where it has begun, was stopped or was replaced."""
    if not change.is_waiting:
        raise Conflict(
            "change_is_over", "Thay đổi này không còn chờ nữa: đã bắt đầu, đã dừng hoặc đã có thay đổi khác."
        )


def change_by_id(session: Session, change_id: int, *, clock: Clock) -> DueChange:
    """A change, whatever became of it, under its business's lock. NotFound for no such change."""
    business = _locked_business_of(session, change_id)
    return DueChange(business=business, change=_change_of(session, business, change_id), now=clock())


def due_change(session: Session, kind: ChangeKind, change_id: int, *, clock: Clock) -> DueChange | None:
    """A change of a kind under its business's lock, where it may begin now; None where it may not (yet, or any more).

    One whose asker has left the business meanwhile, or of a place in it that has ended, is stopped. NotFound for no
    such change.
    """
    due = change_by_id(session, change_id, clock=clock)
    change = due.change
    if change.kind is not kind or not change.is_waiting or change.lacks_consent or due.now < change.effective_at:
        return None
    members = [member.person_id for member in queries.members_of(session, due.business.row.id)]
    if (change.paper is None and change.asked_by not in members) or _is_place_over(session, change):
        end_change(session, GUEST, due, ChangeState.STOPPED)
        return None
    return due


def end_change(session: Session, actor: Actor, due: DueChange, state: ChangeState) -> None:
    """Write down that a change has begun or is stopped, and tell all members. NotFound where the place in the business
    that it is about is not there."""
    change, now = due.change, due.now
    _end(change, actor, state, now=now)
    if change.kind is ChangeKind.MEMBER:
        _decide_place(session, change, state)
    session.flush()
    verb, news, word = _ENDINGS[state]
    log_business(session, actor, verb, due.business.row, change.kind, now=now)
    sentence = f"{word}: {queries.change_words(change)}."
    _tell(session, due.business, change, news, sentence, now=now)


_ENDINGS = {
    ChangeState.BEGUN: ("begin_change", News.CHANGE_BEGUN, "Đã bắt đầu"),
    ChangeState.STOPPED: ("stop_change", News.CHANGE_STOPPED, "Đã dừng, mọi thứ giữ như cũ"),
}


def _end(change: WaitingChange, actor: Actor, state: ChangeState, *, now: datetime) -> None:
    change.state, change.ended_at, change.ended_by = state, now, actor.person_id


def _decide_place(session: Session, change: WaitingChange, state: ChangeState) -> None:
    """The place in the business that an officer confirmed begins, or is refused after all."""
    place = locked(session, BusinessMember, BusinessMember.id == change.subject_id).row
    place.begins_at = None
    if state is not ChangeState.BEGUN:
        place.state, place.refusal = ClaimState.REFUSED, STOPPED_PLACE
        theirs = Verification.member_id == place.id, Verification.ended_at.is_(None)
        ended = update(Verification).where(*theirs).values(ended_at=change.ended_at, ended_reason=STOPPED_PLACE)
        session.execute(ended)


def _is_place_over(session: Session, change: WaitingChange) -> bool:
    """Whether the office took the person out of the business while their place in it waited."""
    if change.kind is not ChangeKind.MEMBER:
        return False
    ended = select(BusinessMember.ended_at).where(BusinessMember.id == change.subject_id)
    return session.scalars(ended).one() is not None


def _locked_business_of(session: Session, change_id: int) -> Locked[Business]:
    """The business of a change, which stays the same: under its lock the change is read."""
    business_id = session.scalar(select(WaitingChange.business_id).where(WaitingChange.id == change_id))
    return locked(session, Business, Business.id == business_id)


def _change_of(session: Session, business: Locked[Business], change_id: int) -> WaitingChange:
    own = WaitingChange.id == change_id, WaitingChange.business_id == business.row.id
    change = session.scalar(select(WaitingChange).where(*own).execution_options(populate_existing=True))
    if change is None:
        raise NotFound
    return change


def _tell(
    session: Session, business: Locked[Business], change: WaitingChange, news: News, sentence: str, *, now: datetime
) -> None:
    tell_members(session, business, Told(about=f"change:{change.id}", news=news, sentence=sentence), now=now)


def tell_members(session: Session, business: Locked[Business], told: Told, *, now: datetime) -> None:
    """Tell each member for themselves, so that none puts it away for another; and the commune's officers where nobody
    but helpers would see it."""
    people = [member.person_id for member in queries.members_of(session, business.row.id)]
    if queries.is_watched_by_nobody(session, business.row.id):
        officers = queries.post_holders(session, business.row.commune_id, PostRole.OFFICER, local_day(now))
        people += [one.person.id for one in officers]
    messages = [
        Message(
            commune_id=business.row.commune_id,
            dedupe_key=f"{told.about}:{told.news}:{now.isoformat()}:{person_id}",
            kind=told.news,
            sentence=f"{business.row.name}. {told.sentence}",
            person_id=person_id,
        )
        for person_id in dict.fromkeys(people)
    ]
    if messages:
        enqueue_notifications(session, messages, now=now)
