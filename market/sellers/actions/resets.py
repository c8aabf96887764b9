"""How people get in again: a slip or a helper's word, a wait in which it can be stopped, then a new password.

Who answers for the person never holds what lets one in: a slip works on the browser on which its code is typed, a
helper's word on the browser that shows the code, and neither before everybody concerned has had a day to stop it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from market.accounts.actions import (
    NewPassword,
    ResetPassword,
    change_password,
    refuse_weak_password,
)
from market.accounts.brakes import CODE_LIFE
from market.accounts.models import LoginSession, PasswordReset, Person, ResetWay
from market.accounts.queries import PasswordMatch
from market.accounts.rules import PasswordOwner
from market.accounts.second_factor import drop_second_factor
from market.base.attempts import Brake, Limit
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import lock_name, locked, locked_all
from market.base.drawn import draw_free
from market.base.errors import NotFound, Refused
from market.base.secrets import random_digits, vault
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News
from market.sellers import queries
from market.sellers.actions.changes import begins_at
from market.sellers.models import Business, PostRole
from market.values.codes import new_slip_code, squash
from market.values.period import format_moment, local_day

RESET_WAIT = timedelta(hours=24)
"""Between the code and the new password: so long everybody who is told can stop it, and the old password holds."""

SLIP_LIFE = timedelta(hours=24)
USE_WITHIN = timedelta(days=7)
"""So long after the wait the new password can be set: then it must be asked for anew."""

SCREEN_DIGITS = 8
WRONG_SLIP = "Mã chưa đúng, đã dùng hoặc đã hết hạn. Mời xem lại từng chữ trên phiếu, hoặc xin cán bộ xã phiếu mới."
WRONG_SCREEN_CODE = "Mã chưa đúng hoặc đã hết hạn. Mời người bên cạnh bấm lấy mã mới trên máy của họ."
NOBODY_NAMED = "Tên và số điện thoại này chưa khớp với tài khoản nào. Mời hỏi lại người bên cạnh."
PAPER_NEEDED = (
    "Người này có hộ, nhiệm vụ hoặc ủy quyền trên chợ nên phải tới gặp cán bộ xã với giấy tờ tùy thân. Cán bộ lập "
    "phiếu cho họ. Bạn chưa bảo lãnh được, chưa ghi gì cả."
)
NOW_PAPER_NEEDED = (
    "Từ lúc xin mật khẩu mới, tài khoản này đã nhận hộ hoặc nhiệm vụ nên cần giấy tờ. Mời tới gặp cán bộ xã xin "
    "phiếu. Mật khẩu cũ vẫn giữ nguyên."
)
STAFF_DEVICE = (
    "Máy này đã có cán bộ hoặc người trong Tổ công nghệ số đăng nhập. Mời dùng máy của chính người quên mật khẩu, hoặc "
    "máy của người nhà."
)

USE_SLIP = Brake(kind="reset-slip", limits=(Limit(most=10, within=timedelta(hours=1)),), sentence=WRONG_SLIP)
"""By browser: a slip's code has 57 bits, so that this only keeps the noise down."""

VOUCH = Brake(
    kind="reset-vouch",
    limits=(Limit(most=10, within=timedelta(hours=1)),),
    sentence="Bạn vừa thử nhiều lần. Mời chờ một giờ rồi thử lại, hoặc mời người đó tới gặp cán bộ xã.",
)
"""By helper."""

SHOW_CODE = Brake(
    kind="reset-code",
    limits=(Limit(most=10, within=timedelta(hours=1)),),
    sentence="Máy này vừa lấy mã nhiều lần. Mời chờ một giờ rồi thử lại.",
)
"""By browser."""


# --- a slip ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSlip:
    """Whom an officer has before them, and the paper they have seen. What is signed in on a lost phone ends at once."""

    commune_id: int
    person_id: int
    paper: str
    is_phone_lost: bool = False
    drops_second_factor: bool = False


def make_slip(session: Session, actor: Actor, new: NewSlip, *, clock: Clock) -> str:
    """The code of a slip that is handed over: with it a new password can be asked for within SLIP_LIFE. An earlier slip
    of the person stops working.

    Refused for oneself, and to who is no officer any more; `actor` is nobody for the operator's command. NotFound for a
    person of another commune.
    """
    person = _lock_people(session, actor, new.person_id, new.commune_id)
    now = clock()
    _check_officer(session, actor, new.commune_id, now)
    if actor.person_id == person.id:
        raise Refused("own_reset", "Không tự lập phiếu cho mình được. Mời cán bộ khác, hoặc người vận hành chợ.")
    _end_unused_slips(session, person.id, now)
    code = draw_free(new_slip_code, lambda drawn: _is_live(session, ResetWay.SLIP, drawn, now))
    row = PasswordReset(
        commune_id=new.commune_id,
        way=ResetWay.SLIP,
        person_id=person.id,
        code_digest=_digests(ResetWay.SLIP, code)[0],
        paper=new.paper,
        drops_second_factor=new.drops_second_factor,
        vouched_by=actor.person_id,
        created_at=now,
        expires_at=now + SLIP_LIFE,
    )
    session.add(row)
    session.flush()
    if new.is_phone_lost:
        _sign_out(session, person.id, now)
    told = f"Cán bộ xã vừa lập phiếu đặt lại mật khẩu cho {person.name}. {NOT_YOU}"
    _tell(session, actor, row, "make_reset_slip", told, now=now)
    return code


NOT_YOU = "Không phải bạn nhờ? Mời gọi cán bộ xã ngay."


def _end_unused_slips(session: Session, person_id: int, now: datetime) -> None:
    unused = PasswordReset.person_id == person_id, PasswordReset.started_at.is_(None)
    for slip in locked_all(session, PasswordReset, *unused, PasswordReset.expires_at > now):
        slip.row.expires_at = now


def _sign_out(session: Session, person_id: int, now: datetime) -> None:
    open_ones = LoginSession.person_id == person_id, LoginSession.ended_at.is_(None)
    session.execute(update(LoginSession).where(*open_ones).values(ended_at=now))


def start_with_slip(session: Session, commune_id: int, code: str, visitor: str, *, clock: Clock) -> datetime:
    """Begin the wait on this browser with the code of a slip; returns when it is over.

    Refused for any code but a slip's that is live, in the same words and statements whichever it is; and on a device
    of officers or helpers.
    """
    wanted = PasswordReset.code_digest.in_(_digests(ResetWay.SLIP, code)), PasswordReset.commune_id == commune_id
    person_id = session.scalar(select(PasswordReset.person_id).where(*wanted))
    people = locked_all(session, Person, Person.id == person_id, Person.erased_at.is_(None))
    found = locked_all(session, PasswordReset, *wanted, PasswordReset.way == ResetWay.SLIP)
    now = clock()
    slip = next((one.row for one in found if _is_unused(one.row, now)), None)
    if slip is None or not people:
        raise Refused("wrong_code", WRONG_SLIP)
    _refuse_staff_device(session, visitor, people[0].row.id)
    slip.visitor = visitor
    return _start(session, Actor(), slip, people[0].row, now=now)


def _is_unused(reset: PasswordReset, now: datetime) -> bool:
    return reset.started_at is None and reset.stopped_at is None and reset.expires_at > now


# --- a helper's word ------------------------------------------------------------------------------------------------


def show_code(session: Session, commune_id: int, visitor: str, *, clock: Clock) -> str:
    """Digits for the screen of the browser that wants in: a helper types them, and says who sits there. Earlier ones of
    the browser stop working."""
    lock_name(session, "reset-codes")
    now = clock()
    forgotten = PasswordReset.person_id.is_(None), PasswordReset.expires_at <= now
    session.execute(delete(PasswordReset).where(*forgotten))
    earlier = PasswordReset.visitor == visitor, PasswordReset.person_id.is_(None)
    session.execute(update(PasswordReset).where(*earlier).values(expires_at=now))
    digits = draw_free(
        lambda: random_digits(SCREEN_DIGITS), lambda drawn: _is_live(session, ResetWay.VOUCHED, drawn, now)
    )
    session.add(
        PasswordReset(
            commune_id=commune_id,
            way=ResetWay.VOUCHED,
            visitor=visitor,
            code_digest=_digests(ResetWay.VOUCHED, digits)[0],
            created_at=now,
            expires_at=now + CODE_LIFE,
        )
    )
    return digits


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchedReset:
    """What a helper types from the screen beside them, and whose account they say it is."""

    commune_id: int
    digits: str
    person_id: int


def vouch(session: Session, actor: Actor, said: VouchedReset, *, clock: Clock) -> datetime:
    """Begin the wait on the browser that shows these digits, for a person whom a helper knows; returns when it is over.

    Refused for a wrong code, for oneself or one's own phone, for a person who needs a paper, on a device of officers or
    helpers, and to who is no helper any more; NotFound for a person of another commune.
    """
    person = _lock_people(session, actor, said.person_id, said.commune_id)
    digests = _digests(ResetWay.VOUCHED, said.digits)
    wanted = PasswordReset.code_digest.in_(digests), PasswordReset.person_id.is_(None)
    found = locked_all(session, PasswordReset, *wanted, PasswordReset.commune_id == said.commune_id)
    now = clock()
    helper = _check_helper(session, actor, said.commune_id, now)
    if queries.needs_paper(session, person.id):
        raise Refused("paper_needed", PAPER_NEEDED)
    if person.id == helper.id or person.phone == helper.phone:
        raise Refused("own_phone", "Không bảo lãnh cho số máy của chính mình được. Mời người đó tới gặp cán bộ xã.")
    live = [one.row for one in found if _is_unused(one.row, now)]
    if len(live) != 1 or live[0].visitor is None:
        raise Refused("wrong_code", WRONG_SCREEN_CODE)
    _refuse_staff_device(session, live[0].visitor, person.id)
    live[0].person_id, live[0].vouched_by = person.id, helper.id
    return _start(session, actor, live[0], person, now=now)


def _check_helper(session: Session, actor: Actor, commune_id: int, now: datetime) -> Person:
    posts = queries.posts_of(session, commune_id, actor.person_id or 0, local_day(now))
    if not any(post.role is PostRole.HELPER for post in posts):
        raise NotFound
    return session.get_one(Person, actor.person_id)


# --- both -----------------------------------------------------------------------------------------------------------


def finish_reset(session: Session, reset_id: int, visitor: str, new: ResetPassword, *, clock: Clock) -> PasswordMatch:
    """Set the new password on the browser that waited, and sign every phone of the person out; returns who it fits.

    Refused while it waits, where it was stopped or is over, where the person has come to need a paper or the browser
    to be one of officers or helpers, and for a weak password; NotFound on any other browser.
    """
    person_id = session.scalar(select(PasswordReset.person_id).where(PasswordReset.id == reset_id))
    person = locked(session, Person, Person.id == person_id, Person.erased_at.is_(None)).row
    reset = locked(session, PasswordReset, PasswordReset.id == reset_id, PasswordReset.visitor == visitor).row
    now = clock()
    _refuse_not_ready(reset, now)
    if reset.way is ResetWay.VOUCHED and queries.needs_paper(session, person.id):
        raise Refused("paper_needed", NOW_PAPER_NEEDED)
    _refuse_staff_device(session, visitor, person.id)
    refuse_weak_password(new.password, PasswordOwner(name=person.name, phone=person.phone, commune=new.commune))
    reset.used_at = now
    actor = Actor(person_id=person.id)
    _stop_others(session, reset, now)
    if reset.drops_second_factor:
        drop_second_factor(session, person.id, now=now)
    change_password(session, actor, NewPassword(person_id=person.id, password_hash=new.password_hash), now=now)
    told = f"Mật khẩu của {person.name} vừa được đặt lại; mọi máy đã đăng xuất. {NOT_YOU}"
    _tell(session, actor, reset, "use_reset", told, now=now)
    return PasswordMatch(person_id=person.id, password_hash=new.password_hash)


def _refuse_not_ready(reset: PasswordReset, now: datetime) -> None:
    if reset.stopped_at is not None:
        raise Refused("reset_stopped", "Lần đặt lại này đã bị chặn. Mời tới gặp cán bộ xã nếu đúng là bạn.")
    if reset.effective_at is None or reset.used_at is not None or reset.expires_at <= now:
        raise Refused("reset_over", "Lần đặt lại này đã hết hạn hoặc đã dùng. Mời làm lại từ đầu.")
    if now < reset.effective_at:
        raise Refused("reset_waits", f"Chưa tới giờ: từ {format_moment(reset.effective_at)} mới đặt được mật khẩu mới.")


def _stop_others(session: Session, used: PasswordReset, now: datetime) -> None:
    others = PasswordReset.person_id == used.person_id, PasswordReset.id != used.id, PasswordReset.used_at.is_(None)
    for other in locked_all(session, PasswordReset, *others, PasswordReset.stopped_at.is_(None)):
        other.row.stopped_at = now


def stop_reset(session: Session, actor: Actor, reset_id: int, *, clock: Clock) -> None:
    """Stop a slip or a wait for good; nothing changes where it was stopped before. For the person, for those who are
    members of a business with them, and for the commune's officers.

    Refused where the password is set already; NotFound for anybody else.
    """
    person_id = session.scalar(select(PasswordReset.person_id).where(PasswordReset.id == reset_id))
    person = locked(session, Person, Person.id == person_id).row
    reset = locked(session, PasswordReset, PasswordReset.id == reset_id).row
    now = clock()
    if not _may_stop(session, actor.person_id or 0, reset, now):
        raise NotFound
    if reset.used_at is not None:
        raise Refused("reset_used", "Mật khẩu đã được đặt lại rồi. Mời gọi cán bộ xã ngay nếu không phải bạn làm.")
    if reset.stopped_at is not None:
        return
    reset.stopped_at, reset.stopped_by = now, actor.person_id
    told = f"Đã chặn lần đặt lại mật khẩu của {person.name}. Mật khẩu đang dùng vẫn giữ."
    _tell(session, actor, reset, "stop_reset", told, now=now)


def _may_stop(session: Session, stopper: int, reset: PasswordReset, now: datetime) -> bool:
    owner = reset.person_id or 0
    return (
        stopper == owner
        or queries.are_fellow_members(session, stopper, owner)
        or queries.is_officer(session, reset.commune_id, stopper, local_day(now))
    )


def _lock_people(session: Session, actor: Actor, person_id: int, commune_id: int) -> Person:
    """The person, locked with the one who acts for them, whose post must last as long; NotFound for somebody who
    neither signed up in the commune nor is a member of a business there: an officer lets in none but their own."""
    both = [one for one in (actor.person_id, person_id) if one is not None]
    rows = {one.row.id: one.row for one in locked_all(session, Person, Person.id.in_(both))}
    person = rows.get(person_id)
    if person is None or person.erased_at is not None:
        raise NotFound
    if actor.person_id is not None and not _is_of(session, person, commune_id):
        raise NotFound
    return person


def _is_of(session: Session, person: Person, commune_id: int) -> bool:
    businesses = queries.member_businesses(session, person.id)
    return person.commune_id == commune_id or any(one.commune_id == commune_id for one in businesses)


def _check_officer(session: Session, actor: Actor, commune_id: int, now: datetime) -> None:
    if actor.person_id is not None and not queries.is_officer(session, commune_id, actor.person_id, local_day(now)):
        raise NotFound


def _refuse_staff_device(session: Session, visitor: str, person_id: int) -> None:
    if queries.is_staff_device(session, visitor, person_id):
        raise Refused("staff_device", STAFF_DEVICE)


def _start(session: Session, actor: Actor, reset: PasswordReset, person: Person, *, now: datetime) -> datetime:
    """Let a new password be waited for; returns from when it may be set."""
    begins = begins_at(session, person.commune_id, RESET_WAIT, now)
    reset.started_at, reset.effective_at, reset.expires_at = now, begins, begins + USE_WITHIN
    session.flush()
    told = (
        f"Có máy xin đặt mật khẩu mới cho {person.name}, {format_moment(begins)} mới có hiệu lực. "
        "Không phải bạn? Mở trang Tài khoản và bấm Chặn lại."
    )
    _tell(session, actor, reset, "start_reset", told, now=now)
    return begins


def _is_live(session: Session, way: ResetWay, code: str, now: datetime) -> bool:
    """Whether a slip or a screen bears this code that may still be used."""
    alike = PasswordReset.code_digest.in_(_digests(way, code)), PasswordReset.expires_at > now
    return session.scalar(select(PasswordReset.id).where(*alike).limit(1)) is not None


def _digests(way: ResetWay, code: str) -> list[str]:
    """The hashes under which a code may be kept, first the one to keep it under."""
    return vault().digests(f"reset:{way}", squash(code))


def _tell(session: Session, actor: Actor, reset: PasswordReset, verb: str, sentence: str, *, now: datetime) -> None:
    """Log what was done; tell the person on every device of theirs, and all members of their businesses."""
    person_id = reset.person_id or 0
    change = Change(verb=verb, subject="person", subject_id=person_id, commune_id=reset.commune_id)
    record(session, actor, change, now=now)
    businesses: Sequence[Business | None] = queries.member_businesses(session, person_id) or [None]
    messages = [
        Message(
            commune_id=business.commune_id if business else reset.commune_id,
            dedupe_key=f"password_reset:{reset.id}:{verb}:{business.id if business else 0}",
            kind=News.PASSWORD_RESET.value,
            sentence=sentence,
            business_id=business.id if business else None,
            person_id=None if business else person_id,
        )
        for business in businesses
    ]
    enqueue_notifications(session, messages, now=now)
