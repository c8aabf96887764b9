"""Tax codes in their three shapes, and the citizen's number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.values.taxid import CitizenId, TaxId, check_digit

bodies = st.from_regex(r"[0-9]{9}", fullmatch=True).filter(lambda body: check_digit(body) != 10)


@pytest.mark.parametrize(
    ("typed", "code"),
    {
        "0100109106": "0100109106",
        "0100 109 106": "0100109106",
        "0100109106-001": "0100109106-001",
        "0100109106001": "0100109106-001",
        "030080001234": "030080001234",
    }.items(),
)
def test_a_code_reads_in_its_three_shapes(typed: str, code: str) -> None:
    assert TaxId(typed) == code


@pytest.mark.parametrize("typed", ["", "123", "0100109106-1", "01001091060012", "mã số", "٠١٠٠١٠٩١٠٦"])
def test_what_is_no_code_is_told_the_shapes(typed: str) -> None:
    with pytest.raises(ValueError, match="Mã số thuế có 10 chữ số"):
        TaxId(typed)


def test_no_branch_is_number_zero() -> None:
    with pytest.raises(ValueError, match="000"):
        TaxId("0100109106-000")


@given(bodies, st.integers(min_value=1, max_value=9))
def test_a_wrong_check_digit_is_noticed(body: str, slip: int) -> None:
    right = check_digit(body)
    assert TaxId(f"{body}{right}") == f"{body}{right}"
    with pytest.raises(ValueError, match="kiểm tra"):
        TaxId(f"{body}{(right + slip) % 10}")


@given(bodies)
def test_the_check_digit_follows_the_published_weights(body: str) -> None:
    """Thông tư 86/2024: weights 31, 29, 23, 19, 17, 13, 7, 5, 3; ten minus the remainder by eleven."""
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    assert check_digit(body) == 10 - total % 11


def test_a_citizen_s_number_is_read_as_it_is_written_and_known_by_its_end() -> None:
    assert CitizenId("030 180 001234") == "030180001234"
    assert CitizenId("030180001234").last4 == "1234"


@pytest.mark.parametrize("typed", ["", "130180001234", "03018000123", "030180001234a", "000180001234", "099180001234"])
def test_what_is_no_citizen_s_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Số căn cước"):
        CitizenId(typed)
