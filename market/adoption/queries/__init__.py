"""Questions for the KPI: what it is counted from, the figure of a day, the names to show it with."""

from market.adoption.queries.board import (
    BankProof,
    KpiBoard,
    Named,
    RegisterChange,
    Reviewed,
    Targets,
    bank_proof_of,
    board_of,
    by_name,
    names_of,
    register_changes,
    reporting_month,
    reviews_of,
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
from market.adoption.queries.chain import Broken, Head, Verified, head_of, verify
from market.adoption.queries.figures import Point
from market.adoption.queries.findings import FlagLine, flags_of, written_of
from market.adoption.queries.ledger import ledger_of, number_on, recounted, sale_of
from market.adoption.queries.listing import KpiListPage, Listed, ListFilter, list_length, list_page, whole_list
from market.adoption.queries.merging import TwoSides, holding_words, merge_sides_facts, two_sides
from market.adoption.queries.parties import LedgerScope
from market.adoption.queries.platforms import OWN_PLATFORM, account_with_id, accounts_elsewhere, platform_words
from market.adoption.queries.proofs import risk_flags_about, with_proofs
from market.adoption.queries.reporting import (
    FigureRow,
    FigureRows,
    MadeReport,
    paper_of,
    report_figures,
    report_with_code,
    reports_of,
    rows_of_figure,
)
from market.adoption.queries.reviewing import SaleCase, case_of, facts_to_review
from market.places.queries import hamlet_names

__all__ = [
    "OWN_PLATFORM",
    "BankProof",
    "Broken",
    "CallLine",
    "FigureRow",
    "FigureRows",
    "FlagLine",
    "Head",
    "KpiBoard",
    "KpiListPage",
    "LedgerScope",
    "ListFilter",
    "Listed",
    "MadeReport",
    "Named",
    "Point",
    "RegisterChange",
    "Reviewed",
    "SaleCase",
    "Targets",
    "ToCall",
    "TwoSides",
    "Verified",
    "account_with_id",
    "accounts_elsewhere",
    "bank_proof_of",
    "board_of",
    "by_name",
    "calls_about",
    "calls_of",
    "case_of",
    "draw_pool",
    "facts_to_review",
    "flags_of",
    "hamlet_names",
    "head_of",
    "holding_words",
    "is_drawn",
    "is_involved",
    "ledger_of",
    "list_length",
    "list_page",
    "merge_sides_facts",
    "names_of",
    "number_on",
    "paper_of",
    "platform_words",
    "recounted",
    "register_changes",
    "report_figures",
    "report_with_code",
    "reporting_month",
    "reports_of",
    "reviews_of",
    "risk_flags_about",
    "rows_of_figure",
    "sale_of",
    "two_sides",
    "verify",
    "week_of",
    "whole_list",
    "with_proofs",
    "written_of",
]
