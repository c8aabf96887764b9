"""Vietnamese text: one form, folded for search, sorted as a dictionary would."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.values.text import fold, nfc, slug, sort_key, unmark, untelex

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
words = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " ", min_size=1, max_size=30)


@pytest.mark.parametrize("typed", ["gạo nếp", "GẠO NẾP", "gao nep", "  Gạo   nếp ", "gạo-nếp!"])
def test_all_spellings_of_a_name_fold_to_one(typed: str) -> None:
    assert fold(typed) == "gao nep"
    assert fold(unicodedata.normalize("NFD", typed)) == "gao nep"


@given(words)
def test_folding_is_the_same_for_both_unicode_forms_and_idempotent(text: str) -> None:
    folded = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == folded == fold(folded)
    assert set(folded) <= set(string.ascii_lowercase + string.digits + " ")


@given(st.text(max_size=60))
def test_any_text_has_an_address(text: str) -> None:
    made = slug(text)
    assert 1 <= len(made) <= 80
    assert set(made) <= set(string.ascii_lowercase + string.digits + "-")
    assert not made.startswith("-")
    assert not made.endswith("-")


def test_an_address_is_cut_at_a_word() -> None:
    assert slug("Gạo nếp cái hoa vàng", 10) == "gao-nep"
    assert slug("a" * 100) == "a" * 80
    assert slug("!!!") == "x"


def test_marks_go_and_case_stays() -> None:
    assert unmark("Đậu Xanh") == "Dau Xanh"


def test_one_form_without_hidden_characters() -> None:
    assert nfc("  Ba\u0323c\u200b  ha\u0300\u0007nh\n") == "Bạc hành"


@given(st.text(max_size=60))
def test_the_one_form_is_stable(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)


def test_names_sort_as_in_a_dictionary() -> None:
    in_order = ["an", "ăn", "ân", "ba", "bà", "bả", "bã", "bá", "bạ", "da", "đa", "em", "êm", "o", "ô", "ơ", "u", "ư"]
    assert sorted(reversed(in_order), key=sort_key) == in_order


@given(words, words)
def test_the_sort_key_is_plain_ascii_and_tells_different_texts_apart(a: str, b: str) -> None:
    assert sort_key(a).isascii()
    if unicodedata.normalize("NFC", a) != unicodedata.normalize("NFC", b):
        assert sort_key(a) != sort_key(b)


@pytest.mark.parametrize(
    ("typed", "meant"),
    {"ddaaju xanh": "đậu xanh", "gaoj neeps": "gạo nếp", "ruowi": "rươi", "nguyeenx": "nguyễn", "toois": "tối"}.items(),
)
def test_raw_telex_is_read(typed: str, meant: str) -> None:
    assert untelex(typed) == meant


@pytest.mark.parametrize("typed", ["gao nep", "đậu xanh", "rau 2kg", "ok"])
def test_what_is_no_telex_is_left_alone(typed: str) -> None:
    assert untelex(typed) is None
