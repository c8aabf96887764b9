"""Which prices are asked back: ten times what it was or what its kind costs, and what looks like thousands left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.catalog.rules import guess_ocop_set, guess_unit, usual_units
from market.catalog.rules.prices import KnownPrices, Priced, unlikely
from market.values.money import Dong
from market.values.quantity import UNITS


def priced(price: int, unit: str = "kg", pack: tuple[int, str] | None = None) -> Priced:
    amount, of = pack or (None, None)
    return Priced(price=Dong(price), unit=unit, pack_amount=amount, pack_unit=of)


def asked(new: Priced, before: Priced | None = None, name: str = "", **alike: list[Priced]) -> str:
    return unlikely(new, KnownPrices(before=before, ocop_set=guess_ocop_set(name), **alike)) or ""


@pytest.mark.parametrize(
    ("new", "before", "said"),
    [
        (priced(1_200_000), priced(30_000), "cao gấp 40 lần giá trước"),
        (priced(300_000), priced(30_000), "cao gấp 10 lần giá trước"),
        (priced(3_000), priced(30_000), "thấp hơn 10 lần so với giá trước"),
        (priced(299_000), priced(30_000), ""),
        (priced(3_001), priced(30_000), ""),
        (priced(2_500_000, "ta"), priced(25_000), ""),
        (priced(25_000, "ta"), priced(25_000), "thấp hơn 100 lần"),
        (priced(150_000, "tui", (5000, "kg")), priced(30_000), ""),
        (priced(1_200_000, "con"), priced(30_000), ""),
        (priced(200, "g"), priced(15, "g"), "cao gấp 13 lần"),
        (priced(1_500_000, "tui"), priced(150_000, "tui", (5000, "kg")), "cao gấp 10 lần"),
        (priced(160_000, "tui"), priced(150_000, "tui", (5000, "kg")), ""),
        (priced(150_000, "tui", (500_000, "g")), priced(150_000, "tui", (5000, "kg")), "cao gấp 10 lần"),
    ],
)
def test_ten_times_what_it_was_is_asked_back(new: Priced, before: Priced, said: str) -> None:
    found = asked(new, before)
    assert (said in found) if said else found == ""


@pytest.mark.parametrize(
    ("name", "price", "unit"),
    [
        ("Cà chua", 1_000_000, "kg"),
        ("ca chua bi", 1_000_000, "kg"),
        ("Rau muống", 120_000, "mo"),
        ("Trứng gà ta", 350_000, "qua"),
        ("Gạo nếp", 3_200_000, "kg"),
        ("Gạo nếp", 3_200, "kg"),
        ("Mật ong", 20_000, "lit"),
        ("Cà chua", 500, "kg"),
        ("Tranh thêu", 500, "buc"),
        ("Đồ lạ", 35, "kg"),
    ],
)
def test_what_no_such_goods_cost_is_asked_back_on_an_empty_market(name: str, price: int, unit: str) -> None:
    assert asked(priced(price, unit), name=name)


@pytest.mark.parametrize(
    ("name", "price", "unit"),
    [
        ("Cà chua", 25_000, "kg"),
        ("Rươi tươi", 420_000, "kg"),
        ("Gà trống thiến", 1_200_000, "con"),
        ("Rau muống", 3_000, "mo"),
        ("Trứng gà", 35_000, "chuc"),
        ("Tranh thêu", 8_000_000, "buc"),
        ("Muối", 15, "g"),
        ("Lợn giống", 2_500_000, "con"),
    ],
)
def test_what_such_goods_cost_is_not(name: str, price: int, unit: str) -> None:
    assert asked(priced(price, unit), name=name) == ""


def test_goods_of_the_same_name_come_before_those_of_the_same_kind() -> None:
    dear, cheap = [priced(900_000)], [priced(20_000)] * 5
    assert asked(priced(1_000_000), same_name=dear, same_kind=cheap) == ""
    assert "hàng cùng loại trên chợ (20.000\u00a0₫/kg)" in asked(priced(1_000_000), same_kind=cheap)
    assert asked(priced(1_000_000), same_kind=cheap[:2]) == ""


def test_the_price_that_stands_is_never_asked_back() -> None:
    dear = priced(1_000_000)
    assert asked(dear, dear, "Cà chua", same_name=[priced(20_000)]) == ""


@given(price=st.integers(1, 10**9), before=st.integers(1, 10**9), unit=st.sampled_from(sorted(UNITS)))
def test_it_is_asked_back_whenever_it_is_ten_times_or_a_tenth_of_it(price: int, before: int, unit: str) -> None:
    is_far = price >= 10 * before or price * 10 <= before
    assert not is_far or asked(priced(price, unit), priced(before, unit))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Rau muống mớ to", "mo"),
        ("rau muong", "mo"),
        ("Su hào non", "cu"),
        ("Bắp cải", "bap"),
        ("Chuối tiêu", "nai"),
        ("Trứng gà ta", "chuc"),
        ("Cà chua", "kg"),
        ("Gạo lứt bãi rươi", "kg"),
        ("Nước mắm cáy", "chai"),
        ("Bồ câu ra ràng", "con"),
        ("Tranh thêu tay", "buc"),
        ("Thứ lạ", None),
        ("", None),
    ],
)
def test_the_usual_unit_of_a_name(name: str, unit: str | None) -> None:
    assert guess_unit(name) == unit


def test_every_usual_unit_is_one() -> None:
    assert set(usual_units().values()) <= UNITS.keys()
