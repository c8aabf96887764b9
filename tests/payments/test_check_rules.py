"""When a notice is what its provider tells of it, and when it is asked about again: on plain values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from market.payments.rules.checks import (
    ASK_AGAIN_AFTER,
    CheckOutcome,
    Difference,
    Noticed,
    ToldTransfer,
    ask_first,
    ask_next,
    check_words,
    differences,
)

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NOTICED = Noticed(account="0071000888888", amount=150_000, memo="DS7K2M9PM", occurred_at=AT, letters="DS")
TOLD = ToldTransfer(
    provider_txn_id="7",
    accounts=("0071000888888",),
    is_incoming=True,
    amount=150_000,
    memo="MBVCB.77.ds7k 2m9pm.CT tu 0123 toi 0071000888888",
    occurred_at=AT,
    payer=None,
)


def test_the_same_transaction_is_known_however_its_memo_is_wrapped() -> None:
    assert differences(NOTICED, TOLD) == ()
    assert differences(NOTICED, replace(TOLD, accounts=("9", "0071000888888"))) == ()
    assert differences(NOTICED, replace(TOLD, occurred_at=AT + timedelta(minutes=4))) == ()


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        ({"accounts": ("0900000013",)}, Difference.ACCOUNT),
        ({"is_incoming": False}, Difference.DIRECTION),
        ({"amount": 15_000}, Difference.AMOUNT),
        ({"occurred_at": AT - timedelta(days=30)}, Difference.TIME),
        ({"memo": "tra tien an"}, Difference.CODE),
        ({"memo": "DS7K2M9PM DS1XDX0AN"}, Difference.CODE),
    ],
)
def test_what_differs_is_named(said: dict[str, object], differs: Difference) -> None:
    assert differences(NOTICED, replace(TOLD, **said)) == (differs,)  # type: ignore[arg-type]


def next_ask(outcome: CheckOutcome, times: int, *, was_confirmed: bool = False, after: timedelta) -> timedelta | None:
    now = AT + after
    found = ask_next(outcome, times=times, was_confirmed=was_confirmed, received_at=AT, now=now)
    return found - now if found else None


def test_it_is_asked_again_ever_later_then_daily_for_a_month() -> None:
    assert ask_first(AT) == AT + timedelta(minutes=1)
    hour = timedelta(hours=1)
    waits = [next_ask(CheckOutcome.UNKNOWN, times, after=hour) for times in range(1, 7)]
    assert waits == [*ASK_AGAIN_AFTER[1:], timedelta(days=1), timedelta(days=1)]
    assert next_ask(CheckOutcome.DIFFERS, 30, after=timedelta(days=28)) == timedelta(days=1)
    assert next_ask(CheckOutcome.UNKNOWN, 31, after=timedelta(days=29)) is None
    assert next_ask(CheckOutcome.GAVE_UP, 1, after=hour) is None


def test_what_was_confirmed_is_asked_about_once_more_and_no_oftener() -> None:
    assert next_ask(CheckOutcome.CONFIRMED, 1, after=timedelta(hours=1)) == timedelta(days=7)
    for outcome in CheckOutcome:
        assert next_ask(outcome, 2, was_confirmed=True, after=timedelta(days=8)) is None


def test_every_outcome_has_its_words() -> None:
    said = {check_words("SePay", one, was_confirmed=False) for one in (*CheckOutcome, None)}
    assert len(said) == 5
    assert check_words("SePay", CheckOutcome.CONFIRMED, was_confirmed=True) == "SePay đã xác nhận"
    assert "không còn thấy" in check_words("SePay", CheckOutcome.DIFFERS, was_confirmed=True)
