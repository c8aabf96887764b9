"""The clocks and moves of an order, as pure rules."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.orders.rules import (
    MOVES,
    OPEN,
    STATUS_WORDS,
    TIMED,
    Acceptance,
    Delivery,
    OrderStatus,
    PayChoice,
    answer_deadline,
    can_cancel,
    can_move,
    can_take_up,
    cart_state,
    declined_to,
    hold_deadline,
    status_at,
    transfer_deadline,
)
from market.orders.rules.life import Life
from market.values.period import VIETNAM
from market.values.quiet import QuietHours, QuietRule
from tests.orders.steps import NIGHT

MOMENTS = st.integers(0, 500_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("placed", "due"),
    [
        ("2026-11-24T09:00", "2026-11-24T20:00"),
        ("2026-11-24T15:59", "2026-11-24T20:00"),
        ("2026-11-24T16:01", "2026-11-24T20:01"),
        ("2026-11-24T17:00", "2026-11-24T21:00"),
        ("2026-11-24T20:09", "2026-11-25T09:09"),
        ("2026-11-24T22:00", "2026-11-25T10:00"),
        ("2026-11-25T05:00", "2026-11-25T20:00"),
        ("2026-11-24T00:30", "2026-11-24T20:00"),
    ],
)
def test_a_stall_answers_until_eight_or_for_four_hours(placed: str, due: str) -> None:
    at = datetime.fromisoformat(placed).replace(tzinfo=VIETNAM)
    assert answer_deadline(at, NIGHT) == datetime.fromisoformat(due).replace(tzinfo=VIETNAM)


@given(MOMENTS)
def test_a_stall_always_has_four_hours_and_never_more_than_a_day(placed: datetime) -> None:
    due = answer_deadline(placed, NIGHT)
    assert timedelta(hours=4) <= due - placed <= timedelta(hours=20)
    assert NIGHT.deadline(placed, timedelta(hours=4)) <= due == NIGHT.waking(due)


@given(st.sampled_from(OrderStatus), st.none() | MOMENTS, MOMENTS)
def test_time_ends_only_what_waits(status: OrderStatus, due: datetime | None, now: datetime) -> None:
    shown = status_at(status, due, now)
    if shown is not status:
        assert shown is OrderStatus.EXPIRED
        assert can_move(status, OrderStatus.EXPIRED)
        assert due is not None
        assert due <= now


@pytest.mark.parametrize("status", OrderStatus)
def test_a_clock_ends_an_order_at_its_very_moment(status: OrderStatus) -> None:
    due, tick = datetime(2026, 11, 24, 13, 0, tzinfo=UTC), timedelta(microseconds=1)
    ended = OrderStatus.EXPIRED if status in TIMED else status
    assert [status_at(status, due, due + by) for by in (-tick, 0 * tick)] == [status, ended]
    assert status_at(status, None, due) is status


def test_what_is_over_stays_over() -> None:
    assert {status for status in OrderStatus if status not in OPEN} == {
        OrderStatus.DELIVERED,
        OrderStatus.DECLINED,
        OrderStatus.EXPIRED,
        OrderStatus.CANCELLED,
    }
    assert all(not MOVES[status] for status in OrderStatus if status not in OPEN)
    assert set(STATUS_WORDS) == set(OrderStatus)


def test_what_is_ready_is_handed_over_or_cancelled_and_never_declined() -> None:
    ready = OrderStatus("san_sang")
    assert {status.value for status in OrderStatus if can_move(ready, status)} == {"da_giao", "da_huy"}


@pytest.mark.parametrize("status", OrderStatus)
def test_the_buyer_calls_off_what_is_not_packed_and_the_stall_what_it_cannot_deliver(status: OrderStatus) -> None:
    assert can_cancel(status) is (status in (OrderStatus.PLACED, OrderStatus.ACCEPTED))
    is_open = status in OPEN
    assert can_move(status, declined_to(status)) is is_open
    assert not can_cancel(status) or can_move(status, OrderStatus.CANCELLED)


def test_what_is_accepted_and_not_paid_has_a_holding_time() -> None:
    """20:00 in Vietnam, so many of its days later; a transfer's, which its buyer does not know of, the next day's."""
    at, late = datetime(2026, 11, 24, 2, 0, tzinfo=UTC), datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert hold_deadline(PayChoice.TRANSFER, at, 3, NIGHT) == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    assert hold_deadline(PayChoice.ON_RECEIPT, at, 3, NIGHT) == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    assert hold_deadline(PayChoice.ON_RECEIPT, late, 1, NIGHT) == datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


@given(MOMENTS)
def test_a_transfer_has_two_hours_of_the_day_once_its_buyer_knows(known: datetime) -> None:
    due = transfer_deadline(known, None, NIGHT)
    assert due == NIGHT.deadline(known, timedelta(hours=2)) == NIGHT.waking(due)
    assert transfer_deadline(known, known, NIGHT) == NIGHT.deadline(known, timedelta(hours=24))


def test_a_village_that_sleeps_at_eight_answers_when_it_is_awake() -> None:
    early = QuietHours(rules=[QuietRule(begins=time(19), ends=time(5), valid_from=date(2026, 1, 1))])
    assert answer_deadline(PLACED_AT, early).astimezone(VIETNAM).hour == 5
    assert hold_deadline(PayChoice.ON_RECEIPT, PLACED_AT, 1, early).astimezone(VIETNAM).hour == 5


@pytest.mark.parametrize("status", OrderStatus)
def test_only_what_a_clock_ended_is_taken_up_again_and_for_three_days(status: OrderStatus) -> None:
    ended, tick = PLACED_AT, timedelta(microseconds=1)
    is_over_by_time = status is OrderStatus.EXPIRED
    within = [ended, ended + timedelta(days=3) - tick]
    assert [can_take_up(status, ended, now) for now in within] == [is_over_by_time] * 2
    assert not can_take_up(status, ended, ended + timedelta(days=3))
    assert not can_take_up(status, None, ended)


def test_each_state_of_a_cart_has_its_own_key() -> None:
    assert len({cart_state("a", 1), cart_state("b", 1), cart_state("a", 2)}) == 3
    assert cart_state("a", 1) == cart_state("a", 1)


# --- as its pages show it -------------------------------------------------------------------------------------------

PLACED_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 25, 2, 51, tzinfo=UTC)
ON_RECEIPT = {"pay_choice": PayChoice.ON_RECEIPT}
PATH = (OrderStatus.PLACED, OrderStatus.ACCEPTED, OrderStatus.READY, OrderStatus.DELIVERED)


def life(status: OrderStatus, come_to: OrderStatus = OrderStatus.PLACED, **fields: object) -> Life:
    """An order that came so far, an hour a step from 9:00 on, to be paid by transfer and fetched."""
    to = PATH.index(status if status in PATH else come_to)
    at = [PLACED_AT + timedelta(hours=hour) if hour <= to else None for hour in range(len(PATH))]
    moments = dict(zip(("placed_at", "accepted_at", "ready_at", "completed_at"), at, strict=True))
    values = {"pay_choice": PayChoice.TRANSFER, "delivery": Delivery.PICKUP_POINT, "due_at": None}
    return Life(status=status, **({"ended_reason": None, "as_of": PLACED_AT} | values | moments | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "kind", "may"),
    [
        (OrderStatus.PLACED, "sun", "answer cancel"),
        (OrderStatus.ACCEPTED, "leaf", "get_ready hand_over cancel"),
        (OrderStatus.READY, "leaf", "hand_over"),
        (OrderStatus.DELIVERED, "leaf", ""),
        (OrderStatus.DECLINED, "line", ""),
        (OrderStatus.EXPIRED, "line", ""),
        (OrderStatus.CANCELLED, "line", ""),
    ],
)
def test_each_state_has_its_colour_and_its_buttons(status: OrderStatus, kind: str, may: str) -> None:
    order = life(status)
    buttons = [name for name in ("answer", "get_ready", "hand_over", "cancel") if getattr(order, f"can_{name}")]
    assert (order.kind, " ".join(buttons)) == (kind, may)


@pytest.mark.parametrize(
    ("order", "steps"),
    [
        (life(OrderStatus.PLACED), ["done 09:00 24/11", "now", "next", "next"]),
        (life(OrderStatus.ACCEPTED), ["done 09:00 24/11", "done 10:00 24/11", "now", "next"]),
        (life(OrderStatus.READY), ["done 09:00 24/11", "done 10:00 24/11", "done 11:00 24/11", "now"]),
        (
            life(OrderStatus.DELIVERED),
            ["done 09:00 24/11", "done 10:00 24/11", "done 11:00 24/11", "done 12:00 24/11"],
        ),
        (life(OrderStatus.EXPIRED), ["done 09:00 24/11", "now"]),
        (
            life(OrderStatus.CANCELLED, OrderStatus.ACCEPTED, ended_reason="Người mua hủy"),
            ["done 09:00 24/11", "done 10:00 24/11", "now Người mua hủy"],
        ),
    ],
)
def test_the_steps_say_what_was_is_and_will_be(order: Life, steps: list[str]) -> None:
    assert [f"{state} {when}".rstrip() for _, state, when in order.steps()] == steps


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (life(OrderStatus.PLACED, due_at=PLACED_AT), "trả lời trước 9 giờ sáng nay"),
        (life(OrderStatus.PLACED), "đơn không tự hết hạn"),
        (life(OrderStatus.ACCEPTED, due_at=PLACED_AT, **ON_RECEIPT), "mời đến nhận trước giờ đó"),
        (life(OrderStatus.ACCEPTED, due_at=TOMORROW, **ON_RECEIPT), "Giữ hàng cho bạn đến 9 giờ 51 sáng mai"),
        (life(OrderStatus.ACCEPTED, due_at=TOMORROW), "trả tiền trước 9 giờ 51 sáng mai"),
        (life(OrderStatus.ACCEPTED, due_at=TOMORROW, acceptance=Acceptance.UNKNOWN), "có 2 giờ ban ngày"),
        (life(OrderStatus.ACCEPTED, due_at=TOMORROW, said_paid_at=PLACED_AT), "để người bán kiểm tra"),
        (life(OrderStatus.ACCEPTED), "hàng giữ cho bạn đến khi giao"),
        (life(OrderStatus.READY), "mời bạn đến nhận"),
        (life(OrderStatus.READY, delivery=Delivery.IN_COMMUNE), "sẽ giao đến bạn"),
        (life(OrderStatus.READY, delivery=Delivery.SHIPPED), "gửi đi cho bạn"),
        (life(OrderStatus.DELIVERED), "Cảm ơn bạn"),
        (life(OrderStatus.DECLINED), "Mời chọn món khác"),
        (life(OrderStatus.EXPIRED), "quá giờ"),
        (life(OrderStatus.CANCELLED), "Đơn đã hủy"),
    ],
)
def test_a_buyer_is_told_what_comes_next(order: Life, sentence: str) -> None:
    assert sentence in order.buyer_sentence()


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (life(OrderStatus.PLACED, due_at=TOMORROW), "Trả lời trước 9 giờ 51 sáng mai, quá giờ hàng tự trả lại gian."),
        (life(OrderStatus.PLACED, due_at=TOMORROW, is_held=False), "Trả lời trước 9 giờ 51 sáng mai, quá giờ đơn hết"),
        (life(OrderStatus.PLACED), "Khách đã trả tiền"),
        (life(OrderStatus.ACCEPTED, due_at=TOMORROW), "Giữ hàng cho khách đến 9 giờ 51 sáng mai."),
        (
            life(OrderStatus.ACCEPTED, due_at=TOMORROW, acceptance=Acceptance.UNKNOWN),
            "chưa xem là bạn đã nhận đơn nên hàng giữ đến 9 giờ 51 sáng mai",
        ),
        (life(OrderStatus.EXPIRED, due_at=PLACED_AT), "hết giờ lúc 9 giờ sáng nay. Mời gọi hỏi khách"),
    ],
)
def test_a_stall_is_told_until_when_and_what_it_can_still_do(order: Life, sentence: str) -> None:
    assert sentence in order.seller_sentence()


@pytest.mark.parametrize(
    "order",
    [
        life(OrderStatus.ACCEPTED),
        life(OrderStatus.READY),
        life(OrderStatus.DELIVERED),
        life(OrderStatus.DECLINED),
        life(OrderStatus.CANCELLED),
        life(OrderStatus.EXPIRED, due_at=PLACED_AT - timedelta(days=3)),
    ],
)
def test_where_no_clock_runs_no_deadline_is_told(order: Life) -> None:
    assert (order.seller_sentence(), order.seller_deadline(), order.buyer_deadline()) == ("", "", "")
    assert not order.can_take_up


@pytest.mark.parametrize(
    ("order", "to_buyer", "to_seller"),
    [
        (life(OrderStatus.PLACED, due_at=TOMORROW), "Người bán trả lời trước", "Trả lời trước"),
        (life(OrderStatus.ACCEPTED, due_at=TOMORROW, **ON_RECEIPT), "Giữ hàng cho bạn đến", "Giữ hàng đến"),
        (life(OrderStatus.ACCEPTED, due_at=TOMORROW), "Trả tiền trước", "Giữ hàng đến"),
    ],
)
def test_each_deadline_is_told_to_whom_it_binds(order: Life, to_buyer: str, to_seller: str) -> None:
    assert order.buyer_deadline() == f"{to_buyer} 9 giờ 51 sáng mai"
    assert order.seller_deadline() == f"{to_seller} 9 giờ 51 sáng mai"
