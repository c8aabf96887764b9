"""What is done for the KPI: risk flags raised, buyers drawn and called, verdicts written down."""

from market.adoption.actions.calling import NewCall, draw_calls, pool_to_draw, record_call
from market.adoption.actions.examining import examine_sales
from market.adoption.actions.platforms import NewAccount, end_account, record_account
from market.adoption.actions.reporting import NewReport, make_report
from market.adoption.actions.reviewing import SaleReview, review_evidence

__all__ = [
    "NewAccount",
    "NewCall",
    "NewReport",
    "SaleReview",
    "draw_calls",
    "end_account",
    "examine_sales",
    "make_report",
    "pool_to_draw",
    "record_account",
    "record_call",
    "review_evidence",
]
