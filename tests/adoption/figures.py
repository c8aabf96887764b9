"""The KPI alone, without the page's lists, and what must have been done before it is counted."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from market.adoption.jobs import look_through
from market.adoption.queries.ledger import LedgerScope, ledger_of
from market.adoption.rules import Count, Figure
from market.values.period import Period


def figure_of(session: Session, commune_id: int, as_of: date, window: Period, *, known_at: datetime) -> Figure:
    """Over any window."""
    scope = LedgerScope(commune_id=commune_id, since=window.start, until=window.end, known_at=known_at)
    return Count(ledger_of(session, scope)).figure(as_of, window)


def look_everywhere(commune_id: int) -> None:
    """As the job does, round by round, until there is nothing new."""
    while look_through(commune_id):
        pass
