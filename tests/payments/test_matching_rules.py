"""Which order a memo may have meant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.orders.rules import OrderStatus
from market.payments.rules.matching import Candidate, Likeness, Suggester, split_exactly
from market.payments.rules.status import PaidStatus, Stage, keeps_order, paid_status, remaining, stage_of, surplus
from market.values.codes import ALPHABET, new_order_code, squash
from market.values.spelling import is_one_slip

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CODES = [f"DS{number:06d}X" for number in range(100_001, 100_500)]
MARKET = [
    Candidate(order_id=at, code=code, remaining=10_000 + at, placed_at=NOW - timedelta(minutes=at))
    for at, code in enumerate(["DS7K2M9PM", *CODES], start=1)
]
SUGGESTER = Suggester(MARKET)


def best(memo: str, amount: int) -> tuple[int, Likeness] | None:
    found = SUGGESTER.suggest(memo, amount, NOW)
    return (found[0].order_id, found[0].likeness) if found else None


@pytest.mark.parametrize(
    "memo",
    [
        "DS7K2M9PX",
        "DS7K2M9P",
        "S7K2M9PM",
        "DS7K2MP9M",
        "DS77K2M9PM",
        "D57K2M9PM",
        "mbvcb.1. ds7k-2m9px .CT tu 0123",
        "CT DS7K2XM9PM tu 0123",
    ],
)
def test_a_code_with_one_slip_finds_its_order_among_500(memo: str) -> None:
    assert best(memo, 10_001) == (1, Likeness.NEAR_CODE_SAME_AMOUNT)
    assert best(memo, 777) == (1, Likeness.NEAR_CODE)


def test_an_exact_code_comes_first_whatever_the_amount() -> None:
    assert best("CT DEN DS7K2M9PM FT26", 5) == (1, Likeness.SAME_CODE)


def test_the_amount_alone_is_the_weakest_sign_and_never_from_before_the_order() -> None:
    assert best("Nguyen Thi Mai chuyen tien", 10_020) == (20, Likeness.SAME_AMOUNT)
    placed = MARKET[19].placed_at
    assert SUGGESTER.suggest("chuyen tien", 10_020, placed)[0].order_id == 20
    assert SUGGESTER.suggest("chuyen tien", 10_020, placed - timedelta(microseconds=1)) == ()


def test_nothing_alike_suggests_nothing() -> None:
    assert best("tien dien thang 11", 5) is None
    assert best("DSK2M97PM", 5) is None, "a letter that moved by more than one place is two slips"
    assert Suggester([]).suggest("DS7K2M9PM", 5, NOW) == ()


def test_at_most_three_are_suggested_the_likeliest_first() -> None:
    candidates = [
        Candidate(order_id=order, code=code, remaining=500, placed_at=NOW - timedelta(hours=order))
        for order, code in enumerate(["DS7K2M9PM", "DS7K2M9PN", "DSAAAAAAA", "DSBBBBBBB"], start=1)
    ]
    found = Suggester(candidates).suggest("DS7K2M9PN", 500, NOW)
    assert [one.likeness for one in found] == [
        Likeness.SAME_CODE,
        Likeness.NEAR_CODE_SAME_AMOUNT,
        Likeness.SAME_AMOUNT,
    ]


def test_of_orders_equally_likely_the_nearest_in_time_comes_first_then_the_older() -> None:
    candidates = [
        Candidate(order_id=order, code=f"DSAAAAAA{order}", remaining=500, placed_at=NOW - timedelta(minutes=minutes))
        for order, minutes in ((4, 7), (3, 7), (2, 30), (1, 60))
    ]
    assert [one.order_id for one in Suggester(candidates).suggest("tien", 500, NOW, most=4)] == [3, 4, 2, 1]
    assert [one.order_id for one in Suggester(candidates).suggest("tien", 500, NOW)] == [3, 4, 2]
    early = NOW - timedelta(minutes=40)
    named = Suggester(candidates).suggest("DSAAAAAA9", 500, early)
    assert [one.order_id for one in named] == [2, 1, 3], "a code is believed, however early its money came"


def edits(code: str) -> st.SearchStrategy[str]:
    letters = st.sampled_from(ALPHABET)
    places = st.integers(0, len(code) - 1)
    changed = st.tuples(places, letters).map(lambda x: code[: x[0]] + x[1] + code[x[0] + 1 :])
    added = st.tuples(places, letters).map(lambda x: code[: x[0]] + x[1] + code[x[0] :])
    left_out = places.map(lambda at: code[:at] + code[at + 1 :])
    swapped = st.integers(0, len(code) - 2).map(lambda at: code[:at] + code[at + 1] + code[at] + code[at + 2 :])
    return st.one_of(changed, added, left_out, swapped)


@given(st.builds(new_order_code, st.just("DS")).flatmap(lambda code: st.tuples(st.just(code), edits(code))))
def test_every_single_slip_is_near_and_is_suggested(pair: tuple[str, str]) -> None:
    code, typed = pair
    assert typed == code or (is_one_slip(typed, code) and is_one_slip(code, typed))
    candidate = Candidate(order_id=1, code=code, remaining=5, placed_at=NOW)
    assert Suggester([candidate]).suggest(f"MBVCB.{typed}.CT", 5, NOW)[0].order_id == 1


@given(st.text(ALPHABET, min_size=1, max_size=9), st.text(ALPHABET, min_size=1, max_size=9))
def test_near_is_the_same_both_ways(one: str, other: str) -> None:
    assert is_one_slip(one, other) == is_one_slip(other, one)
    if abs(len(one) - len(other)) > 1:
        assert not is_one_slip(one, other)


@given(st.text(max_size=80), st.integers(1, 10**9))
def test_any_memo_can_be_asked_about(memo: str, amount: int) -> None:
    assert len(SUGGESTER.suggest(memo, amount, NOW)) <= 3
    assert squash(memo).isascii()


def test_money_for_several_orders_is_split_only_to_the_dong() -> None:
    assert split_exactly(30_000, [10_000, 20_000])
    assert split_exactly(10_000, [1, 9_999])
    assert not split_exactly(30_001, [10_000, 20_000])
    assert not split_exactly(10_000, [10_000])
    assert not split_exactly(10_000, [10_000, 0])


@pytest.mark.parametrize(
    ("received", "status", "left", "over"),
    [
        (0, PaidStatus.UNPAID, 200_000, 0),
        (1, PaidStatus.PARTIAL, 199_999, 0),
        (199_999, PaidStatus.PARTIAL, 1, 0),
        (200_000, PaidStatus.PAID, 0, 0),
        (200_001, PaidStatus.OVERPAID, 0, 1),
    ],
)
def test_the_status_derives_from_the_sums(received: int, status: PaidStatus, left: int, over: int) -> None:
    assert paid_status(200_000, received) is status
    assert (remaining(200_000, received), surplus(200_000, received)) == (left, over)
    assert status.is_settled == (left == 0)


@pytest.mark.parametrize(("received", "keeps"), [(99_999, False), (100_000, True), (200_000, True)])
def test_half_of_what_was_asked_keeps_an_order(received: int, keeps: bool) -> None:
    assert keeps_order(200_000, received) is keeps


@pytest.mark.parametrize(
    ("order", "paid", "stage", "in_cash"),
    [
        (OrderStatus.PLACED, PaidStatus.PARTIAL, Stage.AWAITING_ACCEPTANCE, Stage.AWAITING_ACCEPTANCE),
        (OrderStatus.PLACED, PaidStatus.PAID, Stage.DONE, Stage.DONE),
        (OrderStatus.ACCEPTED, PaidStatus.UNPAID, Stage.TRANSFER, Stage.CASH),
        (OrderStatus.READY, PaidStatus.PARTIAL, Stage.TRANSFER, Stage.CASH),
        (OrderStatus.DELIVERED, PaidStatus.UNPAID, Stage.TRANSFER, Stage.CASH),
        (OrderStatus.DELIVERED, PaidStatus.OVERPAID, Stage.DONE, Stage.DONE),
        (OrderStatus.CANCELLED, PaidStatus.PAID, Stage.DO_NOT_TRANSFER, Stage.DO_NOT_TRANSFER),
        (OrderStatus.EXPIRED, PaidStatus.UNPAID, Stage.DO_NOT_TRANSFER, Stage.DO_NOT_TRANSFER),
    ],
)
def test_a_buyer_is_asked_for_money_only_once_accepted_and_until_it_is_in(
    order: OrderStatus, paid: PaidStatus, stage: Stage, in_cash: Stage
) -> None:
    assert stage_of(order, paid, has_account=True) is stage
    assert stage_of(order, paid, has_account=False) is in_cash
