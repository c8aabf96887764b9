"""A phone number has one form however it is typed."""

from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.values.phone import Phone

SENTENCE = "Số điện thoại chưa đúng"


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "84912345678",
        "0084 912 345 678",
        "(091) 234-5678",
        "+84 (0)912 345 678",
        "+84 0912345678",
        "0912–345–678",
        "0912/345/678",
        "０９１２３４５６７８",
        "＋84 912345678",
        "912345678",
    ],
)
def test_a_number_is_one_however_it_is_typed(typed: str) -> None:
    assert Phone(typed) == "+84912345678"


@pytest.mark.parametrize("typed", ["0220 3000 000", "0243 822 2222", "+84 24 3822 2222"])
def test_landlines_are_numbers_too(typed: str) -> None:
    assert not Phone(typed).is_mobile


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "0112345678",
        "091234567",
        "09123456789",
        "không có",
        "0912345678a",
        "٠٩١٢٣٤٥٦٧٨",
        "+1 212 555 0100",
        "0251996198",
        "1900 1234",
        "0084",
        "0912345678 ext 5",
        "0912345678#5",
        "0912 FLOWER",
        "0912345678 / 0987654321",
    ],
)
def test_what_is_no_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=SENTENCE):
        Phone(typed)


def test_a_number_is_shown_as_people_read_it() -> None:
    phone = Phone("0912345678")
    assert (phone.national, phone.digits, phone.last4) == ("0912 345 678", "0912345678", "5678")
    assert (phone.tel_uri, phone.zalo_uri) == ("tel:+84912345678", "https://zalo.me/0912345678")
    assert phone.is_mobile


@given(st.from_regex(r"09[0-8][0-9]{7}", fullmatch=True))
def test_every_form_reads_back_to_itself(typed: str) -> None:
    phone = Phone(typed)
    for form in (phone, phone.national, phone.digits, phone.tel_uri.removeprefix("tel:")):
        assert Phone(form) == phone


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert Phone(text).startswith("+84")


@pytest.mark.parametrize("kept", ["+84251996198", "+84112345678", "+12125550100"])
def test_a_number_taken_once_is_read_whatever_the_number_plan_says_now(kept: str) -> None:
    assert Phone.stored(kept) == kept


@pytest.mark.parametrize("typed", ["0251996198", "0251 996 198", "+84251996198", "84251996198", "0084 251996198"])
def test_a_number_is_looked_for_whatever_the_number_plan_says_now(typed: str) -> None:
    assert Phone.written(typed) == "+84251996198"


@pytest.mark.parametrize("typed", ["", "12345", "không có", "+1 212 555 0100", "0912345678 ext 5"])
def test_what_writes_no_number_of_vietnam_is_not_looked_for(typed: str) -> None:
    with pytest.raises(ValueError, match=SENTENCE):
        Phone.written(typed)


@given(st.text())
def test_what_is_taken_is_what_would_be_looked_for(text: str) -> None:
    with suppress(ValueError):
        assert Phone(text) == Phone.written(text)


def test_a_number_is_copied_without_asking_the_plan() -> None:
    copied = deepcopy(Phone.stored("+84251996198"))
    assert (type(copied), copied) == (Phone, "+84251996198")


def test_what_is_stored_is_at_least_a_number() -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        Phone.stored("0912345678")
