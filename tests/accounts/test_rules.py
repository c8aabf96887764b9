"""Passwords that are guessed first are refused however they are written; a phrase passes."""

import gzip
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.accounts.rules import ABOUT_ONESELF, COMMON_PASSWORDS, TOO_COMMON, PasswordOwner, weakness
from market.values.phone import Phone

LAN = PasswordOwner(name="Phạm Thị Lan", phone=Phone("0912 345 678"), commune="xã Đại Sơn")
LISTED = gzip.decompress(COMMON_PASSWORDS.read_bytes()).decode().splitlines()
WORDS = ["ruộng", "nồi", "trâu", "mưa", "chiều", "gạch", "bưởi", "khói", "ghế", "quạt", "thuyền", "lược"]
MARKS = ["", "\u0301", "\u0300", "\u0323", "\u0302", "\u0306"]


def test_the_list_is_large_enough_and_in_the_form_it_is_compared_in() -> None:
    """OWASP ASVS 5.0, 6.2.4: the 3,000 most common that the rule of length lets through."""
    long = [one for one in LISTED if len(one) >= 8]
    assert len(long) == len(LISTED) == len(set(LISTED)) == 16_290
    assert sorted(LISTED) == LISTED
    assert all(one == one.lower().strip() for one in LISTED)


@given(data=st.data(), listed=st.sampled_from(LISTED))
def test_what_is_listed_is_refused_in_any_case_with_any_marks_and_blanks(data: st.DataObject, listed: str) -> None:
    written = ""
    for letter in listed:
        one = letter.upper() if data.draw(st.booleans()) else letter
        written += one + (data.draw(st.sampled_from(MARKS)) if one.isalpha() and one.isascii() else "")
        written += data.draw(st.sampled_from(["", "", " "]))
    assert weakness(unicodedata.normalize("NFC", written), LAN) is not None


@given(st.lists(st.sampled_from(WORDS), min_size=3, max_size=8, unique=True), st.sampled_from([" ", "-", ""]))
def test_a_phrase_of_three_words_or_more_passes(words: list[str], between: str) -> None:
    assert weakness(between.join(words), LAN) is None


@given(st.text("0123456789", min_size=8, max_size=16))
def test_digits_are_weak_only_as_listed_runs_repeats_days_and_the_own_phone(digits: str) -> None:
    said = weakness(digits, LAN)
    assert said in (None, TOO_COMMON, ABOUT_ONESELF)
    assert (said == ABOUT_ONESELF) <= ("912345678" in digits)


@given(st.text("abcdefgh123", min_size=1, max_size=5), st.integers(2, 12))
def test_a_part_again_and_again_is_refused(part: str, times: int) -> None:
    assert weakness(part * times, LAN) is not None


COMMON = ["12345678", "87654321", "abcd1234", "qwertyuiop", "!!!!!!!!", "20/11/1967", "1967-11-20", "１２３４５６７８"]


@pytest.mark.parametrize("password", [*COMMON, "P@ssw0rd", "Mật khẩu 123", "anhyeuem", "Việt Nam 2026", "đạiđạiđại"])
def test_runs_repeats_days_and_common_words_are_refused(password: str) -> None:
    assert weakness(password, LAN) == TOO_COMMON


OWN = ["0912345678", "912345678", "+84912345678", "0084 912 345 678", "0912.345.678", "lan0912345678"]


@pytest.mark.parametrize("password", [*OWN, "phạm thị lan", "LanPham1967", "lan20111967", "xã Đại Sơn", "choso daison"])
def test_what_the_neighbours_know_is_refused(password: str) -> None:
    assert weakness(password, LAN) == ABOUT_ONESELF


@pytest.mark.parametrize("password", ["lan trồng rau", "mật khẩu của lan", "đại sơn mùa rươi", "lua-chin-vang"])
def test_own_words_within_a_phrase_pass(password: str) -> None:
    assert weakness(password, LAN) is None


def test_an_unknown_name_and_phone_are_no_words() -> None:
    nobody = PasswordOwner(name="", phone=None, commune="")
    assert weakness("mua-ruoi-chin", nobody) is None
    assert weakness("phạm thị lan", nobody) is None
    assert weakness("12345678", nobody) == TOO_COMMON


def test_a_line_break_finds_nothing_in_the_list() -> None:
    assert weakness("password\npassword1 rau", LAN) is None
