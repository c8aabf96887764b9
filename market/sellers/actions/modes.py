"""What the market of a commune does: more of it with the word of two of its officers, less with one's, at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import Locked, lock_name, locked
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.places.actions.modes import NewMode, begin_mode
from market.places.models import Commune, ModeRequest, ModeSource
from market.places.queries.modes import MODE, mode_facts, mode_now, open_request, registration_of, request_facts
from market.places.rules.modes import CommuneMode, Registration
from market.sellers.actions.appointing import hold_officers, refuse_lone
from market.sellers.models import IS_NOT_CLOSED, Stall
from market.values.period import local_day

REQUEST_LIFE = timedelta(days=7)
"""So long one officer's word waits for a second's."""
BEGUN = {
    CommuneMode.SHOWCASE: (
        "Từ nay chợ xã chỉ giới thiệu hàng: khách xem rồi gọi cho bạn, không đặt trên chợ. Đơn đang có thì làm tiếp."
    ),
    CommuneMode.ORDERING: (
        "Từ nay chợ xã nhận đơn mà không xem tiền hộ bạn: thấy tiền trong app ngân hàng, mời bạn bấm “Đã nhận tiền”."
    ),
    CommuneMode.ORDERING_MATCHED: "Từ nay chợ xã nhận đơn và tự ghép tiền ngân hàng báo về vào đúng đơn của bạn.",
}
"""What a stall is told when a mode begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeAsked:
    """The mode that an officer asks for, on which registration of the operator (None keeps the one there is). `seen`:
    `seen_of()` of what the page showed (`mode_facts`)."""

    commune_id: int
    mode: CommuneMode
    registration: Registration | None
    seen: str


def ask_mode(session: Session, actor: Actor, new: ModeAsked, *, clock: Clock) -> bool:
    """Let the market do less from now on; or write down that it shall do more, or what it does on another registration,
    once another officer agrees. Returns whether it has begun.

    Idempotent. Refused for what needs a registration and has none, or one of a day to come, and by the only officer;
    Conflict where something else waits already; ChangedSince where the facts are not those the page showed; NotFound
    for who is no officer of the commune any more.
    """
    now = _held(session, actor, new.commune_id, clock)
    current, known = mode_now(session, new.commune_id), registration_of(session, new.commune_id)
    said = new.registration or known
    if (new.mode, said) == (current, known):
        return True
    check_seen(new.seen, mode_facts(session, new.commune_id))
    if new.mode.is_narrower_than(current):
        begin = NewMode(mode=new.mode, source=ModeSource.OFFICERS, asked_by=actor.person_id, registration=known)
        begin_mode(session, actor, locked(session, Commune, Commune.id == new.commune_id), begin, now=now)
        _tell_stalls(session, new.commune_id, new.mode, now)
        return True
    _check_registration(new.mode, said, now)
    refuse_lone(session, new.commune_id, [actor.person_id], now)
    _enter(session, actor, new, said, now=now)
    return False


def _check_registration(mode: CommuneMode, said: Registration | None, now: datetime) -> None:
    if said is None and mode.takes_orders:
        raise Refused(
            "registration_missing",
            "Chợ nhận đơn phải có đơn vị vận hành đã đăng ký. Mời ghi tên đơn vị, số và ngày đăng ký. Chưa đổi gì cả.",
        )
    if said is not None and said.day > local_day(now):
        raise Refused("registration_to_come", "Ngày đăng ký chưa tới. Mời xem lại ngày trên giấy. Chưa đổi gì cả.")


def _enter(session: Session, actor: Actor, new: ModeAsked, said: Registration | None, *, now: datetime) -> None:
    waiting = open_request(session, new.commune_id, now)
    if waiting is not None:
        if (waiting.asked_by, waiting.mode, waiting.registration) == (actor.person_id, new.mode, said):
            return
        raise Conflict(
            "request_waits", "Đang có một đề nghị đổi chế độ chờ đồng ý. Mời đồng ý hoặc bỏ đề nghị ấy trước."
        )
    row = ModeRequest(
        commune_id=new.commune_id,
        mode=new.mode,
        operator_name=said.operator if said else None,
        registration_no=said.number if said else None,
        registration_on=said.day if said else None,
        asked_by=actor.person_id,
        asked_at=now,
        expires_at=now + REQUEST_LIFE,
    )
    session.add(row)
    session.flush()
    _log(session, actor, "ask_mode", row, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeAnswer:
    """Which request of a commune another officer agrees to. `seen`: `seen_of()` of `request_facts`."""

    commune_id: int
    request_id: int
    seen: str


def confirm_mode(session: Session, actor: Actor, answer: ModeAnswer, *, clock: Clock) -> None:
    """Agree to what another officer asked for: it begins at once. Idempotent.

    Refused for one's own request, and for one that is over; ChangedSince where the facts are not those the page showed;
    NotFound for another commune's, and for who is no officer any more.
    """
    now = _held(session, actor, answer.commune_id, clock)
    commune = locked(session, Commune, Commune.id == answer.commune_id)
    request = _locked_request(session, answer.commune_id, answer.request_id).row
    if request.asked_by == actor.person_id:
        raise Refused("own_request", "Cần cán bộ khác đồng ý, không phải người đã đề nghị.")
    if request.confirmed_by is not None and request.confirmed_by == actor.person_id:
        return
    if not request.is_open(now):
        raise Refused("request_over", "Đề nghị này đã được đồng ý, đã bỏ hoặc đã quá hạn. Mời tải lại trang.")
    check_seen(answer.seen, request_facts(session, request))
    is_other_mode = request.mode != commune.row.mode
    request.confirmed_by, request.confirmed_at = actor.person_id, now
    session.flush()
    begin = NewMode(
        mode=request.mode,
        source=ModeSource.OFFICERS,
        asked_by=request.asked_by,
        confirmed_by=actor.person_id,
        registration=request.registration,
    )
    begin_mode(session, actor, commune, begin, now=now)
    if is_other_mode:
        _tell_stalls(session, answer.commune_id, request.mode, now)


def withdraw_mode(session: Session, actor: Actor, commune_id: int, request_id: int, *, clock: Clock) -> None:
    """Drop a request before anybody agrees, one's own or not; nothing changes where it is over. NotFound for another
    commune's, and for who is no officer any more."""
    now = _held(session, actor, commune_id, clock)
    locked(session, Commune, Commune.id == commune_id)
    request = _locked_request(session, commune_id, request_id).row
    if not request.is_open(now):
        return
    request.withdrawn_at, request.withdrawn_by = now, actor.person_id
    session.flush()
    _log(session, actor, "withdraw_mode", request, now=now)


def _tell_stalls(session: Session, commune_id: int, mode: CommuneMode, now: datetime) -> None:
    """What a stall must do itself is another thing from now on: each that is not closed hears of it, once."""
    stalls = select(Stall.id, Stall.business_id).where(Stall.commune_id == commune_id, IS_NOT_CLOSED)
    messages = [
        Message(
            commune_id=commune_id,
            dedupe_key=news_key("stall", stall_id, News.MODE_BEGUN, now),
            kind=News.MODE_BEGUN,
            sentence=BEGUN[mode],
            business_id=business_id,
        )
        for stall_id, business_id in session.execute(stalls.order_by(Stall.id))
    ]
    if messages:
        enqueue_notifications(session, messages, now=now)


def _held(session: Session, actor: Actor, commune_id: int, clock: Clock) -> datetime:
    """Hold who the officers of a commune are, what its market does and what is asked of that; the time after it.
    NotFound for who is none of them."""
    hold_officers(session, actor, commune_id, clock)
    lock_name(session, MODE, commune_id)
    return clock()


def _locked_request(session: Session, commune_id: int, request_id: int) -> Locked[ModeRequest]:
    return locked(session, ModeRequest, ModeRequest.id == request_id, ModeRequest.commune_id == commune_id)


def _log(session: Session, actor: Actor, verb: str, row: ModeRequest, *, now: datetime) -> None:
    change = Change(verb=verb, subject="mode_request", subject_id=row.id, commune_id=row.commune_id)
    record(session, actor, change, now=now)
