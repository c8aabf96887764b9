"""How far each hamlet of a commune is: off, on, or active by the rule in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.db import said
from market.catalog.queries.public import is_open
from market.communes.rules.rollout import RULE, ActiveRule, HamletState, state_of
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.places.models import Hamlet, HamletOpening
from market.places.queries import hamlets_of, number_on
from market.places.queries.rollout import is_on, openings_of
from market.sellers.models import Business, Stall

IS_SOLD = Order.status == said(OrderStatus.DELIVERED)
OF_THE_COUNTRY = 0
"""No commune's number: what is asked under it is the country's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletNow:
    """A hamlet with its state of a day: `opening` in force or to come, None where there is none; `stalls` that are open
    there, `sellers` of them and `orders` completed in the rule's days; `earlier`: what held before."""

    hamlet: Hamlet
    state: HamletState
    opening: HamletOpening | None
    stalls: int
    sellers: int
    orders: int
    earlier: Sequence[HamletOpening]

    @property
    def is_to_come(self) -> bool:
        return self.state is HamletState.OFF and self.opening is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """Every hamlet in use, in Vietnamese order; `rule` None where nobody has set one."""

    rule: ActiveRule | None
    hamlets: Sequence[HamletNow]

    def count(self, *states: HamletState) -> int:
        return sum(one.state in states for one in self.hamlets)

    @property
    def on(self) -> int:
        """Hamlets in which the market is on, active or not."""
        return self.count(HamletState.ON, HamletState.ACTIVE)

    @property
    def active(self) -> int:
        return self.count(HamletState.ACTIVE)

    @property
    def stalls(self) -> int:
        return sum(one.stalls for one in self.hamlets)


def active_rule(session: Session, commune_id: int, day: date) -> ActiveRule | None:
    """The rule in force on a day, a commune's own number before the country's; None where one of them is not set."""
    found = [number_on(session, commune_id, key, day) for key in RULE]
    numbers = [one[0] for one in found if one is not None]
    if len(numbers) != len(RULE):
        return None
    stalls, orders, days = numbers
    return ActiveRule(stalls=stalls, orders=orders, days=days)


def rollout_of(session: Session, commune_id: int, day: date, *, rule_of: int | None = None) -> Rollout:
    """How far a commune's hamlets are on a day, by the rule of `rule_of` (None: its own), in a fixed number of
    statements."""
    rule = active_rule(session, commune_id if rule_of is None else rule_of, day)
    openings: dict[int, list[HamletOpening]] = {}
    for row in openings_of(session, commune_id):
        openings.setdefault(row.hamlet_id, []).append(row)
    stalls = _open_stalls(session, commune_id)
    trade = _trade(session, commune_id, rule.since(day), day) if rule else {}
    hamlets = [
        _now(hamlet, openings.get(hamlet.id, []), day, rule, stalls.get(hamlet.id, 0), trade.get(hamlet.id, (0, 0)))
        for hamlet in hamlets_of(session, commune_id)
    ]
    return Rollout(rule=rule, hamlets=hamlets)


def _now(
    hamlet: Hamlet,
    rows: Sequence[HamletOpening],
    day: date,
    rule: ActiveRule | None,
    stalls: int,
    trade: tuple[int, int],
) -> HamletNow:
    held = next((row for row in rows if is_on(row, day)), None)
    to_come = next((row for row in rows if row.opened_on > day and row.closed_on is None), None)
    sellers, orders = trade
    opening = held or to_come
    return HamletNow(
        hamlet=hamlet,
        state=state_of(rule, is_on=held is not None, stalls=sellers, orders=orders),
        opening=opening,
        stalls=stalls,
        sellers=sellers,
        orders=orders,
        earlier=[row for row in rows if row is not opening],
    )


def _open_stalls(session: Session, commune_id: int) -> dict[int, int]:
    query = (
        select(Business.hamlet_id, func.count(Stall.id))
        .join(Business, Business.id == Stall.business_id)
        .where(Stall.commune_id == commune_id, is_open())
        .group_by(Business.hamlet_id)
    )
    return {hamlet_id: count for hamlet_id, count in session.execute(query)}


def _trade(session: Session, commune_id: int, first: date, last: date) -> dict[int, tuple[int, int]]:
    """By hamlet: stalls that completed an order from a day to another, and those orders."""
    query = (
        select(Business.hamlet_id, func.count(Order.stall_id.distinct()), func.count(Order.id))
        .join(Business, Business.id == Order.business_id)
        .where(Order.commune_id == commune_id, IS_SOLD, Order.completed_on.between(first, last))
        .group_by(Business.hamlet_id)
    )
    return {hamlet_id: (stalls, orders) for hamlet_id, stalls, orders in session.execute(query)}
