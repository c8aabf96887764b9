"""Quantities are whole thousandths of their unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.values.money import Dong
from market.values.quantity import (
    UNITS,
    format_number,
    format_quantity,
    line_total,
    parse_quantity,
    price_per_base,
    typed_number,
    unit,
)

KG = unit("kg")
MOST = 999_999_000


@pytest.mark.parametrize(("typed", "amount"), {"2": 2000, "0,5": 500, "0.5": 500, "1,2": 1200, " 3 ": 3000}.items())
def test_amounts_read_with_comma_or_point(typed: str, amount: int) -> None:
    assert parse_quantity(typed, KG) == amount


@pytest.mark.parametrize("typed", ["", "nửa cân", "-1", "1,2,3", "1.2345", "٢", "1/2", "1e3", "1 234"])
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="Viết như 2 hoặc 0,5"):
        parse_quantity(typed, KG)


def test_a_number_that_reads_two_ways_is_asked_about() -> None:
    with pytest.raises(ValueError, match="1200 hay 1,200"):
        parse_quantity("1.200", KG)
    assert parse_quantity("0.500", KG) == 500


def test_nothing_cannot_be_bought() -> None:
    with pytest.raises(ValueError, match="lớn hơn 0"):
        parse_quantity("0", KG)


def test_bunches_come_whole() -> None:
    with pytest.raises(ValueError, match="Bán theo từng 1\u00a0mớ"):
        parse_quantity("0,5", unit("mo"))


def test_a_kilogram_is_sold_by_the_hundred_grams() -> None:
    with pytest.raises(ValueError, match="Bán theo từng 0,1\u00a0kg"):
        parse_quantity("0,55", KG)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="đơn vị"):
        unit("gang tay")


@given(st.sampled_from(sorted(UNITS)), st.integers(min_value=1, max_value=9_999_999))
def test_what_is_written_reads_back(code: str, steps: int) -> None:
    one = unit(code)
    amount = min(steps * one.step, MOST)
    assert parse_quantity(typed_number(amount), one) == amount
    assert format_quantity(amount, one).endswith(one.name)


@pytest.mark.parametrize(("amount", "text"), {500: "0,5", 1000: "1", 1_200_000: "1.200", 1250: "1,25"}.items())
def test_numbers_carry_no_needless_zeros(amount: int, text: str) -> None:
    assert format_number(amount) == text


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=1, max_value=10**6))
def test_a_line_is_rounded_to_the_nearest_dong(price: int, amount: int) -> None:
    total = line_total(Dong(price), amount)
    assert isinstance(total, Dong)
    assert abs(total * 1000 - price * amount) <= 500


def test_half_a_dong_goes_up() -> None:
    assert line_total(Dong(1), 500) == 1
    assert line_total(Dong(35_000), 500) == 17_500


def test_prices_compare_by_the_base_unit() -> None:
    assert price_per_base(Dong(5_000), unit("lang"), None, None) == (50_000, KG)
    assert price_per_base(Dong(60_000), unit("tui"), 2000, KG) == (30_000, KG)
    assert price_per_base(Dong(90_000), unit("doi"), None, None) == (45_000, unit("con"))
    assert price_per_base(Dong(30_000), unit("chuc"), None, None) == (3_000, unit("qua"))


@pytest.mark.parametrize(("code", "pack", "pack_unit"), [("kg", None, None), ("tui", None, None), ("mo", None, None)])
def test_a_price_that_says_nothing_new_is_not_said(code: str, pack: int | None, pack_unit: str | None) -> None:
    assert price_per_base(Dong(10_000), unit(code), pack, unit(pack_unit) if pack_unit else None) is None


@pytest.mark.parametrize("code", sorted(UNITS))
def test_every_unit_is_measured_in_one_that_exists(code: str) -> None:
    one = UNITS[code]
    assert one.base in UNITS
    assert UNITS[one.base].base == one.base
    assert one.per_base > 0
    assert 1000 % one.step == 0
