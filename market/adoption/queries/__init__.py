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
from market.adoption.queries.calling import (
    CallLine,
    ToCall,
    calls_about,
    calls_of,
    draw_pool,
    is_drawn,
    is_involved,
    week_of,
)
from market.adoption.queries.findings import FlagLine, findings_of, flags_of, unwritten, written_of
from market.adoption.queries.ledger import ledger_of, number_on, sale_of
from market.adoption.queries.parties import LedgerScope, trail_of
from market.adoption.queries.platforms import platform_words
from market.adoption.queries.reviewing import SaleCase, case_of, facts_to_review

__all__ = [
    "BankProof",
    "CallLine",
    "FlagLine",
    "KpiBoard",
    "LedgerScope",
    "Named",
    "Reviewed",
    "SaleCase",
    "Targets",
    "ToCall",
    "bank_proof_of",
    "board_of",
    "calls_about",
    "calls_of",
    "case_of",
    "draw_pool",
    "facts_to_review",
    "findings_of",
    "flags_of",
    "hamlet_names",
    "is_drawn",
    "is_involved",
    "ledger_of",
    "names_of",
    "number_on",
    "platform_words",
    "reporting_month",
    "reviews_of",
    "risk_flags_about",
    "sale_of",
    "trail_of",
    "unwritten",
    "week_of",
    "written_of",
]
