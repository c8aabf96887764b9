"""Where a stall brings goods: its people say to which points, on which days, at which hours."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import locked
from market.base.errors import NotFound
from market.base.seen import check_seen
from market.sellers.actions.register import log_business
from market.sellers.models import Stall, StallVisit
from market.sellers.queries.visits import points_for, visit_facts
from market.sellers.rules.visits import VisitTimes


def change_visits(
    session: Session, actor: Actor, stall_id: int, new: Mapping[int, VisitTimes], *, seen: str, now: datetime
) -> None:
    """Have a stall come to these points (by id) and no others, from now on: orders placed before keep their place.

    Idempotent. `seen`: `seen_of()` of `visit_facts` before; ChangedSince where they are others. NotFound for no stall,
    and for a point that is none of its commune's or takes nothing in any more.
    """
    stall = locked(session, Stall, Stall.id == stall_id)
    points = points_for(session, stall.row.commune_id, stall_id)
    if not new.keys() <= {point.id for point in points}:
        raise NotFound("Có điểm nhận hàng vừa đóng. Chưa ghi gì cả, mời mở lại trang rồi chọn lại.")
    was = {point.id: point.times for point in points if point.times}
    if was == dict(new):
        return
    check_seen(seen, visit_facts(points))
    shown = [point.id for point in points]
    session.execute(delete(StallVisit).where(StallVisit.stall_id == stall_id, StallVisit.pickup_point_id.in_(shown)))
    session.add_all(
        StallVisit(
            commune_id=stall.row.commune_id,
            stall_id=stall_id,
            pickup_point_id=point_id,
            days=times.days,
            begins=times.begins,
            ends=times.ends,
        )
        for point_id, times in new.items()
    )
    log_business(session, actor, "change_visits", stall.row.business, "visits", now=now)
