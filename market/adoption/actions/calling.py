"""The office calls buyers: a random sample of each week, and the buyers an officer wants to ask."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from market.adoption.actions.examining import write_finding
from market.adoption.actions.reviewing import refuse_involved
from market.adoption.models import BuyerCall, CallDraw
from market.adoption.queries import (
    case_of,
    draw_pool,
    facts_to_review,
    is_drawn,
    number_on,
    sale_of,
    week_of,
    written_of,
)
from market.adoption.queries.calling import Drawable
from market.adoption.rules import (
    SAID_AGAINST,
    SAID_ON_THE_PHONE,
    CallCause,
    CallOutcome,
    Pointer,
    RiskFlag,
    SaleFinding,
    Vouch,
)
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import NotFound
from market.base.secrets import sign
from market.base.seen import check_seen, seen_of
from market.orders.models import Order
from market.places.models import Commune

CALLS_A_WEEK = 10
"""So many buyers a week are drawn where the commune says nothing (`kpi.calls_per_week`)."""
TO_SPARE = 5
"""So many times as many orders are looked at before a draw: of some it may have become known that they must not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A call to the buyer of an order. `seen`: `seen_of()` of what the order's page showed (`facts_to_review`)."""

    commune_id: int
    order_id: int
    outcome: CallOutcome
    note: str
    seen: str


def record_call(session: Session, actor: Actor, new: NewCall, *, clock: Clock) -> None:
    """Write down a call and what came of it. What the buyer said of this order holds at once, of others after the next
    round of the job. The same sent twice from one page is one call.

    Refused to the person who is or was on a side of the order; ChangedSince where the page showed something else;
    NotFound for an order of another commune or one not handed over.
    """
    missing = "Không tìm thấy đơn đã giao này."
    in_commune = (Order.id == new.order_id, Order.commune_id == new.commune_id)
    order = locked(session, Order, *in_commune, missing=missing)
    now = clock()
    sale = sale_of(session, new.commune_id, new.order_id, known_at=now)
    if sale is None or actor.person_id is None:
        raise NotFound(missing)
    refuse_involved(session, actor.person_id, order.row)
    facts = facts_to_review(case_of(session, new.commune_id, sale, known_at=now))
    if new.seen != seen_of(facts) and _is_written(session, actor.person_id, new):
        return
    check_seen(new.seen, facts)
    cause = CallCause.SAMPLE if is_drawn(session, new.order_id) else CallCause.CHECK
    _add_call(session, actor.person_id, new, cause, now)
    _apply(session, order, new.outcome, cause, now)
    change = Change(
        verb="call_buyer",
        subject="order",
        subject_id=new.order_id,
        commune_id=new.commune_id,
        business_id=sale.business_id,
        fields=("outcome", new.outcome.value),
    )
    record(session, actor, change, now=now)


def _add_call(session: Session, officer_id: int, new: NewCall, cause: CallCause, now: datetime) -> None:
    call = BuyerCall(
        commune_id=new.commune_id,
        order_id=new.order_id,
        cause=cause,
        outcome=new.outcome,
        note=new.note,
        called_by=officer_id,
        called_at=now,
    )
    session.add(call)
    session.flush()


def _is_written(session: Session, officer_id: int, new: NewCall) -> bool:
    """Whether the newest call about the order is this one."""
    query = select(BuyerCall).where(BuyerCall.order_id == new.order_id).order_by(BuyerCall.id.desc()).limit(1)
    latest = session.scalar(query)
    said = latest and (latest.called_by, latest.outcome, latest.note)
    return said == (officer_id, new.outcome, new.note)


def _apply(session: Session, order: Locked[Order], outcome: CallOutcome, cause: CallCause, now: datetime) -> None:
    """What the answer says of this very order. One that the job has not looked at waits for it, unless the answer
    speaks against it."""
    written = written_of(session, [order.row.id]).get(order.row.id)
    vouch = written.check.vouch if written else None
    flags = {flag: Pointer() for flag in (written.flags if written else ())}
    if outcome is CallOutcome.CONFIRMED and written:
        kept = {flag: at for flag, at in flags.items() if flag not in SAID_ON_THE_PHONE}
        if vouch is None and cause is CallCause.SAMPLE:
            kept[RiskFlag.ONLY_CALLED] = Pointer()
        write_finding(session, order, SaleFinding(vouch=Vouch.CALL, flags=kept), written, now=now)
    elif outcome in SAID_AGAINST:
        flags[SAID_AGAINST[outcome]] = Pointer()
        write_finding(session, order, SaleFinding(vouch=vouch, flags=flags), written, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPool:
    """The first orders in the order of a week's draw: those that it takes, and some to spare."""

    week: date
    order_ids: Sequence[int]


def pool_to_draw(session: Session, commune_id: int, *, now: datetime) -> WeekPool:
    """Looked for before `draw_calls`, which is then short. Empty where the week is drawn."""
    week = week_of(now)
    if _is_drawn(session, commune_id, week):
        return WeekPool(week=week, order_ids=[])
    most = TO_SPARE * _most(session, commune_id, week)
    return WeekPool(week=week, order_ids=_drawn(draw_pool(session, commune_id, week), commune_id, week, most))


def draw_calls(session: Session, commune_id: int, *, pool: WeekPool | None = None, clock: Clock) -> int:
    """Draw the week's sample of a commune, from what a `pool` has that may still be drawn; returns how many orders.
    Idempotent: a week is drawn once. NotFound where there is no such commune.

    All orders have the same chance: a draw that looked first for businesses of whose buyers nobody is known would call
    every invented one within the year, and a seller's second telephone answers. The order is a keyed hash over
    commune, week and order: no seller can tell it beforehand, and with the installation's key it can be worked out
    again.
    """
    locked(session, Commune, Commune.id == commune_id)
    now = clock()
    week = week_of(now)
    if _is_drawn(session, commune_id, week) or (pool and pool.week != week):
        return 0
    among = pool.order_ids if pool else None
    drawn = _drawn(draw_pool(session, commune_id, week, among), commune_id, week, _most(session, commune_id, week))
    session.add_all(
        CallDraw(commune_id=commune_id, week=week, rank=rank, order_id=order_id, drawn_at=now)
        for rank, order_id in enumerate(drawn, 1)
    )
    return len(drawn)


def _is_drawn(session: Session, commune_id: int, week: date) -> bool:
    return bool(session.scalar(select(exists().where(CallDraw.commune_id == commune_id, CallDraw.week == week))))


def _most(session: Session, commune_id: int, week: date) -> int:
    return number_on(session, commune_id, "kpi.calls_per_week", week) or CALLS_A_WEEK


def _drawn(pool: Iterable[Drawable], commune_id: int, week: date, most: int) -> list[int]:
    ranked = sorted(pool, key=lambda one: sign("call draw", f"{commune_id}|{week.isoformat()}|{one.order_id}"))
    return [one.order_id for one in islice(_one_each(ranked), most)]


def _one_each(ranked: Iterable[Drawable]) -> Iterator[Drawable]:
    """Of each business and of each phone the first."""
    met: set[int | str] = set()
    for one in ranked:
        if met.isdisjoint((one.business_id, one.phone)):
            met.update((one.business_id, one.phone))
            yield one
