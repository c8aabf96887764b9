"""What each bank needs or cannot do, as dated rows with their source: read by the form of an account, by the page that
connects a feed of notices and by the page that a buyer pays on."""

import enum
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from market.sellers.rules.banks import BANKS
from market.values.text import fold

ANY = "*"


class BankRuleKind(enum.StrEnum):
    """`FORMER_NAME` and `CALLED`: other names to find a bank by. `TELLS`: a provider says that it tells of this bank.
    `MEMO_PREFIX`: what a memo must begin with for a provider to tell of it. `VIRTUAL_ONLY`: a provider tells of what
    comes in on virtual numbers alone. `NO_QR`: numbers (a pattern) that no bank's app can pay by a code.
    `APP_CANNOT_SCAN`, `APP_DROPS_MEMO`: of payers' apps."""

    FORMER_NAME = "ten_cu"
    CALLED = "ten_goi"
    MEMO_PREFIX = "dau_noi_dung"
    TELLS = "co_bao"
    VIRTUAL_ONLY = "chi_tai_khoan_ao"
    NO_QR = "khong_co_ma"
    APP_CANNOT_SCAN = "app_khong_quet"
    APP_DROPS_MEMO = "app_bo_noi_dung"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRule:
    """One fact of a bank (by its BIN, or `*`), of one provider of notices where it is about one: from its first day to
    its last (None: still), with where it was read."""

    bin: str
    rule: BankRuleKind
    value: str
    valid_from: date
    valid_to: date | None
    source: str
    provider: str | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def _read() -> tuple[BankRule, ...]:
    listed = json.loads((Path(__file__).parent / "bank_rules.json").read_text("utf-8"))
    return tuple(_rule(**row) for row in listed["rules"])


def _rule(*, rule: str, valid_from: str, valid_to: str | None, **said: str) -> BankRule:
    return BankRule(
        rule=BankRuleKind(rule),
        valid_from=date.fromisoformat(valid_from),
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
        **said,
    )


BANK_RULES = _read()


def _in_force(
    kind: BankRuleKind, day: date, bin_: str | None = None, provider: str | None = None
) -> Iterator[BankRule]:
    for one in BANK_RULES:
        is_of = bin_ is None or one.bin in (bin_, ANY)
        if one.rule is kind and is_of and one.provider in (None, provider) and one.holds_on(day):
            yield one


# --- names ----------------------------------------------------------------------------------------------------------


def bank_choices(day: date) -> Sequence[tuple[str, str]]:
    """Every bank that may be chosen to be paid at, as (BIN, name), by its name of now and by the others that people
    know it by, in the order of these. A wallet that no bank's app can pay is none."""
    names = [(bin_, bank.short_name) for bin_, bank in BANKS.items()]
    names += [
        (one.bin, f"{one.value} (nay là {BANKS[one.bin].short_name})")
        for one in _in_force(BankRuleKind.FORMER_NAME, day)
    ]
    names += [(one.bin, f"{one.value} ({BANKS[one.bin].short_name})") for one in _in_force(BankRuleKind.CALLED, day)]
    offered = (one for one in names if reason_against_account(one[0], "", day) is None)
    return sorted(offered, key=lambda one: fold(one[1]))


# --- an account that is paid into -----------------------------------------------------------------------------------


def reason_against_account(bin_: str, number: str, day: date) -> str | None:
    """Why an account cannot be paid by a code, with what to do; None where it can. Without a number: of the bank as
    such."""
    for one in _in_force(BankRuleKind.NO_QR, day, bin_):
        if re.fullmatch(one.value, number):
            return (
                "Đây là số của ví điện tử, app ngân hàng của khách không trả được vào đó bằng mã QR. "
                "Mời dùng số tài khoản ngân hàng đứng tên bạn."
            )
    return None


# --- a feed of notices ----------------------------------------------------------------------------------------------


def memo_prefix(bin_: str, provider: str | None, day: date) -> str:
    """What a memo must begin with so that the feed of an account tells of it; empty where nothing, or without a
    feed."""
    found = (one.value for one in _in_force(BankRuleKind.MEMO_PREFIX, day, bin_, provider) if provider)
    return next(found, "")


def may_not_tell(bin_: str, provider: str, day: date) -> bool:
    """Whether a provider that says of which banks it tells does not name this one: nobody here can say."""
    named = {one.bin for one in _in_force(BankRuleKind.TELLS, day, provider=provider)}
    return bool(named) and bin_ not in named


def is_virtual_only(bin_: str, provider: str | None, day: date) -> bool:
    """Whether a feed of an account at this bank tells of nothing that comes in on its main number."""
    return provider is not None and any(_in_force(BankRuleKind.VIRTUAL_ONLY, day, bin_, provider))


def banks_with(kind: BankRuleKind, day: date) -> Sequence[str]:
    """The names of the banks of which something is so, whichever provider it is about."""
    found = (one.bin for one in BANK_RULES if one.rule is kind and one.holds_on(day) and one.bin != ANY)
    return [BANKS[bin_].short_name for bin_ in dict.fromkeys(found)]
