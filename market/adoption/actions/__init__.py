"""What is done for the KPI: risk flags raised, buyers drawn and called, verdicts written down."""

from market.adoption.actions.calling import NewCall, draw_calls, pool_to_draw, record_call
from market.adoption.actions.examining import examine_sales
from market.adoption.actions.locking import (
    PeriodLocking,
    Sending,
    facts_to_lock,
    facts_to_send,
    lock_period,
    open_period,
    send_period,
)
from market.adoption.actions.merging import Joining, join_businesses, part_joined
from market.adoption.actions.platforms import NewAccount, end_account, record_account
from market.adoption.actions.reporting import NewReport, make_report
from market.adoption.actions.reviewing import SaleReview, review_evidence

__all__ = [
    "Joining",
    "NewAccount",
    "NewCall",
    "NewReport",
    "PeriodLocking",
    "SaleReview",
    "Sending",
    "draw_calls",
    "end_account",
    "examine_sales",
    "facts_to_lock",
    "facts_to_send",
    "join_businesses",
    "lock_period",
    "make_report",
    "open_period",
    "part_joined",
    "pool_to_draw",
    "record_account",
    "record_call",
    "review_evidence",
    "send_period",
]
