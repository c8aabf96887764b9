"""How people come to hold a post and lose it: on paper first, taken up with a code that is handed over in person.

One officer suffices for a helper or a keeper; an officer's post begins and ends with the word of two others, or by the
operator's command. Nobody's account is found by its phone: anybody may have signed up with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.attempts import Brake, Limit
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import Locked, lock_name, locked, locked_all
from market.base.drawn import draw_free
from market.base.errors import NotFound, Refused
from market.base.secrets import vault
from market.places.queries import hamlet_of_today
from market.sellers import queries
from market.sellers.actions.posts import NewPost, add_post, end_post, locked_post, revoke_mandate
from market.sellers.models import Appointment, Mandate, Post, PostRole
from market.values.codes import new_slip_code, squash
from market.values.period import local_day
from market.values.text import fold

APPOINTMENT_LIFE = timedelta(days=7)
"""So long an officer's appointment waits for a second officer, and then a code to be typed."""

ENDING_LIFE = timedelta(days=7)
"""So long one officer's word that another's post shall end waits for a second."""

WRONG_CODE = "Mã chưa đúng, đã dùng hoặc đã hết hạn. Mời xem lại từng chữ trên phiếu, hoặc xin phiếu mới."
OWN_DEVICE = (
    "Máy này đã có cán bộ hoặc người khác trong Tổ công nghệ số đăng nhập, nên chưa nhận nhiệm vụ ở đây được. Mời gõ "
    "mã trên máy của chính người nhận nhiệm vụ. Phiếu vẫn còn dùng được."
)

LONE_OFFICER = (
    "Việc này cần hai cán bộ mà xã chưa có cán bộ nào khác để cùng đồng ý. Mời người vận hành chợ làm bằng lệnh trên "
    "máy của chợ: flask appoint để thêm, flask end-officer để thôi."
)

TAKE_POST = Brake(kind="take-post", limits=(Limit(most=10, within=timedelta(hours=1)),), sentence=WRONG_CODE)
"""By person: a slip's code has 57 bits, so that this only keeps the noise down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    """Who shall hold a post, by name, and the decision on paper that says so; only an officer's is of no hamlet."""

    commune_id: int
    role: PostRole
    hamlet_id: int | None
    name: str
    paper: str


def make_appointment(session: Session, actor: Actor, new: NewAppointment, *, clock: Clock) -> str | None:
    """Enter an appointment; returns the code to hand over, or None where a second officer must confirm it first.

    What the operator's command makes (`actor` is nobody) needs no second. Refused for an officer's by the only one
    there is; NotFound for who is no officer any more.
    """
    now = hold_officers(session, actor, new.commune_id, clock)
    needs_second = new.role is PostRole.OFFICER and actor.person_id is not None
    if needs_second:
        refuse_lone(session, new.commune_id, [actor.person_id], now)
    row = Appointment(
        commune_id=new.commune_id,
        role=new.role,
        hamlet_id=new.hamlet_id,
        name=new.name,
        paper=new.paper,
        made_by=actor.person_id,
        made_at=now,
        expires_at=now + APPOINTMENT_LIFE,
    )
    session.add(row)
    session.flush()
    _log(session, actor, "make_appointment", row, now=now)
    return None if needs_second else _give_code(session, row, now)


def confirm_appointment(session: Session, actor: Actor, commune_id: int, appointment_id: int, *, clock: Clock) -> str:
    """Confirm another officer's appointment; returns the code to hand over, which nobody has seen before.

    Refused for one's own, and for one that is over; NotFound for another commune's, and for who is no officer any more.
    """
    now = hold_officers(session, actor, commune_id, clock)
    row = _locked_appointment(session, commune_id, appointment_id).row
    if row.made_by == actor.person_id:
        raise Refused("own_appointment", "Cần cán bộ khác đồng ý, không phải người đã đề nghị.")
    if row.confirmed_at is not None or not _is_open(row, now):
        raise Refused("appointment_over", "Đề nghị này đã được đồng ý, đã hủy hoặc đã quá hạn. Mời tải lại trang.")
    row.confirmed_by = actor.person_id
    _log(session, actor, "confirm_appointment", row, now=now)
    return _give_code(session, row, now)


def withdraw_appointment(session: Session, actor: Actor, commune_id: int, appointment_id: int, *, clock: Clock) -> None:
    """Take an appointment back before it is taken up; nothing changes where it is over. NotFound for another commune's,
    and for who is no officer any more."""
    now = hold_officers(session, actor, commune_id, clock)
    row = _locked_appointment(session, commune_id, appointment_id).row
    if not _is_open(row, now):
        return
    row.withdrawn_at, row.withdrawn_by = now, actor.person_id
    _log(session, actor, "withdraw_appointment", row, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTyped:
    """The code of a slip as it was typed, and the browser on which it was."""

    commune_id: int
    code: str
    visitor: str


def take_appointment(session: Session, actor: Actor, typed: CodeTyped, *, clock: Clock) -> PostRole:
    """Take up the post for which a code stands; returns which.

    Refused for a wrong code, for another name than the paper's, to the officers who appoint, and on a device of theirs
    or of any other officer or helper; NotFound for nobody.
    """
    lock_name(session, "officers", typed.commune_id)
    person = locked(session, Person, Person.id == actor.person_id).row
    wanted = Appointment.code_digest.in_(_digests(typed.code)), Appointment.commune_id == typed.commune_id
    now = clock()
    row = next((one.row for one in locked_all(session, Appointment, *wanted) if _is_open(one.row, now)), None)
    if row is None:
        raise Refused("wrong_code", WRONG_CODE)
    _refuse_wrong_person(session, row, person)
    if queries.is_staff_device(session, typed.visitor, person.id):
        raise Refused("staff_device", OWN_DEVICE)
    row.taken_at, row.taken_by = now, person.id
    post = NewPost(
        commune_id=row.commune_id,
        person_id=person.id,
        role=row.role,
        hamlet_id=row.hamlet_id and hamlet_of_today(session, row.hamlet_id),
        starts_on=local_day(now),
    )
    add_post(session, Actor(person_id=row.made_by), post, now=now)
    return row.role


def _refuse_wrong_person(session: Session, row: Appointment, person: Person) -> None:
    if fold(row.name) != fold(person.name):
        raise Refused(
            "name_differs",
            f"Phiếu ghi tên khác với tên tài khoản này ({person.name}). Mời cán bộ lập phiếu ghi đúng tên như vậy.",
        )
    appointing = [one for one in (row.made_by, row.confirmed_by) if one is not None]
    phones = session.scalars(select(Person.phone).where(Person.id.in_(appointing))).all()
    if person.id in appointing or (person.phone is not None and person.phone in phones):
        raise Refused("own_appointment", "Không tự giao nhiệm vụ cho mình được, dù ở tài khoản khác cùng số máy.")


def _give_code(session: Session, row: Appointment, now: datetime) -> str:
    code = draw_free(new_slip_code, lambda drawn: _is_on_a_slip(session, drawn, now))
    row.confirmed_at, row.code_digest, row.expires_at = now, _digests(code)[0], now + APPOINTMENT_LIFE
    return code


def _is_on_a_slip(session: Session, code: str, now: datetime) -> bool:
    """Whether a slip that may still be used bears this code."""
    alike = Appointment.code_digest.in_(_digests(code)), Appointment.expires_at > now
    return session.scalar(select(Appointment.id).where(*alike).limit(1)) is not None


def _is_open(row: Appointment, now: datetime) -> bool:
    return row.taken_at is None and row.withdrawn_at is None and row.expires_at > now


def _locked_appointment(session: Session, commune_id: int, appointment_id: int) -> Locked[Appointment]:
    return locked(session, Appointment, Appointment.id == appointment_id, Appointment.commune_id == commune_id)


def hold_officers(session: Session, actor: Actor, commune_id: int, clock: Clock) -> datetime:
    """Hold who the officers of a commune are; returns the time. NotFound where the actor is none of them (any more)."""
    lock_name(session, "officers", commune_id)
    now = clock()
    if actor.person_id is not None and not queries.is_officer(session, commune_id, actor.person_id, local_day(now)):
        raise NotFound
    return now


def refuse_lone(session: Session, commune_id: int, parties: Sequence[int | None], now: datetime) -> None:
    """Refused where nobody but these people could say yes as well."""
    if not queries.officers_of(session, commune_id, local_day(now)) - set(parties):
        raise Refused("lone_officer", LONE_OFFICER)


def _digests(code: str) -> list[str]:
    """The hashes under which a code may be kept, first the one to keep it under."""
    return vault().digests("appointment", squash(code))


def _log(session: Session, actor: Actor, verb: str, row: Appointment, *, now: datetime) -> None:
    change = Change(verb=verb, subject="appointment", subject_id=row.id, commune_id=row.commune_id)
    record(session, actor, change, now=now)


# --- the end of a post ------------------------------------------------------------------------------------------------


def dismiss(session: Session, actor: Actor, commune_id: int, post_id: int, *, clock: Clock) -> bool:
    """Let a helper's or keeper's post end at once, an officer's once a second officer says so; returns whether it has.

    With a helper's last post here end the mandates they held. Refused to the person who holds it, and for an officer's
    where there is no second officer to say so; NotFound for a post
    of another commune, for the operator's, and for who is no officer any more. `actor` is nobody for the operator's
    command, which needs no second.
    """
    hold_officers(session, actor, commune_id, clock)
    post = locked_post(session, commune_id, post_id).row
    now = clock()
    today = local_day(now)
    if post.role is PostRole.ADMIN:
        raise NotFound
    if post.person_id == actor.person_id:
        raise Refused("own_post", "Không tự thôi nhiệm vụ của mình được. Mời cán bộ khác làm việc này.")
    if post.role is PostRole.OFFICER and not _is_second_word(session, actor, post, now):
        return False
    held = queries.posts_of(session, commune_id, post.person_id, today)
    if post.role is PostRole.HELPER and not any(one.role is PostRole.HELPER and one.id != post.id for one in held):
        _end_mandates(session, actor, post, now)
    end_post(session, actor, commune_id, post_id, today - timedelta(days=1), now=now)
    return True


def _is_second_word(session: Session, actor: Actor, post: Post, now: datetime) -> bool:
    """Whether somebody else, an officer still, has said so before; else this one is noted as the first."""
    first = post.end_asked_by if post.end_asked_at and post.end_asked_at > now - ENDING_LIFE else None
    is_second = first is not None and queries.is_officer(session, post.commune_id, first, local_day(now))
    if actor.person_id is None or (is_second and first != actor.person_id):
        return True
    refuse_lone(session, post.commune_id, [actor.person_id, post.person_id], now)
    post.end_asked_by, post.end_asked_at = actor.person_id, now
    change = Change(verb="ask_end_post", subject="post", subject_id=post.id, commune_id=post.commune_id)
    record(session, actor, change, now=now)
    return False


def _end_mandates(session: Session, actor: Actor, post: Post, now: datetime) -> None:
    for mandate in locked_all(session, Mandate, *queries.is_live(post.person_id, local_day(now))):
        if mandate.row.business.commune_id == post.commune_id:
            revoke_mandate(session, actor, mandate.row.business_id, mandate.row.id, now=now)
