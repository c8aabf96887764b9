"""Reporting periods for tests: opened, and locked or sent as their page shows them at that moment."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.adoption.actions import (
    PeriodLocking,
    Sending,
    facts_to_lock,
    facts_to_send,
    lock_period,
    open_period,
    send_period,
)
from market.adoption.queries.locked import count_period, locked_figure
from market.adoption.queries.periods import days_of, period_of
from market.adoption.rules.periods import NamedPeriod, PeriodCut, PeriodKind
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import transaction
from market.base.seen import seen_of
from tests.cast import Cast

DECEMBER = NamedPeriod(kind=PeriodKind.MONTH, cut=PeriodCut.REPORTING, year=2026, number=12)
"""15/11 to 14/12/2026."""


def opened(cast: Cast, now: Clock, wanted: NamedPeriod = DECEMBER) -> int:
    with transaction() as session:
        return open_period(session, Actor(person_id=cast.hung), cast.commune, wanted, clock=now)


def seen_to_lock(session: Session, cast: Cast, period_id: int, now: datetime) -> str:
    days = days_of(period_of(session, cast.commune, period_id))
    newest = locked_figure(session, cast.commune, period_id)
    counting = count_period(session, cast.commune, days, known_at=now)
    return seen_of(facts_to_lock(counting, newest.version if newest else 0))


def lock_as_shown(
    cast: Cast,
    period_id: int,
    now: Clock,
    *,
    by: int | None = None,
    key: str | None = None,
    replaces: int | None = None,
    reason: str | None = None,
) -> int:
    with transaction() as session:
        locking = PeriodLocking(
            commune_id=cast.commune,
            period_id=period_id,
            client_key=key,
            seen=seen_to_lock(session, cast, period_id, now()),
            replaces=replaces,
            reason=reason,
        )
        return lock_period(session, Actor(person_id=by or cast.hung), locking, clock=now)


def send_as_shown(
    cast: Cast, period_id: int, now: Clock, *, by: int | None = None, version: int = 1, number: str = ""
) -> None:
    sending = Sending(
        commune_id=cast.commune,
        period_id=period_id,
        document_no=number,
        seen=seen_of(facts_to_send(version)),
    )
    with transaction() as session:
        send_period(session, Actor(person_id=by or cast.hung), sending, clock=now)
