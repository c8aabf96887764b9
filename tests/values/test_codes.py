"""Codes survive the phone, the bank and a wet thumb."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.values import codes
from market.values.text import unmark
from tests.nights import of_many
from tests.values.keyboards import telex, vni


def test_an_order_code_reads_back_however_it_is_typed():
    code = codes.new_order_code("DS")
    assert len(code) == 9
    assert codes.parse_order_code(f" {code[:4].lower()}-{code[4:].lower()} ", "DS") == code


@given(st.text(alphabet=codes.ALPHABET, min_size=6, max_size=6))
def test_look_alikes_read_as_the_symbol_meant(body):
    code = f"DS{body}{codes.check_character(body)}"
    spoken = code.replace("0", "o").replace("1", "l")
    assert codes.parse_order_code(spoken, "DS") == code


def test_one_wrong_symbol_is_noticed():
    body = "7K2M9P"
    check = codes.check_character(body)
    wrong = f"DS8K2M9P{check}"
    with pytest.raises(ValueError, match="sai một ký tự"):
        codes.parse_order_code(wrong, "DS")


@pytest.mark.parametrize("text", ["", "DS", "DS12345", "BN123456A", "xin chào"])
def test_what_is_not_a_code_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="chữ và số|ký tự"):
        codes.parse_order_code(text, "DS")


@pytest.mark.parametrize(
    "wrap",
    [
        "MBVCB.3278907687.{}.CT tu 0123499999 NGUYEN VAN A toi 99",
        "DANG DAO THANH NHAN chuyen tien {} FT24255276428461",
        "{}-CHUYEN TIEN-OQCH0003",
    ],
)
def test_a_code_is_found_in_what_the_bank_makes_of_the_memo(wrap):
    code = codes.new_order_code("DS")
    assert code in codes.find_codes(wrap.format(code), "DS")
    assert code in codes.find_codes(wrap.format(code.lower()), "DS")
    assert code in codes.find_codes(wrap.format(f"{code[:5]} {code[5:]}"), "DS")


def test_a_memo_without_a_code_gives_none():
    assert codes.find_codes("mua rau ba Lan", "DS") == ()


def test_lots_of_one_day_are_lettered():
    assert [codes.lot_code(date(2026, 11, 13), i) for i in (0, 1, 25, 26)] == [
        "L261113A",
        "L261113B",
        "L261113Z",
        "L261113AA",
    ]


# --- typed on a Vietnamese keyboard -----------------------------------------------------------------------------------

KEYBOARDS = pytest.mark.parametrize("keyboard", [telex, vni])
BANKS_DO = (
    lambda memo: memo,
    lambda memo: unmark(memo).upper(),
    lambda memo: unmark(memo).lower(),
    lambda memo: f"MBVCB.3278907687.{unmark(memo).upper()}.CT tu 0123499999",
)


def kept_by(keyboard, code, letters):
    """Whether the code typed on this keyboard is found in what each bank makes of it."""
    return all(code in codes.find_codes(bank(keyboard(code)), letters) for bank in BANKS_DO)


@of_many(6)
@KEYBOARDS
@pytest.mark.parametrize("letters", ["DS", "BN", "TK", "HD", "AN", "TE", "OM", "YU"])
def test_no_order_code_of_now_is_changed_by_typing_it(keyboard, letters):
    """field.md: Telex altered 32 % of the codes typed into memos."""
    drawn = [codes.new_order_code(letters) for _ in range(2000)]
    assert [one for one in drawn if not kept_by(keyboard, one, letters)] == []


def test_the_keyboards_do_change_codes_of_before():
    """So that the test above can fail."""
    drawn = [codes.new_code("DS", codes.ORDER_BODY) for _ in range(2000)]
    lost = {keyboard: sum(not kept_by(keyboard, one, "DS") for one in drawn) for keyboard in (telex, vni)}
    assert lost[telex] > 500
    assert lost[vni] > 200


@pytest.mark.parametrize(
    ("keys", "telexed", "vnied"), [("DAS1", "DÁ1", "DÁS"), ("DSD9", "ĐS9", "DSĐ"), ("TW6A", "TƯ6A", "TW6A")]
)
def test_a_keyboard_does_as_it_is_known_to(keys, telexed, vnied):
    assert (telex(keys), vni(keys)) == (telexed, vnied)


@given(st.text(alphabet=codes.ALPHABET, min_size=6, max_size=6))
def test_codes_of_before_are_good_for_ever_and_found_in_memos(body):
    code = f"DS{body}{codes.check_character(body)}"
    assert codes.parse_order_code(code.lower(), "DS") == code
    assert code in codes.find_codes(f"CHUYEN TIEN {code[:4]} {code[4:]} rau", "DS")


def test_enough_codes_are_left_for_any_commune():
    for letters in ("DS", "BN", "AN", "OA", "YU"):
        symbols = codes.typed_alike(letters)
        assert len(symbols) ** codes.ORDER_BODY * len(symbols) / 31 > 700_000, letters
