"""Questions for the KPI: what it is counted from, the figure of a day, the names to show it with."""

from market.adoption.queries.board import (
    BankProof,
    KpiBoard,
    Named,
    Reviewed,
    Targets,
    bank_proof_of,
    board_of,
    hamlet_names,
    names_of,
    reporting_month,
    reviews_of,
    risk_flags_about,
)
from market.adoption.queries.ledger import ledger_of, sale_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.queries.platforms import platform_words
from market.adoption.queries.reviewing import SaleCase, case_of, facts_to_review

__all__ = [
    "BankProof",
    "KpiBoard",
    "LedgerScope",
    "Named",
    "Reviewed",
    "SaleCase",
    "Targets",
    "bank_proof_of",
    "board_of",
    "case_of",
    "facts_to_review",
    "hamlet_names",
    "ledger_of",
    "names_of",
    "platform_words",
    "reporting_month",
    "reviews_of",
    "risk_flags_about",
    "sale_of",
]
