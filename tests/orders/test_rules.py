"""The clocks and moves of an order, as pure rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.orders.rules import (
    MOVES,
    OPEN,
    STATUS_WORDS,
    OrderStatus,
    PayChoice,
    answer_deadline,
    can_move,
    cart_state,
    hold_deadline,
    status_at,
)
from market.values.period import VIETNAM

MOMENTS = st.integers(0, 500_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("placed", "due"),
    [
        ("2026-11-24T09:00", "2026-11-24T20:00"),
        ("2026-11-24T15:59", "2026-11-24T20:00"),
        ("2026-11-24T16:01", "2026-11-24T20:01"),
        ("2026-11-24T22:00", "2026-11-25T02:00"),
        ("2026-11-24T00:30", "2026-11-24T20:00"),
    ],
)
def test_a_stall_answers_until_eight_or_for_four_hours(placed: str, due: str) -> None:
    at = datetime.fromisoformat(placed).replace(tzinfo=VIETNAM)
    assert answer_deadline(at) == datetime.fromisoformat(due).replace(tzinfo=VIETNAM)


@given(MOMENTS)
def test_a_stall_always_has_four_hours_and_never_more_than_a_day(placed: datetime) -> None:
    assert timedelta(hours=4) <= answer_deadline(placed) - placed <= timedelta(hours=20)


@given(st.sampled_from(OrderStatus), st.none() | MOMENTS, MOMENTS)
def test_time_ends_only_what_waits(status: OrderStatus, due: datetime | None, now: datetime) -> None:
    shown = status_at(status, due, now)
    if shown is not status:
        assert shown is OrderStatus.EXPIRED
        assert can_move(status, OrderStatus.EXPIRED)
        assert due is not None
        assert due <= now


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


def test_only_a_transfer_has_a_holding_time() -> None:
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    assert hold_deadline(PayChoice.ON_RECEIPT, at) is None
    assert hold_deadline(PayChoice.TRANSFER, at) == at + timedelta(minutes=30)


def test_each_state_of_a_cart_has_its_own_key() -> None:
    assert len({cart_state("a", 1), cart_state("b", 1), cart_state("a", 2)}) == 3
    assert cart_state("a", 1) == cart_state("a", 1)
