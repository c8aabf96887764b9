"""A stall is reminded once, at half of its answer time; then somebody is to call its people."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.notices.models import Notice, NoticeDispatch
from market.notices.rules import Arrival
from market.orders.jobs import remind_stalls
from market.orders.models import Order
from market.orders.queries.reminders import orders_to_call
from market.orders.rules import answer_deadline, share_of_answer_time
from market.places.queries import quiet_hours
from market.sellers.models import Business
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row, place, wanted


def new_order(cast: Cast, now: Clock) -> Order:
    return order_row(place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0])


def reminders() -> list[str]:
    return list(reading().scalars(select(Notice.sentence).where(Notice.kind == "nhac_tra_loi").order_by(Notice.id)))


def to_call(cast: Cast, now: Clock, commune: int | None = None) -> list[tuple[str, bool]]:
    reading().expire_all()
    of = select(Business.id)
    found = orders_to_call(reading(), commune or cast.commune, of, now=now())
    return [(one.code, one.is_unreached) for one in found]


def test_a_stall_is_reminded_once_at_half_of_its_answer_time(cast: Cast, now: Clock) -> None:
    order = new_order(cast, now)
    assert order.due_at == now() + timedelta(hours=11), "placed at 9, answered by 20:00"
    now.move(hours=5, minutes=29)
    assert (remind_stalls(now()), reminders()) == (0, [])
    now.move(minutes=1)
    assert remind_stalls(now()) == 1
    assert reminders() == [f"Đơn {order.code} còn chờ bạn trả lời trước 20:00 24/11. Quá giờ thì đơn tự hết hạn."]
    now.move(minutes=30)
    assert (remind_stalls(now()), len(reminders())) == (0, 1)


def test_nobody_is_reminded_of_what_is_answered_or_over(cast: Cast, now: Clock) -> None:
    first, second = new_order(cast, now), new_order(cast, now)
    with transaction() as session:
        session.execute(update(Order).where(Order.id == first.id).values(status="da_nhan", accepted_at=now()))
        session.execute(update(Order).where(Order.id == second.id).values(due_at=now() + timedelta(hours=1)))
    now.move(hours=8)
    assert (remind_stalls(now()), reminders(), to_call(cast, now)) == (0, [], [])


def test_half_of_a_time_that_ends_tomorrow_is_never_at_night(cast: Cast, now: Clock) -> None:
    quiet = quiet_hours(reading(), cast.commune)
    for hour in range(24):
        placed = now() + timedelta(hours=hour)
        due = answer_deadline(placed, quiet)
        half, late = (share_of_answer_time(placed, due, share, quiet) for share in (0.5, 0.75))
        assert quiet.waking(half) == half
        assert placed < half <= late <= due


def test_an_order_that_is_nearly_over_is_to_be_called(cast: Cast, now: Clock) -> None:
    order = new_order(cast, now)
    now.move(hours=8, minutes=14)
    assert to_call(cast, now) == []
    now.move(minutes=1)
    assert to_call(cast, now) == [(order.code, False)]
    assert to_call(cast, now, commune=2) == [], "another commune's"
    now.move(hours=3)
    assert to_call(cast, now) == [], "it is over"


@pytest.mark.parametrize("reach", [Arrival.UNREACHED, Arrival.MAYBE, Arrival.REACHED, Arrival.ON_THE_WAY])
def test_an_order_that_nobody_heard_of_is_to_be_called_at_once(cast: Cast, now: Clock, reach: Arrival) -> None:
    order = new_order(cast, now)
    notice = reading().scalars(select(Notice).where(Notice.order_id == order.id, Notice.kind == "don_moi")).one()
    with transaction() as session:
        of = {"commune_id": cast.commune, "notice_id": notice.id, "business_id": order.business_id}
        session.add(NoticeDispatch(**of, reach=reach, created_at=now()))
    is_so = reach in (Arrival.UNREACHED, Arrival.MAYBE)
    assert to_call(cast, now) == ([(order.code, True)] if is_so else [])
