"""What comes round for the KPI: risk flags raised on sales, the week's random sample of buyers to call, and
its lists of whom to visit."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from market.adoption.actions import draw_calls, examine_sales, pool_to_draw
from market.adoption.actions.planning import plan_week
from market.adoption.queries.examining import findings_of, unwritten
from market.adoption.queries.next_visits import hamlets_to_plan
from market.adoption.queries.traces import trace_of_sources
from market.adoption.rules import SaleFinding
from market.base import clock
from market.base.batch import Batch, Pace
from market.base.db import reading, transaction
from market.base.jobs import PeriodicTask
from market.places.queries import commune_ids

MOST = 20_000
"""So many are written down in a round; the next one goes on."""


_found_nothing: dict[int, str] = {}
"""By commune the digest of what was on record when a look last found nothing new: 64 letters each, in this process."""


def raise_risk_flags(_now: datetime) -> int:
    """Look at the sales of every commune where something changed since nothing new was found; returns of how many
    something was written down. A look reads the sales of two years of one commune into memory."""
    with Batch("raise risk flags") as batch:
        return batch.each(commune_ids(reading()), look_if_changed)


def look_if_changed(commune_id: int) -> int:
    """Look at the sales of one commune unless nothing changed since a look found nothing new. What changes between the
    digest and the look gives another digest the next time."""
    trace = trace_of_sources(reading(), commune_id, known_at=clock.now())
    if _found_nothing.get(commune_id) == trace:
        return 0
    written = look_through(commune_id)
    if not written:
        _found_nothing[commune_id] = trace
    return written


def look_through(commune_id: int) -> int:
    """Look at the sales of one commune. What is looked at is read outside any transaction: it takes its time, and what
    changes meanwhile the next round finds."""
    looked_at = clock.now()
    found = findings_of(reading(), commune_id, known_at=looked_at)
    changed = unwritten(reading(), found, most=MOST)
    return _write({order_id: found[order_id] for order_id in changed}, looked_at)


def _write(findings: Mapping[int, SaleFinding], looked_at: datetime) -> int:
    """A share of the orders is locked at a time."""
    written, pace = 0, Pace()
    for ids in pace.shares(list(findings)):
        share = {order_id: findings[order_id] for order_id in ids}
        with pace.transaction() as session:
            written += examine_sales(session, share, looked_at=looked_at, clock=clock.now)
    return written


def draw_samples(_now: datetime) -> int:
    """Draw this week's calls for every commune; returns for how many there was something to draw."""
    with Batch("draw calls") as batch:
        return batch.each(commune_ids(reading()), _draw)


def _draw(commune_id: int) -> int:
    """Whom a draw would call is looked for outside its transaction, and looked at again within it."""
    pool = pool_to_draw(reading(), commune_id, now=clock.now())
    if not pool.order_ids:
        return 0
    with transaction() as session:
        return draw_calls(session, commune_id, pool=pool, clock=clock.now)


def plan_visits(_now: datetime) -> int:
    """Draw up this week's lists of whom to visit, of every hamlet with a helper; returns in how many
    communes there was something to list."""
    with Batch("plan visits") as batch:
        return batch.each(commune_ids(reading()), _plan)


def _plan(commune_id: int) -> int:
    """A hamlet at a time, each in a transaction of its own."""
    planned = 0
    for hamlet_id in hamlets_to_plan(reading(), commune_id, now=clock.now()):
        with transaction() as session:
            planned += plan_week(session, commune_id, hamlet_id, clock=clock.now)
    return planned


PERIODIC_TASKS: tuple[PeriodicTask, ...] = (
    PeriodicTask(name="raise risk flags", every=timedelta(minutes=5), do=raise_risk_flags, limit=timedelta(minutes=30)),
    PeriodicTask(name="draw calls", every=timedelta(hours=1), do=draw_samples),
    PeriodicTask(name="plan visits", every=timedelta(hours=1), do=plan_visits),
)
