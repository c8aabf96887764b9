"""What banks need or cannot do is dated, has a source, and is asked by day; names find their bank."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from market.sellers.rules import (
    BANKS,
    BankRuleKind,
    bank_choices,
    bank_rules,
    banks_with,
    is_virtual_only,
    may_not_tell,
    memo_prefix,
    reason_against_account,
)
from market.values.text import fold

TODAY = date(2026, 11, 29)
VIETIN, BIDV, MSB, OCB, KIENLONG, VCB, MOMO, BVBANK = (
    "970415",
    "970418",
    "970426",
    "970448",
    "970452",
    "970436",
    "971025",
    "970454",
)


def found_by(name: str) -> set[str]:
    return {bin_ for bin_, label in bank_choices(TODAY) if fold(name) in fold(label)}


@pytest.mark.parametrize(
    ("asked", "bank"),
    [
        ("OceanBank", "MBV"),
        ("Đại Dương", "MBV"),
        ("Đông Á", "Vikki Bank"),
        ("DongA Bank", "Vikki Bank"),
        ("LienVietPostBank", "LPBank"),
        ("Bưu điện Liên Việt", "LPBank"),
        ("VCBNeo", "VCBNeo"),
        ("Ngân hàng Xây dựng", "VCBNeo"),
        ("Nông nghiệp", "Agribank"),
        ("Công thương", "VietinBank"),
        ("Viet Capital", "BVBank"),
    ],
)
def test_a_bank_is_found_by_its_name_of_now_and_by_those_of_before(asked: str, bank: str) -> None:
    """field.md A09: renamed banks were not to be found."""
    assert [BANKS[bin_].short_name for bin_ in found_by(asked)] == [bank]


def test_every_bank_that_can_be_paid_is_offered_once_by_its_name_of_now() -> None:
    names = [label for _, label in bank_choices(TODAY)]
    assert names == sorted(names, key=fold)
    assert len(set(names)) == len(names)
    assert {BANKS[bin_].short_name for bin_, _ in bank_choices(TODAY)} == {
        bank.short_name for bank in BANKS.values()
    } - {"MoMo"}
    assert all(BANKS[bin_].short_name in label for bin_, label in bank_choices(TODAY))


def test_every_rule_has_a_source_and_days_in_order_and_a_bank_we_know() -> None:
    for one in bank_rules.BANK_RULES:
        assert len(one.source) > 10
        assert one.valid_to is None or one.valid_from <= one.valid_to
        assert one.bin in (*BANKS, bank_rules.ANY)


def test_a_memo_begins_as_the_feed_of_its_bank_wants() -> None:
    """field.md A01."""
    assert memo_prefix(VIETIN, "sepay", TODAY) == "SEVQR"
    assert memo_prefix(VIETIN, None, TODAY) == memo_prefix(VIETIN, "so-quy", TODAY) == ""
    assert memo_prefix(VCB, "sepay", TODAY) == ""


@pytest.mark.parametrize("bin_", [BIDV, MSB, OCB, KIENLONG])
def test_these_banks_tell_of_virtual_numbers_alone(bin_: str) -> None:
    """field.md A02."""
    assert is_virtual_only(bin_, "sepay", TODAY)
    assert not is_virtual_only(bin_, None, TODAY)
    assert not is_virtual_only(VCB, "sepay", TODAY)


@pytest.mark.parametrize(
    ("bin_", "number", "is_paid"),
    [
        (MOMO, "0900000011", False),
        (BVBANK, "99MM24011M34875080", False),
        (BVBANK, "PSP0123456789", False),
        (BVBANK, "99ZP24009M07248267", True),
        (BVBANK, "8007041058000", True),
        (VCB, "0071000888888", True),
    ],
)
def test_a_wallet_that_no_bank_s_app_can_pay_is_not_taken(bin_: str, number: str, is_paid: bool) -> None:
    """field.md A08: bank apps answer that the receiver cannot be checked."""
    assert (reason_against_account(bin_, number, TODAY) is None) == is_paid


def test_a_rule_holds_from_its_first_day_to_its_last(monkeypatch: pytest.MonkeyPatch) -> None:
    (now,) = (one for one in bank_rules.BANK_RULES if one.rule is BankRuleKind.MEMO_PREFIX)
    ended, next_ = replace(now, valid_to=TODAY), replace(now, value="VQR", valid_from=TODAY + timedelta(days=1))
    monkeypatch.setattr(bank_rules, "BANK_RULES", (ended, next_))
    days = [now.valid_from - timedelta(days=1), now.valid_from, TODAY, TODAY + timedelta(days=1)]
    assert [memo_prefix(VIETIN, "sepay", day) for day in days] == ["", "SEVQR", "SEVQR", "VQR"]


def test_a_bank_that_a_provider_does_not_name_may_not_be_told_of() -> None:
    assert may_not_tell("970405", "sepay", TODAY)
    assert not may_not_tell(BIDV, "sepay", TODAY)
    assert not may_not_tell("970405", "so-quy", TODAY), "who names none may tell of any"


def test_apps_that_cannot_scan_or_lose_the_memo_are_known_by_name() -> None:
    assert "SeABank" in banks_with(BankRuleKind.APP_DROPS_MEMO, TODAY)
    assert "GPBank" in banks_with(BankRuleKind.APP_CANNOT_SCAN, TODAY)
    assert "Agribank" not in banks_with(BankRuleKind.APP_CANNOT_SCAN, TODAY)
    assert banks_with(BankRuleKind.VIRTUAL_ONLY, TODAY) == ["BIDV", "MSB", "OCB Bank", "KienlongBank"]
