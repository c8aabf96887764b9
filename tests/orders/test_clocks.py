"""Clocks for villagers: no clock runs at night, a transfer's begins when its buyer knows, what a clock ended goes on by
one tap of the stall."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.models import Product, Reservation, ReservationEnd
from market.notices.models import Notice
from market.orders.models import Order
from market.orders.queries.orders import life_of
from market.orders.rules import Acceptance, OrderStatus, PayChoice, hold_deadline
from market.payments import actions
from market.payments.jobs import end_overdue
from market.places.models import DatedFact
from market.places.queries import quiet_hours, unread_quiet_hours
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.period import VIETNAM
from market.values.quiet import QuietHours
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import (
    NIGHT,
    accept_as_shown,
    decline_as_shown,
    order_row,
    place,
    stock,
    take_up_as_shown,
    wanted,
)
from tests.payments.steps import Bought, assert_sums_hold, buy, notice, paid


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def take_up(order: int, now: Clock, actor: Actor = GUEST) -> None:
    with transaction() as session:
        take_up_as_shown(session, actor, order, clock=now)


def see(order: int, now: Clock) -> bool:
    with transaction() as session:
        return actions.see_acceptance(session, GUEST, order, clock=now)


def beans(cast: Cast, now: Clock, amount: int = 5000, **how: object) -> Bought:
    return buy(cast, now(), variant=cast.dau_xanh, amount=amount, **how)  # type: ignore[arg-type]


def lapsed(cast: Cast, now: Clock, *, amount: int = 5000, received: int = 0) -> Bought:
    """Accepted and seen by the buyer, whose two hours are over."""
    order = beans(cast, now, amount)
    if received:
        notice(1, received, order.code, now())
    now.move(hours=2)
    return order


def outcomes(order: int) -> list[ReservationEnd | None]:
    query = select(Reservation.outcome).where(Reservation.order_id == order).order_by(Reservation.id)
    return list(reading().scalars(query))


# --- the night ------------------------------------------------------------------------------------------------------


def test_an_order_of_the_evening_is_answered_in_the_morning(app: Flask, cast: Cast, now: Clock) -> None:
    """The sample: placed at 20:09, it was over at nine minutes past midnight."""
    now.at = at("2026-11-24T20:09")
    order = place(cast.commune, wanted(cast.dau_xanh), now=now()).order_ids[0]
    assert order_row(order).due_at == at("2026-11-25T09:09")
    assert list(reading().scalars(select(Reservation.held_until))) == [at("2026-11-25T09:09")]
    now.at = at("2026-11-25T09:08")
    assert end_overdue(now()) == 0
    with transaction() as session:
        accept_as_shown(session, GUEST, order, clock=now)
    assert order_row(order).status is OrderStatus.ACCEPTED


def test_what_nobody_answers_ends_in_the_morning_and_not_before(app: Flask, cast: Cast, now: Clock) -> None:
    now.at = at("2026-11-24T20:09")
    order = place(cast.commune, wanted(cast.dau_xanh), now=now()).order_ids[0]
    now.at = at("2026-11-25T09:09")
    assert end_overdue(now()) == 1
    assert order_row(order).status is OrderStatus.EXPIRED


def test_a_transfer_seen_in_the_evening_has_its_two_hours_of_the_day(app: Flask, cast: Cast, now: Clock) -> None:
    now.at = at("2026-11-24T20:30")
    order = beans(cast, now, is_seen=False).id
    assert order_row(order).due_at == at("2026-11-25T20:00"), "until she knows, with a bound"
    assert see(order, now)
    assert order_row(order).due_at == at("2026-11-25T07:30")


def test_a_commune_may_sleep_at_hours_of_its_own(app: Flask, cast: Cast, now: Clock) -> None:
    own = DatedFact(commune_id=cast.commune, key="quiet_hours", value="19:00-05:00", source="Nghị quyết của thôn")
    own.valid_from = date(2026, 11, 25)
    with transaction() as session:
        session.add(own)
    quiet = quiet_hours(reading(), cast.commune)
    assert quiet.waking(at("2026-11-24T19:30")) == at("2026-11-24T19:30"), "the country's still holds that evening"
    assert quiet.waking(at("2026-11-25T19:30")) == at("2026-11-26T05:00")
    assert quiet_hours(reading(), 0).waking(at("2026-11-25T19:30")) == at("2026-11-25T19:30")
    now.at = at("2026-11-25T17:00")
    order = place(cast.commune, wanted(cast.dau_xanh), now=now()).order_ids[0]
    assert order_row(order).due_at == at("2026-11-26T07:00")


def test_without_a_row_no_hour_is_quiet_and_what_cannot_be_read_is_told(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        session.execute(update(DatedFact).where(DatedFact.key == "quiet_hours").values(value="tối, đến sáng"))
    assert quiet_hours(reading(), cast.commune) == QuietHours(rules=[])
    assert unread_quiet_hours(reading()) == ["tối, đến sáng"]
    assert "Giờ yên tĩnh không đọc được: tối, đến sáng." in app.test_cli_runner().invoke(args=["doctor"]).stdout
    with transaction() as session:
        session.execute(delete(DatedFact).where(DatedFact.key == "quiet_hours"))
    assert quiet_hours(reading(), cast.commune) == QuietHours(rules=[])


# --- that the buyer knows -------------------------------------------------------------------------------------------


def test_a_stall_that_takes_orders_by_itself_waits_for_the_buyer_too(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.lan.stall).accepts_by_itself = True
    order = place(cast.commune, wanted(cast.dau_xanh, pay=PayChoice.TRANSFER), now=now()).order_ids[0]
    row = order_row(order)
    assert (row.status, row.acceptance) == (OrderStatus.ACCEPTED, Acceptance.UNKNOWN)
    assert row.due_at == hold_deadline(PayChoice.TRANSFER, now(), 3, NIGHT)
    on_receipt = place(cast.commune, wanted(cast.dau_xanh), now=now()).order_ids[0]
    assert order_row(on_receipt).acceptance is None
    assert not see(on_receipt, now)


def test_the_stall_may_call_and_the_clock_runs_from_then_once(app: Flask, cast: Cast, now: Clock) -> None:
    order = beans(cast, now, is_seen=False)
    called = now.move(hours=1)
    which = actions.OrderRef(stall_id=order.stall, order_id=order.id)
    for _ in range(2):
        with transaction() as session:
            actions.tell_acceptance(session, Actor(person_id=cast.lan.person), which, clock=now)
        now.move(minutes=10)
    row = order_row(order.id)
    assert (row.acceptance, row.acceptance_known_at, row.due_at) == (
        Acceptance.CALLED,
        called,
        NIGHT.deadline(called, timedelta(hours=2)),
    )
    assert [event.verb for event in events_of(reading(), "order", order.id)] == ["place", "accept", "tell_acceptance"]


def test_nobody_is_said_to_know_of_what_was_not_accepted_or_is_another_stall_s(
    app: Flask, cast: Cast, now: Clock
) -> None:
    unanswered = beans(cast, now, 1000, accepted=False)
    accepted = beans(cast, now, 1000, is_seen=False)
    with transaction() as session, pytest.raises(Conflict):
        which = actions.OrderRef(stall_id=unanswered.stall, order_id=unanswered.id)
        actions.tell_acceptance(session, GUEST, which, clock=now)
    with transaction() as session, pytest.raises(NotFound):
        which = actions.OrderRef(stall_id=cast.tu.stall, order_id=accepted.id)
        actions.tell_acceptance(session, GUEST, which, clock=now)
    assert order_row(unanswered.id).acceptance is None


def test_a_clock_that_was_stored_before_keeps_its_end(app: Flask, cast: Cast, now: Clock) -> None:
    """An order that an older program accepted: nothing is known of its buyer, and half an hour was promised."""
    order, due = beans(cast, now, is_seen=False).id, now() + timedelta(minutes=30)
    with transaction() as session:
        session.execute(update(Order).where(Order.id == order).values(acceptance=None, due_at=due))
        session.execute(update(Reservation).where(Reservation.order_id == order).values(held_until=due))
    now.move(minutes=10)
    assert not see(order, now)
    assert order_row(order).due_at == due
    now.at = due
    assert end_overdue(now()) == 1


def test_a_paid_order_is_seen_without_a_clock(app: Flask, cast: Cast, now: Clock) -> None:
    order = beans(cast, now, 1000, is_seen=False)
    notice(1, order.total, order.code, now())
    assert see(order.id, now)
    row = order_row(order.id)
    assert (row.acceptance, row.due_at) == (Acceptance.SEEN, None)


# --- taken up again -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_written", [False, True], ids=["by time alone", "written by the job"])
def test_what_a_clock_ended_goes_on_by_one_tap_of_the_stall(
    app: Flask, cast: Cast, now: Clock, is_written: bool
) -> None:
    order = lapsed(cast, now)
    if is_written:
        assert end_overdue(now()) == 1
        assert stock(cast.dau_xanh) == (5000, 0)
    take_up(order.id, now, Actor(person_id=cast.lan.person))
    take_up(order.id, now)
    row = order_row(order.id)
    assert (row.status, row.ended_at, row.ended_reason, row.is_held) == (OrderStatus.ACCEPTED, None, None, True)
    assert (row.acceptance, row.due_at) == (Acceptance.UNKNOWN, hold_deadline(PayChoice.TRANSFER, now(), 3, NIGHT))
    assert (stock(cast.dau_xanh), outcomes(order.id)) == ((5000, 5000), [ReservationEnd.EXPIRED, None])
    verbs = [event.verb for event in events_of(reading(), "order", order.id)]
    assert verbs == ["place", "accept", "see_acceptance", "expire", "take_up"]
    assert see(order.id, now)
    notice(1, order.total, order.code, now())
    assert (order_row(order.id).due_at, paid(order).is_closed, paid(order).owed_back) == (None, False, 0)


def test_it_never_goes_on_by_itself(app: Flask, cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now)
    for _ in range(4):
        end_overdue(now())
        see(order.id, now)
        now.move(hours=7)
    assert (order_row(order.id).status, stock(cast.dau_xanh)) == (OrderStatus.EXPIRED, (5000, 0))


def test_goods_that_somebody_else_bought_are_not_taken_from_them(app: Flask, cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now)
    other = beans(cast, now, 1000, pay=PayChoice.ON_RECEIPT)
    for _ in range(2):
        with pytest.raises(Conflict, match="chỉ còn 4"):
            take_up(order.id, now)
        assert stock(cast.dau_xanh) == (5000, 1000)
        end_overdue(now())
    assert order_row(order.id).status is OrderStatus.EXPIRED
    assert (order_row(other.id).status, outcomes(other.id)) == (OrderStatus.ACCEPTED, [None])


def test_money_that_came_in_pays_it_again_and_is_owed_back_no_more(app: Flask, cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now, received=1_000)
    end_overdue(now())
    assert (paid(order).is_closed, paid(order).owed_back) == (True, 1_000)
    take_up(order.id, now)
    assert (paid(order).is_closed, paid(order).owed_back, paid(order).remaining) == (False, 0, order.total - 1_000)
    notice(2, order.total - 1_000, order.code, now())
    row = order_row(order.id)
    assert (row.status, row.due_at, paid(order).remaining) == (OrderStatus.ACCEPTED, None, 0)
    assert_sums_hold()


def test_money_that_came_too_late_pays_an_order_that_is_taken_up(app: Flask, cast: Cast, now: Clock) -> None:
    """The bank was slow: it is owed back, and pays the order again once its stall takes that up."""
    order = lapsed(cast, now)
    end_overdue(now())
    notice(1, order.total, order.code, now())
    assert order_row(order.id).status is OrderStatus.EXPIRED
    take_up(order.id, now)
    assert (paid(order).is_closed, paid(order).received) == (False, order.total)


def test_an_order_whose_money_was_given_back_is_not_taken_up(app: Flask, cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now, received=1_000)
    end_overdue(now())
    with transaction() as session:
        new = actions.NewRefund(order_id=order.id, amount=Dong(1_000), client_key="0")
        actions.refund(session, GUEST, order.stall, new, clock=now)
    with pytest.raises(Refused, match="Đã ghi trả lại khách 1.000"):
        take_up(order.id, now)
    assert (order_row(order.id).status, paid(order).is_closed) == (OrderStatus.EXPIRED, True)


def test_what_is_off_sale_is_not_sold_by_an_old_order(app: Flask, cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now)
    with transaction() as session:
        session.execute(update(Product).where(Product.name == "Đậu xanh").values(is_hidden=True))
    with pytest.raises(Conflict, match="Đậu xanh không còn bán"):
        take_up(order.id, now)
    assert order_row(order.id).status is OrderStatus.ACCEPTED, "nothing was written"


def test_only_its_own_stall_takes_it_up_within_three_days_and_nothing_that_somebody_ended(
    app: Flask, cast: Cast, now: Clock
) -> None:
    declined, order = beans(cast, now, 1000), lapsed(cast, now, amount=1000)
    with transaction() as session:
        decline_as_shown(session, GUEST, beans(cast, now, 1000).id, "Hết", clock=now)
    with transaction() as session:
        actions.cancel_order(session, GUEST, beans(cast, now, 1000).id, clock=now)
    ended = select(Order.id).where(Order.status.in_([OrderStatus.DECLINED, OrderStatus.CANCELLED]))
    for one in reading().scalars(ended).all():
        with pytest.raises(Conflict, match="đang ở bước"):
            take_up(one, now)
    with transaction() as session, pytest.raises(NotFound):
        which = actions.OrderRef(stall_id=cast.tu.stall, order_id=order.id)
        actions.take_up_order(session, GUEST, which, actions.Accept(seen=""), clock=now)
    now.move(days=3)
    assert not life_of(order_row(declined.id), now=now()).can_take_up
    with pytest.raises(Conflict, match="đã lâu"):
        take_up(order.id, now)


def test_what_ends_again_is_told_again(app: Flask, cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now, received=1_000)
    end_overdue(now())
    take_up(order.id, now)
    see(order.id, now)
    now.move(hours=2)
    assert end_overdue(now()) == 1
    kinds = list(reading().scalars(select(Notice.kind).where(Notice.order_id == order.id).order_by(Notice.id)))
    assert (kinds.count("qua_han"), kinds.count("nhan_lai"), kinds.count("phai_tra_lai")) == (4, 1, 4)
    assert stock(cast.dau_xanh) == (5000, 0)
