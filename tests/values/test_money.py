"""Money is whole đồng, read as people type it and written as they read it."""

import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from market.values.money import LARGEST, Dong, format_dong, in_words, parse_dong, split

amounts = st.integers(min_value=0, max_value=LARGEST)


@pytest.mark.parametrize(
    ("typed", "amount"),
    {
        "35k": 35_000,
        "35K": 35_000,
        "35 k": 35_000,
        "35.000": 35_000,
        "35,000": 35_000,
        "35000": 35_000,
        "35.000đ": 35_000,
        "35.000 ₫": 35_000,
        "35.000 VND": 35_000,
        "35 nghìn": 35_000,
        "35 ngàn đồng": 35_000,
        "1tr2": 1_200_000,
        "1tr25": 1_250_000,
        "1,2tr": 1_200_000,
        "1.5 triệu": 1_500_000,
        "2 củ": 2_000_000,
        "1 triệu rưỡi": 1_500_000,
        "2tr rưỡi": 2_500_000,
        "1tr250k": 1_250_000,
        "1 triệu 50 nghìn": 1_050_000,
        "３５０００": 35_000,
        "1 tỷ": 1_000_000_000,
        "1ty2": 1_200_000_000,
        "1.234.567": 1_234_567,
        "0": 0,
    }.items(),
)
def test_money_reads_as_people_type_it(typed: str, amount: int) -> None:
    assert parse_dong(typed) == amount
    assert isinstance(parse_dong(typed), Dong)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "rẻ",
        "-5",
        "1.5",
        "12.34",
        "1,2tr5",
        "35kk",
        "k",
        "tr2",
        "rưỡi",
        "1tr2k",
        "1,2tr rưỡi",
        "1e5",
        "٣٥",
        "12.0000",
        "5 $",
    ],
)
def test_what_is_no_money_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="Viết như"):
        parse_dong(typed)


def test_a_slip_of_the_thumb_is_noticed() -> None:
    with pytest.raises(ValueError, match="thừa số 0"):
        parse_dong("9999999999999")


@given(amounts)
def test_what_is_written_reads_back(amount: int) -> None:
    assert parse_dong(format_dong(amount)) == amount
    assert parse_dong(str(amount)) == amount


@given(st.integers(min_value=0, max_value=999_999))
def test_thousands_read_in_every_spelling(thousands: int) -> None:
    assert parse_dong(f"{thousands}k") == parse_dong(f"{thousands} nghìn") == thousands * 1000


@pytest.mark.parametrize("amount", [1.0, "1", None, True])
def test_money_is_never_anything_but_an_integer(amount: object) -> None:
    with pytest.raises(ValueError, match="số đồng chẵn"):
        Dong(amount)  # type: ignore[arg-type]


@given(amounts, amounts)
def test_sums_and_differences_stay_money(a: int, b: int) -> None:
    for result in (Dong(a) + Dong(b), Dong(a) - b, sum([Dong(a), Dong(b)]), Dong(a) * 3, 3 * Dong(a), -Dong(a)):
        assert isinstance(result, Dong)
    assert Dong(a) + Dong(b) - Dong(b) == a


def test_money_survives_the_journey_to_a_job() -> None:
    assert isinstance(pickle.loads(pickle.dumps(Dong(5))), Dong)  # noqa: S301


@given(amounts, st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=20))
def test_a_split_loses_no_dong_and_favours_nobody(amount: int, weights: list[int]) -> None:
    whole = sum(weights)
    assume(whole > 0)
    parts = split(Dong(amount), weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - amount * weight) < whole


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
def test_nothing_can_be_split_by_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(Dong(10), weights)


@pytest.mark.parametrize(
    ("amount", "words"),
    {
        0: "Không đồng",
        5: "Năm đồng",
        10: "Mười đồng",
        15: "Mười lăm đồng",
        21: "Hai mươi mốt đồng",
        105: "Một trăm linh năm đồng",
        395_000: "Ba trăm chín mươi lăm nghìn đồng",
        1_000_000: "Một triệu đồng",
        1_005_000: "Một triệu không trăm linh năm nghìn đồng",
        12_345_678: "Mười hai triệu ba trăm bốn mươi lăm nghìn sáu trăm bảy mươi tám đồng",
        2_000_000_000: "Hai tỷ đồng",
        -7: "Âm bảy đồng",
    }.items(),
)
def test_amounts_are_said_in_words(amount: int, words: str) -> None:
    assert in_words(amount) == words


@given(amounts)
def test_words_never_stumble(amount: int) -> None:
    words = in_words(amount)
    assert words.endswith(" đồng")
    assert "  " not in words
