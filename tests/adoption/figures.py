"""The KPI counted again, sale by sale in memory, and what must have been done before it is counted."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from market.adoption.jobs import look_through
from market.adoption.queries.ledger import LedgerScope, ledger_of
from market.adoption.rules import Count, Figure, RiskFlag, Sale
from market.values.period import Period, trailing_year


def figure_of(session: Session, commune_id: int, as_of: date, window: Period, *, known_at: datetime) -> Figure:
    """Over any window."""
    scope = LedgerScope(commune_id=commune_id, since=window.start, until=window.end, known_at=known_at)
    return Count(ledger_of(session, scope)).figure(as_of, window)


def flags_again(session: Session, commune_id: int, sale: Sale, as_of: date, *, known_at: datetime) -> set[RiskFlag]:
    """Every reason to look at one sale of the year up to a day."""
    window = trailing_year(as_of)
    scope = LedgerScope(commune_id=commune_id, since=window.start, until=window.end, known_at=known_at)
    count = Count(ledger_of(session, scope))
    figure = count.figure(as_of, window)
    proven = (one for one in figure.standings if one.proof and one.proof.order_id == sale.order_id)
    return {flag for standing in proven for flag in standing.risk_flags} | set(count.risk_flags_of(sale, figure))


def look_everywhere(commune_id: int) -> None:
    """As the job does, round by round, until there is nothing new."""
    while look_through(commune_id):
        pass
