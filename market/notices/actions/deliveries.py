"""How a notice leaves: it is claimed before anybody is called, then noted; at most once for one person and way.

All ways of one notice change under the lock of its `NoticeDispatch`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.db import Locked, insert_once, locked
from market.base.errors import OutsideError
from market.base.jobs import Payload, enqueue
from market.notices.models import Notice, NoticeDelivery, NoticeDispatch, PaidNotices
from market.notices.ports import NotTaken
from market.notices.queries import paid_cap
from market.notices.rules import (
    BACK_OFF,
    FOR_MONEY,
    OPEN,
    TEST,
    TRIES,
    WAKES,
    Arrival,
    DeliveryState,
    Route,
    Step,
    Why,
    reach_of,
    word_of,
)
from market.places.queries import quiet_hours
from market.values.period import local_day

MARGIN = timedelta(seconds=30)
"""After a sending should have ended, before it is held to be broken off: for the clocks of two machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """What was found out, outside the transaction, of a delivery that is due: its recipient's ways as they are now, and
    of the way in hand whether it takes keys and costs money, and how long a sending may last. `is_over`: nobody needs
    to hear it any more."""

    route: Route
    is_over: bool
    takes_keys: bool
    is_paid: bool
    most_time: timedelta


def sending_kind(way: str) -> str:
    """The kind of the jobs that send notices one way."""
    return f"send_notice:{way}"


def plan(session: Session, notice_id: int, routes: Sequence[Route], *, now: datetime) -> None:
    """Begin the first way to each of those a notice is for. Idempotent. NotFound where it is forgotten meanwhile."""
    notice = session.get_one(Notice, notice_id)
    row = insert_once(session, NoticeDispatch).values(
        commune_id=notice.commune_id,
        notice_id=notice_id,
        business_id=notice.business_id,
        reach=Arrival.ON_THE_WAY,
        known_at=now if notice.kind == TEST else None,
        created_at=now,
    )
    session.execute(row)
    dispatch = locked(session, NoticeDispatch, NoticeDispatch.notice_id == notice_id)
    for route in routes:
        if not _tried(session, notice_id, route.person_id):
            _go_on(session, notice, route, now)
    _conclude(session, dispatch, notice)


def begin(session: Session, delivery_id: int, to: DueDelivery, *, now: datetime) -> bool:
    """Claim a delivery, to be committed before anybody is called; whether the caller is to send it now.

    One that is found claimed, its time over, was broken off between the call and its note: it is sent again where the
    outside knows it by its key, by day like any other, and else nobody knows, and the next way's turn comes. NotFound
    where it is forgotten.
    """
    held = _held(session, delivery_id)
    row = held.row
    if row.state not in OPEN:
        return False
    is_given_up = row.state is DeliveryState.SENDING and (not to.takes_keys or row.attempts >= TRIES)
    may_begin = row.next_at if is_given_up else _not_before(session, held, to.route, now)
    if may_begin > now:
        row.next_at = may_begin
        _enqueue(session, row, now)
        return False
    if is_given_up:
        _end(session, held, to.route, DeliveryState.MAYBE_SENT, None, now)
        return False
    if row.state is not DeliveryState.SENDING and (why := _why_not(session, row, to, now)):
        _end(session, held, to.route, DeliveryState.SKIPPED, why, now)
        return False
    row.state, row.attempts, row.next_at = DeliveryState.SENDING, row.attempts + 1, now + to.most_time + MARGIN
    return True


def _not_before(session: Session, held: "_Held", route: Route, now: datetime) -> datetime:
    """When a delivery that waits may begin: never in quiet hours, but for what its recipient wants to hear then."""
    kind = word_of(held.notice.kind)
    if kind == TEST or (kind in WAKES and route.wakes):
        return held.row.next_at
    return quiet_hours(session, held.notice.commune_id).waking(max(now, held.row.next_at))


def _why_not(session: Session, row: NoticeDelivery, to: DueDelivery, now: datetime) -> Why | None:
    """Why a delivery is not sent now after all. One that costs money is counted here, before it is sent."""
    if to.is_over:
        return Why.OVER
    found = next((one for one in to.route.steps if one.way == row.way), Step(way=row.way, why=Why.NOT_SET_UP))
    if found.why:
        return found.why
    if to.is_paid and row.counted_in is None:
        row.counted_in = _count_paid(session, row.commune_id, now)
        return None if row.counted_in else Why.CAP
    return None


def end_sent(session: Session, delivery_id: int, to: DueDelivery, *, now: datetime) -> None:
    """Note that it was sent. NotFound where it is forgotten."""
    held = _held(session, delivery_id)
    if held.row.state is DeliveryState.SENDING:
        _end(session, held, to.route, DeliveryState.SENT, None, now)


def fail(session: Session, delivery_id: int, to: DueDelivery, error: OutsideError, *, now: datetime) -> None:
    """Note that a sending failed: tried again later the same way where it surely was not sent or the outside knows it
    by its key, else given up for the next way. NotFound where it is forgotten."""
    held = _held(session, delivery_id)
    row, is_known = held.row, isinstance(error, NotTaken)
    if row.state is not DeliveryState.SENDING:
        return
    if error.permanent:
        _end(session, held, to.route, DeliveryState.FAILED, Why.REFUSED, now)
    elif not (is_known or to.takes_keys):
        _end(session, held, to.route, DeliveryState.MAYBE_SENT, None, now)
    elif row.attempts < TRIES:
        pause = max(BACK_OFF[row.attempts - 1], error.after or timedelta())
        row.state, row.next_at = DeliveryState.WAITING, now + pause
        _enqueue(session, row, now)
    elif is_known:
        _end(session, held, to.route, DeliveryState.FAILED, Why.OUT_OF_TRIES, now)
    else:
        _end(session, held, to.route, DeliveryState.MAYBE_SENT, Why.OUT_OF_TRIES, now)


def know_unreached(session: Session, business_id: int, up_to: int, *, now: datetime) -> None:
    """A business says that it knows what could not be sent to it, up to one notice."""
    theirs = NoticeDispatch.business_id == business_id, NoticeDispatch.notice_id <= up_to
    unknown = NoticeDispatch.reach == Arrival.UNREACHED, NoticeDispatch.known_at.is_(None)
    session.execute(update(NoticeDispatch).where(*theirs, *unknown).values(known_at=now))


# --- steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A delivery and its notice, under the lock of what they belong to."""

    dispatch: Locked[NoticeDispatch]
    notice: Notice
    row: NoticeDelivery


def _held(session: Session, delivery_id: int) -> _Held:
    """NotFound where it is forgotten."""
    which = select(NoticeDelivery.notice_id).where(NoticeDelivery.id == delivery_id).scalar_subquery()
    dispatch = locked(session, NoticeDispatch, NoticeDispatch.notice_id == which)
    row = session.get_one(NoticeDelivery, delivery_id, populate_existing=True)
    return _Held(dispatch=dispatch, notice=session.get_one(Notice, row.notice_id), row=row)


def _tried(session: Session, notice_id: int, person_id: int | None) -> list[str]:
    query = select(NoticeDelivery.way).where(NoticeDelivery.notice_id == notice_id)
    return list(session.scalars(query.where(NoticeDelivery.person_id.is_not_distinct_from(person_id))))


def _go_on(session: Session, notice: Notice, route: Route, now: datetime) -> None:
    """Write the ways that are passed over, and begin the first that leads to them."""
    for step in route.after(_tried(session, notice.id, route.person_id)):
        row = NoticeDelivery(
            commune_id=notice.commune_id,
            notice_id=notice.id,
            person_id=route.person_id,
            way=step.way,
            state=DeliveryState.SKIPPED if step.why else DeliveryState.WAITING,
            why=step.why,
            attempts=0,
            next_at=now,
            ended_at=now if step.why else None,
        )
        session.add(row)
        session.flush()
        if not step.why:
            _enqueue(session, row, now)


def _enqueue(session: Session, row: NoticeDelivery, now: datetime) -> None:
    payload: Payload = {"delivery_id": row.id}
    enqueue(session, sending_kind(row.way), payload, after=max(timedelta(), row.next_at - now))


def _end(session: Session, held: _Held, route: Route, state: DeliveryState, why: Why | None, now: datetime) -> None:
    """A way is at its end: the next one's turn comes, unless it was sent or need not be."""
    row = held.row
    row.state, row.why, row.ended_at = state, why, now
    if state is DeliveryState.FAILED and row.counted_in is not None:
        _uncount_paid(session, row)
    if state is not DeliveryState.SENT and why is not Why.OVER and held.notice.kind != TEST:
        _go_on(session, held.notice, route, now)
    _conclude(session, held.dispatch, held.notice)


def _conclude(session: Session, dispatch: Locked[NoticeDispatch], notice: Notice) -> None:
    """What all its ways come to. What nobody must hear outside the market is read in it."""
    session.flush()
    ends = select(NoticeDelivery.state, NoticeDelivery.why).where(NoticeDelivery.notice_id == notice.id)
    reach = reach_of((state, why) for state, why in session.execute(ends))
    if reach is Arrival.UNREACHED and word_of(notice.kind) not in FOR_MONEY:
        reach = Arrival.NOT_NEEDED
    dispatch.row.reach = reach


def _count_paid(session: Session, commune_id: int, now: datetime) -> str | None:
    """Count one more message that costs money; the month in which it counts, None where the cap is reached."""
    month = f"{local_day(now):%Y-%m}"
    scope = PaidNotices.commune_id == commune_id, PaidNotices.month == month
    if session.scalar(select(PaidNotices.id).where(*scope)) is None:
        row = {"commune_id": commune_id, "month": month, "sent": 0}
        session.execute(insert_once(session, PaidNotices).values(row))
    spent = locked(session, PaidNotices, *scope).row
    if spent.sent >= paid_cap(session, commune_id, local_day(now)):
        return None
    spent.sent += 1
    return month


def _uncount_paid(session: Session, row: NoticeDelivery) -> None:
    """A message that surely was not sent costs nothing."""
    scope = PaidNotices.commune_id == row.commune_id, PaidNotices.month == row.counted_in
    locked(session, PaidNotices, *scope).row.sent -= 1
    row.counted_in = None
