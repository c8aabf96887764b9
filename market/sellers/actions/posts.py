"""What happens to posts and mandates: given, taken up, ended."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.errors import NotFound, Refused
from market.sellers import queries
from market.sellers.actions.register import log_business
from market.sellers.models import Business, Mandate, MandateMethod, Post, PostRole
from market.values.period import local_day

LONGEST_MANDATE_DAYS = 366


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


def grant_mandate(session: Session, actor: Actor, new: NewMandate, *, now: datetime) -> int:
    """Write a mandate down; refused without an end within a year, or to somebody who is no helper here."""
    business = session.get_one(Business, new.business_id)
    today = local_day(now)
    if not today <= new.ends_on or (new.ends_on - new.starts_on).days > LONGEST_MANDATE_DAYS:
        raise Refused("Ủy quyền cần ngày kết thúc, từ hôm nay và không quá một năm.")
    posts = queries.posts_of(session, business.commune_id, new.helper_id, today)
    if not any(post.role is PostRole.HELPER for post in posts):
        raise Refused("Người này chưa là thành viên Tổ công nghệ số của xã.")
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


def revoke_mandate(session: Session, actor: Actor, business_id: int, mandate_id: int, *, now: datetime) -> None:
    """End a mandate at once."""
    mandate = queries.mandate_of(session, business_id, mandate_id)
    mandate.revoked_at = mandate.revoked_at or now
    log_business(session, actor, "revoke_mandate", mandate.business, "mandate", now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    commune_id: int
    person_id: int
    role: PostRole
    hamlet_id: int | None
    starts_on: date


def add_post(session: Session, actor: Actor, new: NewPost, *, now: datetime) -> int:
    """Give a person a post; a helper's is of one hamlet. The same post twice is one."""
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
    """Let a post end after a day."""
    post = session.get(Post, post_id)
    if post is None or post.commune_id != commune_id:
        raise NotFound
    post.ends_on = last_day
    record(session, actor, Change(verb="end_post", subject="post", subject_id=post.id, commune_id=commune_id), now=now)
