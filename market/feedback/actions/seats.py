"""Who sits at which desk of the office, so that a ticket comes to those who answer for it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.feedback.models import DeskSeat
from market.feedback.rules.tickets import MOST_SEATS, OFFICE_DESKS, Desk
from market.places.models import Commune
from market.sellers.queries import officers_of
from market.values.period import local_day


def take_seat(session: Session, actor: Actor, commune_id: int, desk: Desk, person_id: int, *, clock: Clock) -> None:
    """Give an officer a seat at a desk of the office. Idempotent. Refused for a desk of helpers and for too many seats,
    NotFound for who is no officer there."""
    locked(session, Commune, Commune.id == commune_id)
    now = clock()
    if desk not in OFFICE_DESKS:
        raise Refused("no_office_desk", "Người của Tổ công nghệ số thì giao nhiệm vụ ở trang Tổ công nghệ.")
    if person_id not in officers_of(session, commune_id, local_day(now)):
        raise NotFound
    taken = DeskSeat.commune_id == commune_id, DeskSeat.desk == desk, DeskSeat.ended_at.is_(None)
    if session.scalar(select(DeskSeat.id).where(*taken, DeskSeat.person_id == person_id)) is not None:
        return
    if (session.scalar(select(func.count(DeskSeat.id)).where(*taken)) or 0) >= MOST_SEATS:
        raise Refused("too_many_seats", f"Mỗi nơi nhiều nhất {MOST_SEATS} cán bộ. Mời bỏ bớt người thôi nhận việc này.")
    seat = DeskSeat(commune_id=commune_id, desk=desk, person_id=person_id, since=now)
    session.add(seat)
    session.flush()
    change = Change(verb="take_desk_seat", subject="desk_seat", subject_id=seat.id, commune_id=commune_id)
    record(session, actor, change, now=now)


def leave_seat(session: Session, actor: Actor, commune_id: int, seat_id: int, *, clock: Clock) -> None:
    """End a seat. Idempotent. NotFound for another commune's."""
    locked(session, Commune, Commune.id == commune_id)
    seat = session.get(DeskSeat, seat_id)
    if seat is None or seat.commune_id != commune_id:
        raise NotFound
    if seat.ended_at is not None:
        return
    seat.ended_at = now = clock()
    session.flush()
    change = Change(verb="leave_desk_seat", subject="desk_seat", subject_id=seat.id, commune_id=commune_id)
    record(session, actor, change, now=now)
