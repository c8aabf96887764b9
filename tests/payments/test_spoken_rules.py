"""What the loudspeaker says: every sentence from recordings that exist, short enough, and never how much came alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.payments.rules.spoken import CLIPS, PHRASES, Comparison, clips_of, compared, headline, sentence
from market.values.money import in_words
from tests.architecture.sources import MARKET

FOLDER = MARKET / "static" / "vendor" / "espeak-ng@1.51"
PLACES: dict[str, tuple[float, float]] = json.loads((FOLDER / "clips.json").read_text())
REST = 0.06
"""js/loud.js leaves so much between two recordings."""
LONGEST = 8.0
TONE = 0.8
"""Seconds of the tones before it, at most."""


def seconds(spoken: str) -> float:
    return sum(PLACES[clip][1] + REST for clip in clips_of(spoken))


@pytest.mark.parametrize(
    ("amount", "words"),
    {
        1_005: "một nghìn không trăm linh năm",
        1_050_000: "một triệu không trăm năm mươi nghìn",
        199_800: "một trăm chín mươi chín nghìn tám trăm",
        21_000: "hai mươi mốt nghìn",
        11_000: "mười một nghìn",
        25_000: "hai mươi lăm nghìn",
        15_000: "mười lăm nghìn",
        999_999_000: "chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn",
    }.items(),
)
def test_amounts_are_spoken_as_invoices_spell_them(amount: int, words: str) -> None:
    assert sentence(Comparison.EXACT, amount) == f"Đủ tiền: {words} đồng."


@given(st.integers(1, 999_999_999_999), st.sampled_from(Comparison))
def test_every_amount_is_put_together_from_recordings_that_ship(amount: int, comparison: Comparison) -> None:
    spoken = sentence(comparison, amount)
    clips = clips_of(spoken)
    assert all(clip in PLACES for clip in clips)
    heard = " ".join(clips)
    assert heard == " ".join(spoken.lower().translate(str.maketrans("", "", ".,:")).split()), "no word more or less"
    assert in_words(amount).lower() in spoken


def test_every_amount_up_to_a_billion_is_said_within_eight_seconds() -> None:
    """A group of three digits sounds alike whatever stands before and behind it: the longest of each is the longest."""
    millions = max(range(1, 1000), key=lambda number: seconds(in_words(number * 1_000_000)))
    thousands = max(range(1, 1000), key=lambda number: seconds(in_words(1_000_000 + number * 1_000)))
    amount = millions * 1_000_000 + thousands * 1_000
    parts = seconds(in_words(millions * 1_000_000)) + seconds(in_words(1_000_000 + thousands * 1_000))
    assert seconds(in_words(amount)) == pytest.approx(parts - seconds(in_words(1_000_000)))
    for comparison in Comparison:
        assert TONE + seconds(sentence(comparison, amount)) <= LONGEST, comparison


def test_the_recordings_are_those_that_are_listed_small_and_licensed() -> None:
    assert set(PLACES) == set(CLIPS)
    assert len(CLIPS) == len(set(CLIPS)) <= 60
    sizes = [file.stat().st_size for file in FOLDER.iterdir()]
    assert sum(sizes) <= 300_000
    assert {"LICENSE", "SOURCE.txt"} <= {file.name for file in FOLDER.iterdir()}
    ends = [begins + length for begins, length in PLACES.values()]
    begins = [begin for begin, _ in PLACES.values()]
    assert all(end + REST < begin for end, begin in zip(ends, begins[1:], strict=False)), "none runs into the next"


@pytest.mark.parametrize("spoken", PHRASES.values())
def test_what_is_said_beside_money_is_recorded_too(spoken: str) -> None:
    assert all(clip in PLACES for clip in clips_of(spoken))


def test_what_nobody_recorded_is_an_error_and_no_gap() -> None:
    with pytest.raises(ValueError, match="xèng"):
        clips_of("đủ tiền: hai trăm xèng")


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_what_is_said_is_the_comparison(asked: int, received: int) -> None:
    comparison, amount = compared(asked, received, received, is_ended=False)
    assert {Comparison.EXACT: asked, Comparison.SHORT: asked - received, Comparison.OVER: received - asked}[
        comparison
    ] == amount
    first_words = {sentence(one, amount).split(",")[0].split(":")[0].split()[0] for one in list(Comparison)[:3]}
    assert len(first_words) == 3, "the first word tells which"


def test_two_hundred_dong_do_not_sound_like_two_hundred_thousand() -> None:
    comparison, amount = compared(200_000, 200, 200, is_ended=False)
    assert headline(comparison, amount) == "THIẾU 199.800\u00a0₫"
    for with_amount in (True, False):
        spoken = sentence(comparison, amount, with_amount=with_amount)
        assert spoken.startswith("Thiếu tiền")
        assert "hai trăm" not in spoken


def test_money_for_an_order_that_has_ended_is_never_called_enough() -> None:
    assert compared(200_000, 200_000, 200_000, is_ended=True) == (Comparison.ENDED, 200_000)
    assert sentence(Comparison.ENDED, 50_000) == "Tiền vào năm mươi nghìn đồng, đơn đã dừng."
    assert sentence(Comparison.NO_ORDER, 50_000) == "Tiền vào năm mươi nghìn đồng, chưa rõ đơn nào."


def test_a_deposit_is_called_neither_enough_nor_short_of_the_order() -> None:
    asked = {"is_ended": False, "deposit": 27_000}
    assert compared(90_000, 20_000, 20_000, **asked) == (Comparison.SHORT, 7_000)
    assert compared(90_000, 27_000, 7_000, **asked) == (Comparison.DEPOSIT, 27_000)
    assert compared(90_000, 80_000, 53_000, **asked) == (Comparison.SHORT, 10_000)
    assert compared(90_000, 90_000, 63_000, **asked) == (Comparison.EXACT, 90_000)
