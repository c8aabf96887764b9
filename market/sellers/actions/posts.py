"""What happens to posts and mandates: given, taken up, ended."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import CodeTry, NewCode, make_code, use_code
from market.accounts.brakes import WRONG_CODE
from market.accounts.models import CodePurpose, Person
from market.accounts.queries import people_on, visitors_of
from market.accounts.step_up import end_logins_on
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import NotAllowed, NotFound, Refused
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers import queries
from market.sellers.actions.register import log_business
from market.sellers.models import Business, Mandate, MandateMethod, Post, PostRole
from market.values.period import day_end, local_day

LONGEST_MANDATE_DAYS = 366

OWNER_ONLY = "Chỉ chủ hộ mới lập được mã ủy quyền."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMandate:
    """Consent of a business to one helper. `granted_by` is the owner's name; a paper one says where the paper is."""

    business_id: int
    helper_id: int
    granted_by: str
    method: MandateMethod
    paper: str | None
    starts_on: date
    ends_on: date


def grant_mandate(session: Session, actor: Actor, new: NewMandate, *, clock: Clock) -> int:
    """Write a mandate down; returns its id. The same one while it is live is granted once.

    Refused without an end within a year, or to somebody who is no helper here; NotFound for nobody.
    """
    locked(session, Person, Person.id == new.helper_id)
    business = locked(session, Business, Business.id == new.business_id).row
    now = clock()
    _refuse_bad_end(new.starts_on, new.ends_on, now)
    posts = queries.posts_of(session, business.commune_id, new.helper_id, local_day(now))
    if not any(post.role is PostRole.HELPER for post in posts):
        raise Refused("not_a_helper", "Người này chưa là thành viên Tổ công nghệ số của xã.")
    if known := _same_mandate(session, new):
        return known
    mandate = Mandate(
        business_id=new.business_id,
        helper_id=new.helper_id,
        granted_by=new.granted_by,
        method=new.method,
        paper=new.paper,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(mandate)
    session.flush()
    log_business(session, actor, "grant_mandate", business, "mandate", now=now)
    return mandate.id


def _same_mandate(session: Session, new: NewMandate) -> int | None:
    fields = ("business_id", "helper_id", "granted_by", "method", "paper", "starts_on", "ends_on")
    said = {field: getattr(new, field) for field in fields}
    return session.scalar(select(Mandate.id).filter_by(**said, revoked_at=None))


def make_mandate_code(session: Session, actor: Actor, business_id: int, last_day: date, *, clock: Clock) -> str:
    """Six digits with which the helper whom a member tells them may act for the business until a day.

    Only a member consents: NotAllowed for a helper, who would else prolong their own mandate. Refused without an end
    within a year, NotFound for no such business.
    """
    if actor.person_id is None or actor.mandate_id is not None:
        raise NotAllowed("owner_only", OWNER_ONLY)
    locked(session, Person, Person.id == actor.person_id)
    business = locked(session, Business, Business.id == business_id).row
    if actor.person_id not in [member.person_id for member in queries.members_of(session, business_id)]:
        raise NotAllowed("owner_only", OWNER_ONLY)
    now = clock()
    _refuse_bad_end(local_day(now), last_day, now)
    code = NewCode(
        purpose=CodePurpose.GRANT_MANDATE,
        person_id=actor.person_id,
        commune_id=business.commune_id,
        business_id=business_id,
        grants_until=last_day,
    )
    return make_code(session, actor, code, now=now)


def _refuse_bad_end(first_day: date, last_day: date, now: datetime) -> None:
    if not local_day(now) <= last_day or not 0 <= (last_day - first_day).days <= LONGEST_MANDATE_DAYS:
        raise Refused("bad_dates", "Ủy quyền cần ngày kết thúc, từ hôm nay và không quá một năm.")


def take_mandate(session: Session, actor: Actor, business_id: int, tried: CodeTry, *, clock: Clock) -> int:
    """Take up, with the code a member read out, the mandate it grants; returns its id.

    Refused for a wrong code, or where the actor is no helper here; NotFound for nobody.
    """
    if actor.person_id is None:
        raise NotFound
    locked(session, Person, Person.id == actor.person_id)
    locked(session, Business, Business.id == business_id)
    code = use_code(session, CodePurpose.GRANT_MANDATE, tried, clock=clock)
    members = {member.person_id: member.person for member in queries.members_of(session, business_id)}
    if code.business_id != business_id or code.person_id not in members or code.grants_until is None:
        raise Refused("wrong_code", WRONG_CODE)
    new = NewMandate(
        business_id=business_id,
        helper_id=actor.person_id,
        granted_by=members[code.person_id].name,
        method=MandateMethod.CODE,
        paper=None,
        starts_on=local_day(clock()),
        ends_on=code.grants_until,
    )
    return grant_mandate(session, actor, new, clock=clock)


def revoke_mandate(
    session: Session, actor: Actor, business_id: int, mandate_id: int, *, reason: str | None = None, now: datetime
) -> None:
    """End a mandate at once, and sign the business's people out of every device that the helper has ever used: what
    was left open there is not theirs to close. `reason`: the office's, which the business and the helper are told.
    Nothing changes where it was ended before. NotFound for a mandate of another business."""
    scope = Mandate.id == mandate_id, Mandate.business_id == business_id
    mandate = locked(session, Mandate, *scope).row
    if mandate.revoked_at is not None:
        return
    mandate.revoked_at, mandate.revoked_reason = now, reason
    members = [member.person_id for member in queries.members_of(session, business_id)]
    end_logins_on(session, visitors_of(session, [mandate.helper_id]), person_ids=members, now=now)
    log_business(session, actor, "revoke_mandate", mandate.business, "mandate", now=now)
    if reason:
        _tell_revoked(session, mandate, reason, now=now)


def _tell_revoked(session: Session, mandate: Mandate, reason: str, *, now: datetime) -> None:
    sentence = f"Xã chấm dứt ủy quyền của {mandate.business.name} cho {mandate.helper.name}: {reason}"
    key = news_key("mandate", mandate.id, News.MANDATE_REVOKED, now)
    whom = {"business": {"business_id": mandate.business_id}, "helper": {"person_id": mandate.helper_id}}
    messages = [
        Message(
            commune_id=mandate.business.commune_id,
            dedupe_key=f"{key}:{which}",
            kind=News.MANDATE_REVOKED,
            sentence=sentence,
            **to,
        )
        for which, to in whom.items()
    ]
    enqueue_notifications(session, messages, now=now)


def end_lapsed(session: Session, mandate_id: int, *, clock: Clock) -> bool:
    """Sign the business's people out where `revoke_mandate` would, of a mandate whose last day is over: of what was
    begun until then. Whether anything ended. NotFound for no such mandate. Idempotent."""
    mandate, now = locked(session, Mandate, Mandate.id == mandate_id).row, clock()
    members = [member.person_id for member in queries.members_of(session, mandate.business_id)]
    devices, end = visitors_of(session, [mandate.helper_id]), day_end(mandate.ends_on)
    return end <= now and end_logins_on(session, devices, person_ids=members, begun_before=end, now=now) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    commune_id: int
    person_id: int
    role: PostRole
    hamlet_id: int | None
    starts_on: date


def add_post(session: Session, actor: Actor, new: NewPost, *, now: datetime) -> int:
    """Give a person a post; a helper's is of one hamlet. Returns its id; the same post twice is one.

    NotFound for a person who is not there.
    """
    locked(session, Person, Person.id == new.person_id)
    held = queries.posts_of(session, new.commune_id, new.person_id, new.starts_on)
    same = next((post.id for post in held if post.role is new.role and post.hamlet_id == new.hamlet_id), None)
    if same:
        return same
    post = Post(
        commune_id=new.commune_id,
        person_id=new.person_id,
        role=new.role,
        hamlet_id=new.hamlet_id,
        starts_on=new.starts_on,
    )
    session.add(post)
    session.flush()
    change = Change(verb="add_post", subject="post", subject_id=post.id, commune_id=new.commune_id)
    record(session, actor, change, now=now)
    return post.id


def end_post(session: Session, actor: Actor, commune_id: int, post_id: int, last_day: date, *, now: datetime) -> None:
    """Let a post end after a day; from when that is past, others are signed out of the devices its holder has used.
    Nothing changes where it ended before. NotFound for a post of another commune."""
    post = locked_post(session, commune_id, post_id).row
    if post.ends_on and post.ends_on <= last_day:
        return
    post.ends_on = last_day
    if last_day < local_day(now):
        _sign_others_out(session, post.person_id, now=now)
    record(session, actor, Change(verb="end_post", subject="post", subject_id=post.id, commune_id=commune_id), now=now)


def _sign_others_out(session: Session, person_id: int, *, now: datetime) -> None:
    """End what others have left open on the devices of somebody whose post has ended: nobody looks into it there."""
    devices = visitors_of(session, [person_id])
    end_logins_on(session, devices, person_ids=people_on(session, devices) - {person_id}, now=now)


def locked_post(session: Session, commune_id: int, post_id: int) -> Locked[Post]:
    """The post, locked after its person, who stays the same: so what one person holds is changed in turn. NotFound for
    a post of another commune."""
    person_id = session.scalar(select(Post.person_id).where(Post.id == post_id, Post.commune_id == commune_id))
    locked(session, Person, Person.id == person_id)
    return locked(session, Post, Post.id == post_id)
