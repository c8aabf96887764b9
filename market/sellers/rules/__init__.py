"""The slice's pure rules: the register's words and how rows of a spreadsheet meet it, the banks."""

from market.sellers.rules.banks import BANKS, Bank, account_number, holder_name
from market.sellers.rules.merging import Decision, ImportReport, KnownBusiness, NumberedRow, RowOutcome, plan
from market.sellers.rules.names import look_of, odd_letters, reason_against_name
from market.sellers.rules.reading import HamletNames, RegisterRow, TypedRow, read_row, typed_rows
from market.sellers.rules.register import KIND_WORDS, STATUS_WORDS, BusinessKind, BusinessStatus, reason_against_day

__all__ = [
    "BANKS",
    "KIND_WORDS",
    "STATUS_WORDS",
    "Bank",
    "BusinessKind",
    "BusinessStatus",
    "Decision",
    "HamletNames",
    "ImportReport",
    "KnownBusiness",
    "NumberedRow",
    "RegisterRow",
    "RowOutcome",
    "TypedRow",
    "account_number",
    "holder_name",
    "look_of",
    "odd_letters",
    "plan",
    "read_row",
    "reason_against_day",
    "reason_against_name",
    "typed_rows",
]
