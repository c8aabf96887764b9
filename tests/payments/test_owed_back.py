"""Money and an order's life: what keeps an order, what of it is the buyer's, how that goes back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from market.base import clock
from market.base.audit import GUEST
from market.base.client_keys import SentOtherwise
from market.base.db import db, reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.models import Reservation, Variant
from market.notices.models import Notice
from market.orders.actions.inputs import PlacePurchase
from market.orders.models import Order
from market.orders.rules import OrderStatus, PayChoice, answer_deadline, hold_deadline
from market.payments import actions
from market.payments.jobs import end_overdue
from market.payments.models import Allocation, PaymentRequest, Refund
from market.payments.queries import came_in_lately, money_today, owed_back, unmatched
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus, keeps_order, to_give_back
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import (
    MAI,
    NIGHT,
    accept_as_shown,
    cash_as_shown,
    decline_as_shown,
    line,
    order_row,
    stock,
    wanted,
)
from tests.payments.gate import opened
from tests.payments.steps import (
    Bought,
    allocate_as_shown,
    assert_sums_hold,
    buy,
    confirm_as_shown,
    count,
    credit,
    dismiss_as_shown,
    notice,
    paid,
    undo_as_shown,
)
from tests.queries import counting

PRICE = 12_000


def accept(order: Bought, now: Clock) -> None:
    with transaction() as session:
        accept_as_shown(session, GUEST, order.id, clock=now)


def decline(order: Bought, now: Clock) -> None:
    with transaction() as session:
        decline_as_shown(session, GUEST, order.id, "Hết rau", clock=now)


def cancel(order: Bought, now: Clock) -> None:
    with transaction() as session:
        actions.cancel_order(session, GUEST, order.id, clock=now)


def undo(order: Bought, now: Clock) -> None:
    """Take the latest amount off again."""
    line = came_in_lately(reading(), order.stall, now=now())[0]
    with transaction() as session:
        undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)


def give_back(order: Bought, amount: int, key: str, now: Clock) -> None:
    new = actions.NewRefund(order_id=order.id, amount=Dong(amount), client_key=key)
    with transaction() as session:
        actions.refund(session, GUEST, order.stall, new, clock=now)


def owed(order: Bought) -> list[tuple[str, int, bool]]:
    """What nobody says was sent back."""
    reading().expire_all()
    back = owed_back(reading(), order.stall, now=clock.now())
    return [(one.code, one.amount, one.is_over) for one in back if one.amount]


def told(kind: str) -> list[str]:
    query = select(Notice.sentence).where(Notice.kind.startswith(kind)).order_by(Notice.id)
    return list(reading().scalars(query))


def held_until(order: Bought) -> set[object]:
    reading().expire_all()
    return set(reading().scalars(select(Reservation.held_until).where(Reservation.order_id == order.id)))


def test_half_of_the_amount_keeps_an_order() -> None:
    assert [keeps_order(11, received) for received in (0, 5, 6, 11)] == [False, False, True, True]
    assert to_give_back(10, 12, is_closed=False) == 2
    assert to_give_back(10, 4, is_closed=False) == 0
    assert to_give_back(10, 4, is_closed=True) == 4


# --- what stops the clock -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [PRICE, PRICE // 2])
def test_a_paid_order_has_no_clock_in_whichever_order_payment_and_acceptance_come(
    cast: Cast, now: Clock, amount: int
) -> None:
    before, after = buy(cast, now(), accepted=False), buy(cast, now())
    notice(1, amount, before.code, now())
    accept(before, now)
    notice(2, amount, after.code, now())
    now.move(days=3)
    assert end_overdue(now()) == 0
    for order in (before, after):
        row = order_row(order.id)
        assert (row.status, row.due_at, held_until(order)) == (OrderStatus.ACCEPTED, None, {None})


def test_less_than_half_neither_stops_the_clock_nor_blocks_a_cancellation(cast: Cast, now: Clock) -> None:
    cancelled, overdue = buy(cast, now()), buy(cast, now())
    notice(1, 1, cancelled.code, now())
    notice(2, PRICE // 2 - 1, overdue.code, now())
    cancel(cancelled, now)
    now.move(hours=2)
    assert end_overdue(now()) == 1
    assert order_row(cancelled.id).status is OrderStatus.CANCELLED
    row = order_row(overdue.id)
    assert (row.status, row.ended_reason) == (OrderStatus.EXPIRED, "Hết giờ giữ hàng, chưa đủ tiền")
    assert owed(overdue) == [(cancelled.code, 1, True), (overdue.code, PRICE // 2 - 1, True)]
    assert [sentence for sentence in told("phai_tra_lai") if "phải trả lại khách" in sentence]
    assert_sums_hold()


def test_an_unanswered_paid_order_is_not_ended_but_asked_about_once_a_day(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    notice(1, PRICE, order.code, now())
    assert (order_row(order.id).due_at, end_overdue(now()), told("cho_tra_loi")) == (None, 0, [])
    now.at = answer_deadline(now(), NIGHT)
    for _ in range(3):
        assert end_overdue(now()) == 0
    assert len(told("cho_tra_loi")) == 1
    assert order.code in told("cho_tra_loi")[0]
    now.move(days=1)
    end_overdue(now())
    assert len(told("cho_tra_loi")) == 2
    accept(order, now)
    now.move(days=1)
    end_overdue(now())
    assert len(told("cho_tra_loi")) == 2
    assert order_row(order.id).status is OrderStatus.ACCEPTED


def test_an_unanswered_order_hardly_paid_ends_by_its_time(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    notice(1, 500, order.code, now())
    now.at = answer_deadline(now(), NIGHT)
    assert end_overdue(now()) == 1
    assert owed(order) == [(order.code, 500, True)]


def test_money_taken_off_starts_the_clock_anew(cast: Cast, now: Clock) -> None:
    accepted, unanswered = buy(cast, now()), buy(cast, now(), accepted=False)
    for number, order in enumerate((accepted, unanswered)):
        notice(number + 1, PRICE, order.code, now())
        now.move(hours=9)
        undo(order, now)
    assert order_row(unanswered.id).due_at == answer_deadline(now(), NIGHT)
    assert held_until(unanswered) == {answer_deadline(now(), NIGHT)}
    due = hold_deadline(PayChoice.TRANSFER, now() - timedelta(hours=9), 3, NIGHT)
    assert order_row(accepted.id).due_at == due
    now.at = due
    assert end_overdue(now()) == 2
    assert order_row(accepted.id).status is OrderStatus.EXPIRED


def test_money_taken_off_leaves_a_buyer_who_said_that_they_paid_their_day(cast: Cast, now: Clock) -> None:
    order, said = buy(cast, now()), now()
    with transaction() as session:
        actions.say_paid(session, GUEST, order.id, clock=now)
    notice(1, PRICE, order.code, now())
    now.move(hours=1)
    undo(order, now)
    due = order_row(order.id).due_at
    assert due is not None
    assert due == max(hold_deadline(PayChoice.TRANSFER, now(), 3, NIGHT), NIGHT.deadline(said, timedelta(hours=24)))


def test_money_taken_off_leaves_at_least_the_time_of_a_new_transfer(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    with transaction() as session:
        actions.say_paid(session, GUEST, order.id, clock=now)
    notice(1, PRICE, order.code, now())
    now.move(hours=23, minutes=40)
    undo(order, now)
    assert order_row(order.id).due_at == hold_deadline(PayChoice.TRANSFER, now(), 3, NIGHT)


def test_while_half_of_it_stays_in_no_clock_starts(cast: Cast, now: Clock) -> None:
    order, packed = buy(cast, now()), buy(cast, now())
    for number, one in enumerate((order, order, packed), start=1):
        notice(number, PRICE // 2, one.code, now())
    with transaction() as session:
        actions.ready_order(session, GUEST, actions.OrderRef(stall_id=packed.stall, order_id=packed.id), clock=now)
    undo(packed, now)
    undo(order, now)
    assert [order_row(one.id).due_at for one in (order, packed)] == [None, None]
    undo(order, now)
    assert order_row(order.id).due_at == hold_deadline(PayChoice.TRANSFER, now(), 3, NIGHT)
    verbs = [event.verb for event in events_of(reading(), "order", order.id)]
    assert verbs == ["place", "accept", "see_acceptance", "keep_paid", "restart_clock"]


def test_a_single_dong_of_an_overdue_order_is_told_and_owed_back(cast: Cast, now: Clock) -> None:
    order, empty = buy(cast, now()), buy(cast, now())
    notice(1, 1, order.code, now())
    now.move(hours=2)
    assert end_overdue(now()) == 2
    reasons = [order_row(one.id).ended_reason for one in (order, empty)]
    assert reasons == ["Hết giờ giữ hàng, chưa đủ tiền", "Hết giờ giữ hàng, chưa thấy tiền"]
    assert len(told("phai_tra_lai")) == 2, "nothing is said of the order nobody paid"
    give_back(order, 1, "0", now)
    assert owed(order) == []
    with pytest.raises(Conflict, match="vừa đổi"):
        give_back(empty, 0, "0", now)


def lapsed(cast: Cast, now: Clock) -> Bought:
    """A third of it has come in, its clock has run out, and no job has run since."""
    order = buy(cast, now())
    notice(1, 4_000, order.code, now())
    now.move(hours=2)
    return order


def test_an_order_over_by_time_counts_as_over_before_any_job_has_run(cast: Cast, now: Clock) -> None:
    other, order = buy(cast, now(), accepted=False), lapsed(cast, now)
    notice(2, 20_000, other.code, now())

    def as_told() -> tuple[object, ...]:
        lines, one = came_in_lately(reading(), order.stall, now=now()), paid(order)
        came = money_today(reading(), order.stall, now=now()).total
        return owed(order), came, [line.is_over for line in lines], (one.is_closed, one.owed_back)

    before = as_told()
    assert before == ([(other.code, 8_000, False), (order.code, 4_000, True)], PRICE, [False, True], (True, 4_000))
    assert order_row(order.id).status is OrderStatus.ACCEPTED
    assert end_overdue(now()) == 1
    assert as_told() == before


@pytest.mark.parametrize("is_written", [False, True])
def test_what_is_given_back_of_an_order_over_by_time_counts_once(cast: Cast, now: Clock, is_written: bool) -> None:
    order = lapsed(cast, now)
    [shown] = owed_back(reading(), order.stall, now=now())
    if is_written:
        end_overdue(now())
    for _ in range(2):
        give_back(order, 4_000, shown.client_key, now)
    assert (owed(order), count(Refund), end_overdue(now())) == ([], 1, 0)
    assert order_row(order.id).status is OrderStatus.EXPIRED
    assert_sums_hold()


def test_another_sum_given_back_does_not_write_the_end_of_an_order_over_by_time(cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now)
    with pytest.raises(Conflict, match="vừa đổi"):
        give_back(order, 3_999, "0", now)
    assert order_row(order.id).status is OrderStatus.ACCEPTED
    assert owed(order) == [(order.code, 4_000, True)]


def test_money_taken_off_an_order_over_by_time_writes_its_end(cast: Cast, now: Clock) -> None:
    order = lapsed(cast, now)
    undo(order, now)
    assert order_row(order.id).status is OrderStatus.EXPIRED
    assert (owed(order), end_overdue(now())) == ([], 0)
    assert_sums_hold()


# --- what is owed back ----------------------------------------------------------------------------------------------


def test_a_paid_order_can_be_declined_and_its_money_is_owed_back(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, PRICE, order.code, now())
    decline(order, now)
    assert order_row(order.id).status is OrderStatus.DECLINED
    assert owed(order) == [(order.code, PRICE, True)]
    assert told("phai_tra_lai") == [
        f"Đơn {order.code} đã dừng mà đã có tiền vào: phải trả lại khách 12.000\u00a0₫.",
        f"Đơn {order.code} đã dừng. Người bán sẽ trả lại bạn 12.000\u00a0₫.",
    ]


def test_what_is_given_back_counts_once_and_leaves_the_list(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, PRICE, order.code, now())
    decline(order, now)
    [shown] = owed_back(reading(), order.stall, now=clock.now())
    for _ in range(2):
        give_back(order, PRICE, shown.client_key, now)
    assert owed(order) == []
    assert (paid(order).refunded, paid(order).owed_back, paid(order).status) == (PRICE, 0, PaidStatus.UNPAID)
    assert len(told("da_tra_lai")) == 2
    with pytest.raises(SentOtherwise, match="trả lại khách 12.000"):
        give_back(order, PRICE + 1, shown.client_key, now)
    with pytest.raises(Conflict, match="vừa đổi"):
        give_back(order, PRICE, "another", now)


def test_another_sum_than_what_is_owed_is_not_given_back(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, PRICE + 5_000, order.code, now())
    for amount in (0, 4_999, 5_001):
        with pytest.raises(Conflict, match="vừa đổi"):
            give_back(order, amount, "0", now)
    with pytest.raises(NotFound):
        give_back(replace(order, stall=cast.tu.stall), 5_000, "0", now)
    assert owed(order) == [(order.code, 5_000, False)]


def test_a_surplus_is_owed_back_and_is_no_taking(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 10_000, order.code, now())
    notice(2, 95_000, order.code, now())
    assert owed(order) == [(order.code, 93_000, False)]
    assert money_today(reading(), order.stall, now=now()).bank == PRICE
    give_back(order, 93_000, "0", now)
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.PAID, 0)
    with pytest.raises(Refused, match="không gỡ"):
        undo(order, now)
    decline(order, now)
    assert owed(order) == [(order.code, PRICE, True)]
    assert money_today(reading(), order.stall, now=now()).total == 0


def test_bank_money_taken_off_an_ended_order_waits_for_a_person_again(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, PRICE, order.code, now())
    decline(order, now)
    undo(order, now)
    assert owed(order) == []
    assert credit(taken).unmatched_reason == Unmatched.REVERSED
    assert [one.credit_id for one in unmatched(reading(), order.stall, now=now())] == [taken]


def test_money_for_an_order_that_waits_for_none_is_told_and_so_is_its_being_set_aside(cast: Cast, now: Clock) -> None:
    """It stands on no order, so that nothing else would tell its buyer; who is told nothing of other money."""
    order, other = buy(cast, now()), buy(cast, now())
    with transaction() as session:
        actions.hand_over(session, GUEST, order.stall, cash_as_shown(session, order.id), clock=now)
    taken, nobodys = notice(1, PRICE, order.code, now()), notice(2, PRICE, "tien rau", now())
    to_seller, to_buyer = told("khong_cho_tien")
    assert f"Có 12.000\xa0₫ ghi mã đơn {order.code}" in to_seller
    assert "Mời gọi người bán để nhận lại" in to_buyer
    for one in (nobodys, taken, taken):
        dismiss(order, one, now)
    to_seller, to_buyer = told("khong_phai_tien_hang")
    assert order.code in to_seller
    assert f"12.000\xa0₫ có mã đơn {order.code} không phải tiền hàng. Nếu bạn đã trả" in to_buyer
    paying = notice(3, PRICE, f"{order.code} {other.code}", now())
    dismiss(order, paying, now)
    assert len(told("khong_phai_tien_hang")) == 6, "both sides of both orders"
    assert len(told("khong_cho_tien")) == 2


def test_the_orders_of_money_set_aside_are_locked_in_one_go(cast: Cast, now: Clock) -> None:
    """One that it named and an older one that it was taken off: two statements would lock them in no order."""
    older, named = buy(cast, now()), buy(cast, now())
    taken = notice(1, PRICE, named.code, now())
    undo(named, now)
    allocate(older, taken, now)
    undo(older, now)
    with counting() as statements:
        dismiss(named, taken, now)
    orders = [one for one in statements if 'FROM "order"' in one and "FOR " in one.partition("WHERE")[2]]
    assert len(orders) == (db.engine.dialect.name == "postgresql"), "SQLite lets one writer in at a time"
    assert len(told("khong_phai_tien_hang")) == 2


def dismiss(order: Bought, taken: int, now: Clock) -> None:
    with transaction() as session:
        dismiss_as_shown(session, GUEST, order.stall, taken, clock=now)


def allocate(order: Bought, taken: int, now: Clock) -> None:
    with transaction() as session:
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)


def test_money_taken_off_an_ended_order_goes_back_to_its_buyer_or_to_another_order(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, PRICE, order.code, now())
    decline(order, now)
    undo(order, now)
    assert told("go_tien") == [
        f"Đã gỡ 12.000\u00a0₫ khỏi đơn {order.code}. Đơn đã dừng: mời ghi vào đúng đơn, hoặc ghi lại vào đơn này rồi "
        "trả khách và bấm “Đã trả”.",
        f"Người bán đã gỡ 12.000\u00a0₫ khỏi đơn {order.code}, cho là tiền khác. Nếu bạn đã trả khoản này, mời gọi họ.",
    ]
    with pytest.raises(Refused, match=f"gỡ ra từ đơn {order.code} đã dừng"):
        dismiss(order, taken, now)
    allocate(order, taken, now)
    assert owed(order) == [(order.code, PRICE, True)]
    give_back(order, PRICE, "0", now)
    assert (owed(order), unmatched(reading(), order.stall, now=now())) == ([], [])
    assert_sums_hold()


def test_money_taken_off_an_order_that_ended_since_is_not_set_aside(cast: Cast, now: Clock) -> None:
    order, by_time, other = buy(cast, now()), buy(cast, now()), buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    taken = [notice(number, PRICE, one.code, now()) for number, one in enumerate((order, by_time), start=1)]
    undo(by_time, now)
    undo(order, now)
    decline(order, now)
    now.move(days=2)
    allocate(other, taken[0], now)
    undo(other, now)
    for one in taken:
        with pytest.raises(Refused, match="phải trả lại khách"):
            dismiss(other, one, now)
    allocate(by_time, taken[1], now)
    assert owed(by_time) == [(by_time.code, PRICE, True)]
    assert order_row(by_time.id).status is OrderStatus.EXPIRED
    with pytest.raises(Refused, match="không mở lại đơn"):
        allocate(by_time, taken[0], now)
    allocate(other, taken[0], now)
    assert paid(other).status is PaidStatus.PAID


def test_money_taken_off_an_order_that_goes_on_may_be_set_aside(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    taken = notice(1, PRICE, order.code, now())
    undo(order, now)
    assert len(told("go_tien")) == 2
    for _ in range(2):
        dismiss(order, taken, now)
    assert unmatched(reading(), order.stall, now=now()) == []


def test_the_sellers_own_word_on_an_ended_order_is_given_back_not_undone(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    decline(order, now)
    with pytest.raises(Refused, match="Phải trả lại"):
        undo(order, now)
    [line] = came_in_lately(reading(), order.stall, now=now())
    assert not line.can_undo
    give_back(order, PRICE, "0", now)
    assert owed(order) == []


def test_the_database_itself_ties_what_is_owed_back(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, PRICE, order.code, now())
    decline(order, now)
    for wrong in ({"owed_back": 0}, {"refunded": 1}, {"received": 0}, {"closed_at": None}, {"refunded": -1}):
        change = update(PaymentRequest).where(PaymentRequest.order_id == order.id).values(**wrong)
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(change)
    give_back(order, PRICE, "0", now)
    with pytest.raises(DatabaseError), transaction() as session:
        session.execute(update(Refund).values(amount=1))


# --- cards ----------------------------------------------------------------------------------------------------------


def test_card_money_for_an_ended_order_is_owed_back(app: Flask, cast: Cast, now: Clock) -> None:
    with opened(app, cast.lan.stall, now) as gate:
        declined, lapsed = buy(cast, now()), buy(cast, now())
        for order in (declined, lapsed):
            gate.fake.pay_session(gate.begin(order, now))
        decline(declined, now)
        now.move(days=2)
        assert set(gate.tell_all(app.test_client(), now, twice=True)) == {200}
    assert owed(declined) == [(declined.code, PRICE, True), (lapsed.code, PRICE, True)]
    assert order_row(lapsed.id).status is OrderStatus.EXPIRED
    assert_sums_hold()


# --- every line again -----------------------------------------------------------------------------------------------


def two_lines(cast: Cast, now: Clock, *, accepted: bool = True) -> Bought:
    """Mai buys 2 kg of beans, counted, and a bunch of greens, both of bà Lan."""
    both = wanted(cast.rau_muong, pay=PayChoice.TRANSFER)
    both = replace(both, lines=(line(cast.dau_xanh, 2000), *both.lines))
    new = PlacePurchase(commune_id=cast.commune, client_key=f"two-{now()}", buyer=MAI, orders=(both,))
    with transaction() as session:
        order_id = actions.check_out(session, GUEST, new, clock=now).order_ids[0]
        if accepted:
            accept_as_shown(session, GUEST, order_id, clock=now)
            actions.see_acceptance(session, GUEST, order_id, clock=now)
    row = order_row(order_id)
    return Bought(id=row.id, code=row.code, total=int(row.total), stall=row.stall_id)


def lose_beans(cast: Cast, now: Clock, amount: int) -> Bought:
    """Somebody whose clock runs ahead buys beans that are overdue by it."""
    ahead = now()
    now.move(days=1)
    other = buy(cast, now(), variant=cast.dau_xanh, amount=amount, pay=PayChoice.ON_RECEIPT)
    now.at = ahead
    return other


def test_accepting_takes_every_line_again(cast: Cast, now: Clock) -> None:
    order = two_lines(cast, now, accepted=False)
    lose_beans(cast, now, 3000)
    accept(order, now)
    assert stock(cast.dau_xanh) == (5000, 5000)


def test_an_order_of_which_a_line_is_gone_is_not_accepted(cast: Cast, now: Clock) -> None:
    order = two_lines(cast, now, accepted=False)
    lose_beans(cast, now, 4000)
    with pytest.raises(Conflict, match="quá giờ"):
        accept(order, now)
    assert (order_row(order.id).status, stock(cast.dau_xanh)) == (OrderStatus.PLACED, (5000, 4000))


def test_money_for_an_order_of_which_a_line_is_gone_waits_for_a_person(cast: Cast, now: Clock) -> None:
    order = two_lines(cast, now)
    lose_beans(cast, now, 4000)
    taken = notice(1, order.total, order.code, now())
    assert credit(taken).unmatched_reason == Unmatched.ORDER_CLOSED
    assert (paid(order).received, credit(taken).allocated) == (0, 0)
    with transaction() as session, pytest.raises(Conflict, match="quá giờ"):
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)
    now.move(hours=2)
    assert end_overdue(now()) == 1


def test_card_money_for_an_order_of_which_a_line_is_gone_ends_it_and_is_owed_back(
    app: Flask, cast: Cast, now: Clock
) -> None:
    with opened(app, cast.lan.stall, now) as gate:
        order = two_lines(cast, now)
        gate.fake.pay_session(gate.begin(order, now))
        lose_beans(cast, now, 4000)
        assert set(gate.tell_all(app.test_client(), now)) == {200}
    assert order_row(order.id).status is OrderStatus.EXPIRED
    assert owed(order) == [(order.code, order.total, True)]
    assert stock(cast.dau_xanh) == (5000, 4000)


def test_an_order_of_which_a_line_is_gone_is_not_handed_over(cast: Cast, now: Clock) -> None:
    order = two_lines(cast, now)
    lose_beans(cast, now, 4000)
    new = cash_as_shown(reading(), order.id)
    with transaction() as session, pytest.raises(Conflict, match="quá giờ"):
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert stock(cast.dau_xanh) == (5000, 4000)
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == cast.dau_xanh).values(on_hand=6000))
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert stock(cast.dau_xanh) == (4000, 4000)
    assert reading().scalars(select(Order.status).where(Order.id == order.id)).one() is OrderStatus.DELIVERED
    assert reading().scalars(select(Allocation.amount)).all() == [order.total]


def test_a_cancelled_order_is_not_said_to_be_paid(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    cancel(order, now)
    with transaction() as session, pytest.raises(Conflict, match="Đã hủy"):
        actions.say_paid(session, GUEST, order.id, clock=now)
