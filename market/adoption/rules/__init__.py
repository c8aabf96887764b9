"""The KPI's pure rules: what it is counted from, what makes a sale doubtful, the count itself."""

from market.adoption.rules.counting import (
    ACTIVE,
    BASE_KINDS,
    STATE_WORDS,
    BusinessStanding,
    Count,
    Figure,
    Share,
    State,
    register_on,
    told_on,
)
from market.adoption.rules.doubts import CUT_OFF_DAY, DOUBT_WORDS, RiskFlag
from market.adoption.rules.drawing import Bar, Line, bar, line
from market.adoption.rules.facts import (
    EVIDENCE_WORDS,
    Account,
    DatedNumber,
    Declared,
    Evidence,
    Ledger,
    Paper,
    Party,
    RegisterLine,
    Sale,
    ServicePost,
    Verdict,
)
from market.adoption.rules.weighing import Trade

__all__ = [
    "ACTIVE",
    "BASE_KINDS",
    "CUT_OFF_DAY",
    "DOUBT_WORDS",
    "EVIDENCE_WORDS",
    "STATE_WORDS",
    "Account",
    "Bar",
    "BusinessStanding",
    "Count",
    "DatedNumber",
    "Declared",
    "Evidence",
    "Figure",
    "Ledger",
    "Line",
    "Paper",
    "Party",
    "RegisterLine",
    "RiskFlag",
    "Sale",
    "ServicePost",
    "Share",
    "State",
    "Trade",
    "Verdict",
    "bar",
    "line",
    "register_on",
    "told_on",
]
