"""Each week's lists of whom the helpers are to visit, drawn up once and kept until the week is over."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from sqlalchemy.orm import Session

from market.adoption.queries.calling import week_of
from market.adoption.queries.next_visits import (
    helpers_of,
    household_facts,
    is_planned,
    mandates_among,
    visits_a_week,
)
from market.adoption.rules.next_visits import NextVisit, next_visits
from market.base.clock import Clock
from market.base.db import locked
from market.places.models import Commune
from market.places.queries import hamlet_with_id
from market.places.queries.modes import mode_now
from market.places.rules.modes import Feature, allows
from market.sellers.models import VisitPlan
from market.values.period import local_day


def plan_week(session: Session, commune_id: int, hamlet_id: int, *, clock: Clock) -> int:
    """Draw up this week's lists of a hamlet's helpers; returns how many households stand on them. Idempotent: a hamlet
    has its lists once a week. NotFound where the commune has no such hamlet.

    Each household stands on one list: on that of the helper whom it gave a mandate, else on the shortest.
    """
    locked(session, Commune, Commune.id == commune_id)
    hamlet = hamlet_with_id(session, commune_id, hamlet_id)
    now = clock()
    week = week_of(now)
    helpers = helpers_of(session, hamlet_id, local_day(now))
    if not helpers or not hamlet.is_active or is_planned(session, hamlet_id, week):
        return 0
    each = visits_a_week(session, commune_id, week)
    households = _to_visit(session, commune_id, hamlet_id, each * len(helpers), now)
    mandates = mandates_among(session, [one.business_id for one in households], local_day(now))
    ranks: Counter[int] = Counter()
    for one, helper_id in shared_out(households, helpers, mandates, most=each):
        ranks[helper_id] += 1
        session.add(
            VisitPlan(
                commune_id=commune_id,
                hamlet_id=hamlet_id,
                helper_id=helper_id,
                business_id=one.business_id,
                week=week,
                rank=ranks[helper_id],
                reason=one.reason,
                planned_at=now,
            )
        )
    session.flush()
    return ranks.total()


def _to_visit(session: Session, commune_id: int, hamlet_id: int, most: int, now: datetime) -> list[NextVisit]:
    facts = household_facts(session, hamlet_id, now=now)
    takes_orders = allows(mode_now(session, commune_id), Feature.ORDERS)
    return next_visits(facts, week_of(now), most=most, takes_orders=takes_orders)


def shared_out(
    households: Sequence[NextVisit], helpers: Sequence[int], mandates: Mapping[int, Set[int]], *, most: int
) -> list[tuple[NextVisit, int]]:
    """Whose list each household stands on, in their order: its own helper's, else the shortest."""
    lengths = dict.fromkeys(helpers, 0)
    shared = list[tuple[NextVisit, int]]()
    for one in households:
        room = [helper for helper in helpers if lengths[helper] < most]
        own = [helper for helper in room if helper in mandates.get(one.business_id, set())]
        if not room:
            break
        chosen = min(own or room, key=lambda helper: lengths[helper])
        lengths[chosen] += 1
        shared.append((one, chosen))
    return shared
