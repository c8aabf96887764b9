"""Whole codes are found in whatever banks make of a memo, and no memo pays another's order."""

import random
from datetime import UTC, datetime

import pytest

from market.payments.rules.matching import Candidate, Likeness, Suggester
from market.values.codes import find_codes, new_order_code
from market.values.money import Dong
from tests.nights import IS_NIGHT
from tests.payments.memos import CLEAN, NAMES, SLIPPED, WORDS

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OPEN_ORDERS = 500
SAMPLES = 50_000 if IS_NIGHT else 1_500
"""Memos in all, of every mangling in turn."""
EARLIER = random.Random(33)


@pytest.fixture(scope="module")
def orders() -> list[Candidate]:
    codes = dict.fromkeys(new_order_code("DS") for _ in range(OPEN_ORDERS))
    amounts = [Dong(EARLIER.randrange(5, 400) * 1_000) for _ in codes]
    return [
        Candidate(order_id=number, code=code, remaining=amount, placed_at=NOW)
        for number, (code, amount) in enumerate(zip(codes, amounts, strict=True), start=1)
    ]


def test_there_are_enough_manglings() -> None:
    assert len(CLEAN) >= 12


def test_every_whole_code_is_found_and_no_other_order_s(orders: list[Candidate]) -> None:
    draw, open_codes = random.Random(7), {one.code for one in orders}
    for number in range(SAMPLES):
        mangle = list(CLEAN.values())[number % len(CLEAN)]
        meant = draw.choice(orders)
        memo = mangle(draw, meant.code)
        assert open_codes.intersection(find_codes(memo, "DS")) == {meant.code}, (mangle.__name__, memo)


def test_no_slip_and_no_talk_pays_another_order(orders: list[Candidate]) -> None:
    draw, open_codes = random.Random(8), {one.code for one in orders}
    for number in range(SAMPLES):
        mangle = list(SLIPPED.values())[number % len(SLIPPED)]
        meant = draw.choice(orders)
        wrong = open_codes.intersection(find_codes(mangle(draw, meant.code), "DS")) - {meant.code}
        assert not wrong
        talk = f"{draw.choice(NAMES)} {draw.choice(WORDS)} DS {draw.choice(WORDS)} {draw.randrange(10**9)}"
        assert not open_codes.intersection(find_codes(talk, "DS")), talk


@pytest.mark.parametrize("slip", SLIPPED)
def test_a_slip_with_the_right_amount_suggests_the_right_order(orders: list[Candidate], slip: str) -> None:
    draw, suggester = random.Random(9), Suggester(orders)
    tries = SAMPLES // 25
    for _ in range(tries):
        meant = draw.choice(orders)
        found = suggester.suggest(SLIPPED[slip](draw, meant.code), meant.remaining, NOW)
        assert found[0].order_id == meant.order_id
        assert found[0].likeness <= Likeness.NEAR_CODE_SAME_AMOUNT


def test_who_paid_before_is_asked_before_an_amount_alone() -> None:
    orders = [
        Candidate(order_id=1, code="DS2345678", remaining=Dong(50_000), placed_at=NOW, buyer="+84900000021"),
        Candidate(order_id=2, code="DS8765432", remaining=Dong(50_000), placed_at=NOW, buyer="+84900000022"),
        Candidate(order_id=3, code="DSBBBBBBB", remaining=Dong(70_000), placed_at=NOW, buyer="+84900000022"),
    ]
    found = Suggester(orders).suggest("cam on", 50_000, NOW, payers={"+84900000022"})
    assert [(one.order_id, one.likeness) for one in found] == [
        (2, Likeness.SAME_PAYER_SAME_AMOUNT),
        (1, Likeness.SAME_AMOUNT),
        (3, Likeness.SAME_PAYER),
    ]
