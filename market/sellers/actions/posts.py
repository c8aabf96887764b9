"""What happens to posts and mandates: given, taken up, ended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from market.accounts.actions import NewCode, code_holder, make_code, try_code
from market.accounts.models import CodePurpose
from market.base.audit import Actor, Change, record
from market.base.errors import NotAllowed, NotFound, Refused
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
    _refuse_bad_end(new.starts_on, new.ends_on, now)
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


def make_mandate_code(session: Session, actor: Actor, business_id: int, last_day: date, *, now: datetime) -> str:
    """Six digits with which the helper whom a member tells them may act for the business until a day.

    Only a member consents: NotAllowed for a helper, who would else prolong their own mandate.
    """
    business = session.get_one(Business, business_id)
    members = [member.person_id for member in queries.members_of(session, business_id)]
    if actor.person_id is None or actor.person_id not in members or actor.mandate_id is not None:
        raise NotAllowed("Chỉ chủ cơ sở mới lập được mã ủy quyền.")
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
        raise Refused("Ủy quyền cần ngày kết thúc, từ hôm nay và không quá một năm.")


def take_mandate(session: Session, actor: Actor, business_id: int, digits: str, *, now: datetime) -> int | None:
    """Take up, with the code a member read out, the mandate it grants; gives its id, or None for a wrong code.

    The caller commits either way, so that wrong tries count, and says WRONG_CODE for None.
    """
    members = {member.person_id: member.person for member in queries.members_of(session, business_id)}
    if actor.person_id is None:
        raise NotFound
    code_id = try_code(session, CodePurpose.GRANT_MANDATE, list(members), digits, now=now)
    code = code_holder(session, code_id) if code_id else None
    if code is None or code.business_id != business_id or code.grants_until is None:
        return None
    new = NewMandate(
        business_id=business_id,
        helper_id=actor.person_id,
        granted_by=members[code.person_id].name,
        method=MandateMethod.MA,
        paper=None,
        starts_on=local_day(now),
        ends_on=code.grants_until,
    )
    return grant_mandate(session, actor, new, now=now)


def make_reset_code(session: Session, actor: Actor, business_id: int, person_id: int, *, now: datetime) -> str:
    """Six digits with which a member sets a new password, face to face, made by a helper under a mandate.

    Refused for somebody through whose account more than the helper's own mandates could be reached.
    """
    today = local_day(now)
    business = session.get_one(Business, business_id)
    if person_id not in [member.person_id for member in queries.members_of(session, business_id)]:
        raise NotFound
    helper_id = actor.person_id or 0
    own = {mandate.business_id for mandate in queries.mandates_of_helper(session, helper_id, today)}
    if business_id not in own:
        raise NotFound
    reached = {stall.business_id for stall in queries.stalls_of_person(session, business.commune_id, person_id)}
    if queries.posts_of(session, business.commune_id, person_id, today) or reached - own:
        raise Refused("Tài khoản này còn giữ việc khác ngoài cơ sở bạn hỗ trợ. Mời người đó tới Phòng Kinh tế.")
    new = NewCode(
        purpose=CodePurpose.RESET_PASSWORD,
        person_id=person_id,
        commune_id=business.commune_id,
        business_id=business_id,
    )
    return make_code(session, actor, new, now=now)


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


def dismiss(session: Session, actor: Actor, commune_id: int, post_id: int, *, now: datetime) -> None:
    """Let a post end at once; with a helper's last post here end the mandates they held."""
    today = local_day(now)
    post = session.get(Post, post_id)
    if post is None or post.commune_id != commune_id or post.role is PostRole.ADMIN:
        raise NotFound
    if post.person_id == actor.person_id:
        raise Refused("Không tự thôi nhiệm vụ của mình được. Mời cán bộ khác làm việc này.")
    end_post(session, actor, commune_id, post_id, today - timedelta(days=1), now=now)
    session.flush()
    left = queries.posts_of(session, commune_id, post.person_id, today)
    if post.role is not PostRole.HELPER or any(one.role is PostRole.HELPER for one in left):
        return
    for mandate in queries.mandates_of_helper(session, post.person_id, today):
        revoke_mandate(session, actor, mandate.business_id, mandate.id, now=now)
