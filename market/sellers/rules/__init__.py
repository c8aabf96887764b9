"""The slice's pure rules: the register's words and how rows of a spreadsheet meet it, the banks."""

from market.sellers.rules.bank_rules import (
    BankRuleKind,
    bank_choices,
    banks_with,
    is_virtual_only,
    may_not_tell,
    memo_prefix,
    reason_against_account,
)
from market.sellers.rules.banks import BANKS, Bank, account_number, holder_name
from market.sellers.rules.cells import error_in
from market.sellers.rules.files import AccountLine, RegisterFile
from market.sellers.rules.holders import HolderLikeness, HolderVerdict, compare_holder
from market.sellers.rules.kinds import kind_named, state_named
from market.sellers.rules.merging import (
    IDENTITY,
    Decision,
    ImportReport,
    KnownBusiness,
    NumberedRow,
    RowOutcome,
    kept_values,
    plan,
    row_of_values,
    row_words,
    rows_words,
)
from market.sellers.rules.names import look_of, odd_letters, reason_against_name
from market.sellers.rules.places import HamletNames
from market.sellers.rules.reading import Known, RegisterRow, TypedRow, UnreadText, Words, read_row, typed_row
from market.sellers.rules.register import KIND_WORDS, STATUS_WORDS, BusinessKind, BusinessStatus, reason_against_day
from market.sellers.rules.titles import FIELD_TITLES, REQUIRED, vocabulary
from market.sellers.rules.twins import BETWEEN, ask_about_pairs, ask_about_twins, is_of_pair, joined_rows, pair_mark

__all__ = [
    "BANKS",
    "BETWEEN",
    "FIELD_TITLES",
    "IDENTITY",
    "KIND_WORDS",
    "REQUIRED",
    "STATUS_WORDS",
    "AccountLine",
    "Bank",
    "BankRuleKind",
    "BusinessKind",
    "BusinessStatus",
    "Decision",
    "HamletNames",
    "HolderLikeness",
    "HolderVerdict",
    "ImportReport",
    "Known",
    "KnownBusiness",
    "NumberedRow",
    "RegisterFile",
    "RegisterRow",
    "RowOutcome",
    "TypedRow",
    "UnreadText",
    "Words",
    "account_number",
    "ask_about_pairs",
    "ask_about_twins",
    "bank_choices",
    "banks_with",
    "compare_holder",
    "error_in",
    "holder_name",
    "is_of_pair",
    "is_virtual_only",
    "joined_rows",
    "kept_values",
    "kind_named",
    "look_of",
    "may_not_tell",
    "memo_prefix",
    "odd_letters",
    "pair_mark",
    "plan",
    "read_row",
    "reason_against_account",
    "reason_against_day",
    "reason_against_name",
    "row_of_values",
    "row_words",
    "rows_words",
    "state_named",
    "typed_row",
    "vocabulary",
]
