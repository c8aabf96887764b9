"""What happens to the link between a seller's account and their electronic identity.

Every answer is the provider's own; no person writes one. Rows change nothing: each says one thing more. They are
written under the locks of the person, of their account and of the stall, whose goods then may go up or not.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import Locked, lock_name, locked, locked_all
from market.base.errors import Conflict, NotFound, Refused
from market.base.jobs import enqueue
from market.base.secrets import random_key, vault
from market.sellers.actions.register import log_business
from market.sellers.models import BusinessMember, IdentityEvent, Stall, Verification
from market.sellers.ports import Challenge, IdentityAnswer, IdentityOutcome
from market.sellers.queries.identity_links import (
    last_of_attempt,
    link_standing,
    member_at,
    open_attempt,
    others_with,
    rows_of_attempt,
)
from market.sellers.rules.identity import ENDS, LinkState

ASK_IDENTITY = "ask_identity"
SUBJECT = "identity-subject"
"""The purpose of the keyed hash of a provider's name of a person."""
RENEW_BEFORE = timedelta(days=30)
STATES = {
    IdentityOutcome.AUTHENTICATED: LinkState.AUTHENTICATED,
    IdentityOutcome.REFUSED: LinkState.FAILED,
    IdentityOutcome.EXPIRED: LinkState.EXPIRED,
    IdentityOutcome.REVOKED: LinkState.REVOKED,
}
SAID_NO = "Bạn, hoặc bên xác thực, đã từ chối lượt này. Muốn liên kết thì bấm làm lại."
TOO_LATE = "Chưa thấy bạn xác nhận trong giờ cho phép. Mời bấm làm lại."
CANNOT = "Bên xác thực không nhận lượt này. Mời bấm làm lại, vẫn không được thì gọi cán bộ xã."
OTHER_PERSON = "VNeID vừa xác nhận là của người khác, không phải chủ tài khoản này. Mời dùng đúng VNeID của bạn."


def ask_link(session: Session, actor: Actor, business_id: int, provider: str, *, clock: Clock) -> str:
    """A seller asks to link their account; a job asks the provider. Returns the attempt's key, that of the one that
    waits where there is one: at most one of a person does.

    Refused where the account is linked already for a good while, or another of theirs waits; NotFound for who has no
    account there, as a helper has none.
    """
    person = locked(session, Person, Person.id == (actor.person_id or 0)).row
    account = member_at(session, business_id, person.id)
    if account is None:
        raise NotFound
    member, now = locked(session, BusinessMember, BusinessMember.id == account.id).row, clock()
    waiting = open_attempt(session, person.id)
    if waiting is not None and waiting.member_id == member.id:
        return waiting.attempt
    if waiting is not None:
        raise Refused("link_waits", "Bạn đang liên kết ở gian khác. Xong lượt ấy rồi mời làm tiếp ở đây.")
    standing = link_standing(session, member.id, now=now)
    if standing.is_linked and (standing.valid_to is None or standing.valid_to > now + RENEW_BEFORE):
        raise Refused("linked_already", "Tài khoản này đã xác thực điện tử rồi, không cần làm lại.")
    event = IdentityEvent(
        member_id=member.id,
        attempt=random_key(),
        provider=provider,
        state=LinkState.PENDING,
        at=now,
        asked_by=person.id,
    )
    session.add(event)
    enqueue(session, ASK_IDENTITY, {"attempt": event.attempt}, dedupe_key=asking_key(event.attempt))
    log_business(session, actor, "ask_identity_link", member.business, now=now)
    return event.attempt


def asking_key(attempt: str) -> str:
    """Under which one job asks about an attempt."""
    return f"{ASK_IDENTITY}:{attempt}"


def keep_challenge(session: Session, attempt: str, challenge: Challenge, *, clock: Clock) -> None:
    """What the person must do now, as the provider says. Idempotent; nothing where the attempt is answered. NotFound
    for no such attempt."""
    member, rows = _locked_attempt(session, attempt)
    if any(row.state is not LinkState.PENDING or row.reference == challenge.reference for row in rows):
        return
    event = _next(member, rows[0], LinkState.PENDING, clock())
    event.reference = challenge.reference
    event.challenge_cipher, event.challenge_ends_at = vault().encrypt(challenge.address), challenge.ends_at
    session.add(event)


def end_attempt(session: Session, attempt: str, reason: str, *, clock: Clock) -> None:
    """Nothing comes of an attempt. Idempotent; nothing where it is answered. NotFound for no such attempt."""
    member, rows = _locked_attempt(session, attempt)
    if all(row.state is LinkState.PENDING for row in rows):
        _write(session, member, _failed(member, rows[0], reason, clock()))


def keep_answer(session: Session, provider: str, answer: IdentityAnswer, *, clock: Clock) -> LinkState:
    """Write down what the provider says; returns the state that its attempt has now. The same answer again, and a yes
    that comes after the end of what it said, change nothing.

    A yes of another person's identity (already another's here, or not that of the paper an officer saw of this
    account's person) makes the attempt fail. NotFound for no such attempt, Conflict where the provider means another
    one by its reference.
    """
    lock_name(session, SUBJECT, provider, answer.subject)
    member, rows = _locked_attempt(session, answer.attempt)
    if rows[0].provider != provider:
        raise NotFound
    if {answer.reference} != ({row.reference for row in rows} - {None} or {answer.reference}):
        raise Conflict("other_reference", "Câu trả lời này không phải của lượt đang hỏi.")
    known, state, now = {row.state for row in rows}, STATES[answer.outcome], clock()
    if state in known or (state is LinkState.AUTHENTICATED and known & ENDS):
        return rows[-1].state
    if state is LinkState.FAILED and known - {LinkState.PENDING}:
        return rows[-1].state
    event = _answered(session, member, rows[0], answer, now)
    if (event.state, event.reason) != (rows[-1].state, rows[-1].reason):
        _write(session, member, event)
    return event.state


def _answered(
    session: Session, member: Locked[BusinessMember], first: IdentityEvent, answer: IdentityAnswer, now: datetime
) -> IdentityEvent:
    state = STATES[answer.outcome]
    if state is LinkState.FAILED:
        return _failed(member, first, SAID_NO, now)
    event = _next(member, first, state, now)
    event.reference, event.told_at = answer.reference, answer.told_at
    if state is LinkState.AUTHENTICATED:
        named = f"{first.provider}|{answer.subject}"
        if not answer.subject or _is_other_person(session, member, named, answer, now):
            return _failed(member, first, OTHER_PERSON if answer.subject else CANNOT, now)
        event.subject_digest, event.valid_to = vault().digest(SUBJECT, named), answer.valid_to
    return event


def _is_other_person(
    session: Session, member: Locked[BusinessMember], named: str, answer: IdentityAnswer, now: datetime
) -> bool:
    if others_with(session, member.row, vault().digests(SUBJECT, named), now=now):
        return True
    papers = select(Verification.id_digest).where(
        Verification.member_id == member.row.id, Verification.ended_at.is_(None)
    )
    seen = [digest for digest in session.scalars(papers) if digest]
    if answer.citizen_id is None or not seen:
        return False
    return not any(vault().is_digest("citizen-id", answer.citizen_id, digest) for digest in seen)


def _locked_attempt(session: Session, attempt: str) -> tuple[Locked[BusinessMember], list[IdentityEvent]]:
    """The account of an attempt and the attempt's rows, with the person and the stall locked; NotFound for none."""
    found = last_of_attempt(session, attempt).member
    locked(session, Person, Person.id == found.person_id)
    member = locked(session, BusinessMember, BusinessMember.id == found.id)
    locked_all(session, Stall, Stall.business_id == found.business_id)
    return member, list(rows_of_attempt(session, attempt))


def _next(member: Locked[BusinessMember], first: IdentityEvent, state: LinkState, now: datetime) -> IdentityEvent:
    return IdentityEvent(member_id=member.row.id, attempt=first.attempt, provider=first.provider, state=state, at=now)


def _failed(member: Locked[BusinessMember], first: IdentityEvent, reason: str, now: datetime) -> IdentityEvent:
    event = _next(member, first, LinkState.FAILED, now)
    event.reason = reason
    return event


def _write(session: Session, member: Locked[BusinessMember], event: IdentityEvent) -> None:
    session.add(event)
    session.flush()
    log_business(session, GUEST, "note_identity_link", member.row.business, "identity", now=event.at)
