"""An order's life after it is placed: answers, clocks, hand-over, and what becomes of the goods."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from market.base.attempts import count_try
from market.base.audit import GUEST, Actor
from market.base.db import locked, reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.models import Reservation, ReservationEnd, StockMove
from market.catalog.queries.stock import available
from market.notices.models import Notice
from market.notices.queries import NewsReader
from market.orders.actions import transitions
from market.orders.actions.brakes import HAND_OVER_CODE
from market.orders.actions.hand_over_keys import WrongCode
from market.orders.models import Order
from market.orders.queries.keys import hand_over_key
from market.orders.queries.orders import orders_over, unanswered_orders
from market.orders.queries.still import OpenPages, open_orders
from market.orders.rules import Acceptance, OrderStatus, PayChoice, answer_deadline, hold_deadline, status_at
from market.payments import actions
from market.payments.jobs import end_overdue
from market.payments.queries import stall_now
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import NIGHT, accept_as_shown, decline_as_shown, order_row, place, ref, stock, wanted


def place_one(
    cast: Cast, now: Clock, variant_id: int, amount: int = 1000, pay: PayChoice = PayChoice.ON_RECEIPT
) -> int:
    return place(cast.commune, wanted(variant_id, amount, pay=pay), now=now()).order_ids[0]


def accept(order_id: int, now: Clock, actor: Actor = GUEST) -> None:
    with transaction() as session:
        accept_as_shown(session, actor, order_id, clock=now)


def decline(order_id: int, now: Clock) -> None:
    with transaction() as session:
        decline_as_shown(session, GUEST, order_id, "Hết hàng", clock=now)


def ready(order_id: int, now: Clock) -> None:
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order_id), clock=now)


def hand_over(order_id: int, now: Clock, shown: str | None = None) -> bool:
    with transaction() as session:
        new = actions.HandOver(order_id=order_id, shown=shown, cash_taken=False)
        return actions.hand_over(session, GUEST, order_row(order_id).stall_id, new, clock=now)


def cancel(order_id: int, now: Clock) -> None:
    with transaction() as session:
        actions.cancel_order(session, GUEST, order_id, clock=now)


def say_paid(order_id: int, now: Clock) -> None:
    with transaction() as session:
        actions.say_paid(session, GUEST, order_id, clock=now)


def kinds_told() -> list[str]:
    return list(reading().scalars(select(Notice.kind).order_by(Notice.id)))


def left(variant_id: int, now: Clock) -> int | None:
    return available(reading(), [variant_id], now=now())[variant_id]


def test_a_paid_on_receipt_order_goes_all_the_way(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, 2000)
    accept(order_id, now, Actor(person_id=cast.lan.person))
    assert order_row(order_id).due_at == hold_deadline(PayChoice.ON_RECEIPT, now(), 3, NIGHT)
    ready(order_id, now)
    assert order_row(order_id).due_at is None
    assert stock(cast.dau_xanh) == (5000, 2000)
    assert not hand_over(order_id, now)
    order = order_row(order_id)
    assert (order.status, order.completed_at, order.buyer_confirmed_at) == (OrderStatus.DELIVERED, now(), None)
    assert stock(cast.dau_xanh) == (3000, 0)
    move = reading().scalars(select(StockMove).where(StockMove.order_id == order_id)).one()
    assert (move.delta, move.reason) == (-2000, "ban")
    assert [event.verb for event in events_of(reading(), "order", order_id)] == ["place", "accept", "ready", "complete"]
    assert kinds_told() == ["dat_hang", "don_moi", "da_nhan", "san_sang", "da_giao"]


def test_uncounted_goods_leave_no_stock_move(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.rau_muong)
    accept(order_id, now)
    hand_over(order_id, now)
    assert stock(cast.rau_muong) == (None, 0)
    assert reading().scalar(select(func.count()).where(StockMove.order_id == order_id)) == 0


def test_the_buyers_code_confirms_the_hand_over(app: Flask, cast: Cast, now: Clock) -> None:
    whole, short = (place_one(cast, now, cast.rau_muong) for _ in range(2))
    for order_id, shown in ((whole, hand_over_key), (short, lambda code: hand_over_key(code)[-4:].lower())):
        accept(order_id, now)
        assert hand_over(order_id, now, shown(order_row(order_id).code))
        assert order_row(order_id).buyer_confirmed_at == now()


def test_a_wrong_code_hands_nothing_over_and_may_be_tried_five_times(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.rau_muong)
    accept(order_id, now)
    code = order_row(order_id).code
    for wrong in (code[-4:], "", "0000", hand_over_key(code)[-3:], hand_over_key(code)[:4]):
        with pytest.raises(WrongCode):
            hand_over(order_id, now, wrong)
        count_try(HAND_OVER_CODE, order_id)
    with pytest.raises(Refused, match="giao không có mã"):
        count_try(HAND_OVER_CODE, order_id)
    assert not hand_over(order_id, now)


def test_a_declined_order_gives_its_goods_back_once(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, 2000)
    decline(order_id, now)
    assert stock(cast.dau_xanh) == (5000, 0)
    decline(order_id, now)
    order = order_row(order_id)
    assert (order.status, order.ended_at, order.ended_reason) == (OrderStatus.DECLINED, now(), "Hết hàng")
    assert stock(cast.dau_xanh) == (5000, 0)


def test_an_accepted_order_may_still_be_declined_and_a_ready_one_called_off(app: Flask, cast: Cast, now: Clock) -> None:
    accepted, packed = (place_one(cast, now, cast.dau_xanh) for _ in range(2))
    for order_id in (accepted, packed):
        accept(order_id, now)
    ready(packed, now)
    decline(accepted, now)
    decline(packed, now)
    assert order_row(accepted).status is OrderStatus.DECLINED
    assert order_row(packed).status is OrderStatus.CANCELLED
    assert stock(cast.dau_xanh) == (5000, 0)


def test_a_ready_order_is_not_cancelled_by_the_buyer_alone(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh)
    accept(order_id, now)
    ready(order_id, now)
    with pytest.raises(Conflict, match="gọi người bán"):
        cancel(order_id, now)


def test_an_order_is_answered_once(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh)
    accept(order_id, now)
    accept(order_id, now)
    hand_over(order_id, now)
    accept(order_id, now)
    assert [event.verb for event in events_of(reading(), "order", order_id)] == ["place", "accept", "complete"]
    for move in (decline, ready, cancel):
        with pytest.raises(Conflict):
            move(order_id, now)
    hand_over(order_id, now)
    assert stock(cast.dau_xanh) == (4000, 0)


def test_the_same_move_twice_is_one(app: Flask, cast: Cast, now: Clock) -> None:
    cancelled, order_id = (place_one(cast, now, cast.dau_xanh, 2000) for _ in range(2))
    cancel(cancelled, now)
    cancel(cancelled, now)
    assert stock(cast.dau_xanh) == (5000, 2000)
    accept(order_id, now)
    ready(order_id, now)
    ready(order_id, now)
    shown = hand_over_key(order_row(order_id).code)
    assert [hand_over(order_id, now, shown) for _ in range(2)] == [True, True]
    ready(order_id, now)
    assert stock(cast.dau_xanh) == (3000, 0)
    for one, moves in ((cancelled, ["cancel"]), (order_id, ["accept", "ready", "complete"])):
        assert [event.verb for event in events_of(reading(), "order", one)] == ["place", *moves]


def test_what_the_other_side_ended_is_not_one_s_own_decision(app: Flask, cast: Cast, now: Clock) -> None:
    """A ready order that its stall called off, a declined one: its buyer has cancelled neither."""
    declined, called_off, cancelled = (place_one(cast, now, cast.rau_muong) for _ in range(3))
    accept(called_off, now)
    ready(called_off, now)
    decline(called_off, now)
    decline(declined, now)
    cancel(cancelled, now)
    for one, moves in ((declined, (cancel, ready)), (called_off, (cancel, ready)), (cancelled, (decline, ready))):
        for move in moves:
            with pytest.raises(Conflict):
                move(one, now)


def test_an_order_that_is_not_there_is_not_moved(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(NotFound):
        accept(404, now)


# --- clocks ---------------------------------------------------------------------------------------------------------


def test_an_unanswered_order_is_over_by_time_with_no_job_run(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, 5000)
    due = order_row(order_id).due_at
    assert due == answer_deadline(now(), NIGHT)
    now.at = due
    order = order_row(order_id)
    assert order.status is OrderStatus.PLACED
    assert status_at(order.status, order.due_at, now()) is OrderStatus.EXPIRED
    assert left(cast.dau_xanh, now) == 5000
    for move in (accept, decline, ready, cancel):
        with pytest.raises(Conflict, match="quá giờ"):
            move(order_id, now)


def test_an_overdue_reservation_gives_its_goods_back_with_no_job_run(app: Flask, cast: Cast, now: Clock) -> None:
    first = place_one(cast, now, cast.dau_xanh, 5000)
    now.move(hours=12)
    second = place_one(cast, now, cast.dau_xanh, 4000)
    assert stock(cast.dau_xanh) == (5000, 4000)
    assert left(cast.dau_xanh, now) == 1000
    outcomes = {one.order_id: one.outcome for one in reading().scalars(select(Reservation))}
    assert outcomes == {first: ReservationEnd.EXPIRED, second: None}
    assert end_overdue(now()) == 1
    assert stock(cast.dau_xanh) == (5000, 4000)
    assert order_row(first).status is OrderStatus.EXPIRED


def test_the_job_writes_what_time_has_ended(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, 5000)
    assert end_overdue(now()) == 0
    now.move(hours=12)
    assert end_overdue(now()) == 1
    assert end_overdue(now()) == 0
    order = order_row(order_id)
    assert (order.status, order.ended_reason) == (OrderStatus.EXPIRED, "Gian hàng chưa trả lời kịp giờ")
    assert stock(cast.dau_xanh) == (5000, 0)
    assert kinds_told()[-1] == "qua_han"


def see(order_id: int, now: Clock) -> bool:
    with transaction() as session:
        return actions.see_acceptance(session, GUEST, order_id, clock=now)


def test_an_accepted_transfer_is_held_two_hours_from_when_its_buyer_knows(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, 5000, pay=PayChoice.TRANSFER)
    assert not see(order_id, now)
    accept(order_id, now)
    assert order_row(order_id).due_at == hold_deadline(PayChoice.TRANSFER, now(), 3, NIGHT)
    known = now.move(hours=3)
    assert left(cast.dau_xanh, now) == 0
    assert [see(order_id, now) for _ in range(2)] == [True, False]
    row = order_row(order_id)
    assert (row.acceptance, row.acceptance_known_at) == (Acceptance.SEEN, known)
    now.move(hours=1, minutes=59)
    assert not see(order_id, now)
    assert left(cast.dau_xanh, now) == 0
    now.move(minutes=1)
    assert left(cast.dau_xanh, now) == 5000
    with pytest.raises(Conflict, match="quá giờ"):
        say_paid(order_id, now)
    assert end_overdue(now()) == 1
    assert order_row(order_id).ended_reason == "Hết giờ giữ hàng, chưa thấy tiền"


def test_saying_paid_holds_for_a_day_once_and_moves_no_money(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, pay=PayChoice.TRANSFER)
    with pytest.raises(Refused, match="nhận đơn rồi mới chuyển"):
        say_paid(order_id, now)
    accept(order_id, now)
    said = now.move(minutes=10)
    say_paid(order_id, now)
    now.at = NIGHT.deadline(said, timedelta(hours=23))
    say_paid(order_id, now)
    order = order_row(order_id)
    assert (order.status, order.said_paid_at, order.acceptance) == (OrderStatus.ACCEPTED, said, Acceptance.SEEN)
    now.move(hours=1)
    assert status_at(order.status, order.due_at, now()) is OrderStatus.EXPIRED
    assert "CHƯA thấy tiền" in (reading().scalar(select(Notice.sentence).where(Notice.kind == "bao_da_chuyen")) or "")


def test_a_ready_order_has_no_clock(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, 5000, pay=PayChoice.TRANSFER)
    accept(order_id, now)
    ready(order_id, now)
    now.move(days=3)
    assert left(cast.dau_xanh, now) == 0
    assert hand_over(order_id, now) is False


def test_saying_paid_is_for_a_transfer_alone_and_shortens_no_hold(app: Flask, cast: Cast, now: Clock) -> None:
    on_receipt = place_one(cast, now, cast.dau_xanh)
    accept(on_receipt, now)
    with pytest.raises(Refused, match="nhận đơn rồi mới chuyển"):
        say_paid(on_receipt, now)
    packed = place_one(cast, now, cast.dau_xanh, pay=PayChoice.TRANSFER)
    accept(packed, now)
    ready(packed, now)
    say_paid(packed, now)
    order = order_row(packed)
    assert (order.said_paid_at, order.due_at, order.ready_at) == (now(), None, now())


def test_a_card_s_hold_never_ends_sooner_than_the_one_there_is(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.dau_xanh, pay=PayChoice.TRANSFER)
    accept(order_id, now)
    see(order_id, now)
    due = order_row(order_id).due_at
    assert due is not None
    for until, held in ((due - timedelta(minutes=1), due), (due, due), (due + timedelta(minutes=1),) * 2):
        with transaction() as session:
            transitions.hold_for_card(
                session, GUEST, locked(session, Order, Order.id == order_id), until=until, now=now()
            )
        assert order_row(order_id).due_at == held
    verbs = [event.verb for event in events_of(reading(), "order", order_id)]
    assert verbs == ["place", "accept", "see_acceptance", "hold_for_card"]


def test_only_a_paid_order_that_waits_is_asked_about(app: Flask, cast: Cast, now: Clock) -> None:
    unpaid, accepted = (place_one(cast, now, cast.dau_xanh) for _ in range(2))
    accept(accepted, now)
    for order_id in (unpaid, accepted):
        with transaction() as session:
            transitions.ask_to_answer(session, locked(session, Order, Order.id == order_id), now=now())
    assert not [kind for kind in kinds_told() if kind.startswith("cho_tra_loi")]


def test_a_day_of_the_books_is_vietnam_s(app: Flask, cast: Cast, now: Clock) -> None:
    now.at = now().replace(hour=17)
    order_id = place_one(cast, now, cast.rau_muong)
    accept(order_id, now)
    hand_over(order_id, now)
    order = order_row(order_id)
    assert (order.placed_on, order.completed_on) == (date(2026, 11, 25), date(2026, 11, 25))


def test_the_log_names_the_field_of_a_move_alone_and_a_signed_in_buyer_is_told(
    app: Flask, cast: Cast, now: Clock
) -> None:
    order = wanted(cast.dau_xanh, pay=PayChoice.TRANSFER)
    order_id = place(cast.commune, order, now=now(), actor=Actor(person_id=cast.mai)).order_ids[0]
    accept(order_id, now)
    say_paid(order_id, now)
    with transaction() as session:
        transitions.note_wrong_code(session, GUEST, order_id, now=now())
    events = [(event.verb, event.fields, event.business_id) for event in events_of(reading(), "order", order_id)]
    lan = cast.lan.business
    assert [event[0] for event in events[2:]] == ["see_acceptance", "say_paid", "wrong_code"]
    assert {event[1:] for event in events[2:]} == {("", lan)}
    assert events[1] == ("accept", "status", lan)
    told = select(Notice.kind, Notice.person_id, Notice.business_id).where(Notice.order_id == order_id)
    assert [tuple(row) for row in reading().execute(told.order_by(Notice.id))] == [
        ("don_moi", None, lan),
        ("da_nhan", cast.mai, None),
        ("bao_da_chuyen", None, lan),
    ]


@pytest.mark.parametrize("end", ["decline", "cancel", "expire"])
def test_how_goods_came_back_is_written_down(app: Flask, cast: Cast, now: Clock, end: str) -> None:
    order_id = place_one(cast, now, cast.dau_xanh)
    if end == "expire":
        now.move(days=1)
        end_overdue(now())
    else:
        (decline if end == "decline" else cancel)(order_id, now)
    outcome = reading().scalars(select(Reservation.outcome).where(Reservation.order_id == order_id)).one()
    assert outcome is (ReservationEnd.EXPIRED if end == "expire" else ReservationEnd.RELEASED)
    assert order_row(order_id).ended_at == now()


# --- questions ------------------------------------------------------------------------------------------------------


def to_answer(cast: Cast, now: Clock) -> int:
    """How many orders wait for bà Lan, as the tab of her pages says."""
    reader = NewsReader(commune_id=cast.commune, person_id=cast.lan.person, business_id=cast.lan.business)
    return stall_now(reading(), cast.lan.stall, reader, now=now()).to_answer


def test_the_list_of_a_stall_follows_time(app: Flask, cast: Cast, now: Clock) -> None:
    waiting, held = place_one(cast, now, cast.dau_xanh), place_one(cast, now, cast.rau_muong)
    place_one(cast, now, cast.gao_nep)
    accept(held, now)
    session = reading()
    assert to_answer(cast, now) == 1
    assert [order.id for order in open_orders(session, cast.lan.stall, OpenPages(size=9), now=now()).in_hand.rows] == [
        held
    ]
    now.move(hours=12)
    assert to_answer(cast, now) == 0
    assert [order.id for order in orders_over(session, cast.lan.stall, now=now(), page=1).rows] == [waiting]


def test_who_has_waited_too_long_is_known_for_these_businesses_alone(app: Flask, cast: Cast, now: Clock) -> None:
    first = place_one(cast, now, cast.dau_xanh)
    placed = now()
    now.move(hours=1)
    place_one(cast, now, cast.gao_nep)
    found = unanswered_orders(reading(), [cast.lan.business, cast.tu.business], now=now())
    assert [(one.business_id, one.placed_at) for one in found] == [(cast.lan.business, placed)]
    assert found[0].code == order_row(first).code


def test_another_stall_s_order_is_not_found_by_any_answer(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place_one(cast, now, cast.gao_nep)
    other = actions.OrderRef(stall_id=cast.lan.stall, order_id=order_id)
    for answer in (
        lambda s: actions.accept_order(s, GUEST, other, actions.Accept(seen=""), clock=now),
        lambda s: actions.decline_order(s, GUEST, other, transitions.Decline(seen="", reason="Hết"), clock=now),
        lambda s: actions.ready_order(s, GUEST, other, clock=now),
    ):
        with pytest.raises(NotFound), transaction() as session:
            answer(session)
    assert order_row(order_id).status is OrderStatus.PLACED
