"""The market is switched on hamlet by hamlet, each time from a day on and by a paper; what was said stays."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.places.actions.hamlets import hamlet_here
from market.places.models import Commune, Hamlet, HamletOpening
from market.places.queries.rollout import opening_facts
from market.values.period import format_date, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """That the market is on in a hamlet from a day on, or off, by which paper. `seen`: `seen_of()` of what the page
    showed (`opening_facts`); None from a file, which shows nothing."""

    commune_id: int
    hamlet_id: int
    from_day: date
    source: str
    seen: str | None = None


def switch_on(session: Session, actor: Actor, switch: Switch, *, clock: Clock) -> bool:
    """Let the market be on in a hamlet from a day on; whether it was not so before.

    Refused for a day that is past, but from the operator's file (`actor` is nobody); Conflict where it is on by another
    day or paper, ChangedSince where something else was seen, NotFound for another commune's.
    """
    commune = locked(session, Commune, Commune.id == switch.commune_id)
    hamlet = hamlet_here(session, commune, switch.hamlet_id)
    now = clock()
    open_one = _open_of(session, hamlet)
    if open_one is not None:
        if (open_one.opened_on, open_one.source) == (switch.from_day, switch.source):
            return False
        raise Conflict(
            "on_already",
            f"Chợ số đã bật ở {hamlet.name} từ {format_date(open_one.opened_on)}, theo {open_one.source}. Chưa đổi gì.",
        )
    _refuse_past(switch, actor, now)
    _check_seen(session, switch)
    row = HamletOpening(
        commune_id=hamlet.commune_id,
        hamlet_id=hamlet.id,
        opened_on=switch.from_day,
        source=switch.source,
        said_by=actor.person_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    _log(session, actor, "switch_on_hamlet", hamlet, now=now)
    return True


def switch_off(session: Session, actor: Actor, switch: Switch, *, clock: Clock) -> bool:
    """Let the market be off in a hamlet from a day on: no further stall opens there, those that are there go on.
    Whether it was on before. Refused for a day that is past, ChangedSince where something else was seen, NotFound for
    another commune's."""
    commune = locked(session, Commune, Commune.id == switch.commune_id)
    hamlet = hamlet_here(session, commune, switch.hamlet_id)
    now = clock()
    row = _open_of(session, hamlet)
    if row is None:
        return False
    _refuse_past(switch, actor, now)
    _check_seen(session, switch)
    row.closed_on = max(switch.from_day, row.opened_on)
    row.closed_source, row.closed_by, row.closed_at = switch.source, actor.person_id, now
    session.flush()
    _log(session, actor, "switch_off_hamlet", hamlet, now=now)
    return True


def _open_of(session: Session, hamlet: Hamlet) -> HamletOpening | None:
    """The row that says that the market is on there, today or from a day to come; read under the commune's lock."""
    query = select(HamletOpening).where(HamletOpening.hamlet_id == hamlet.id, HamletOpening.closed_on.is_(None))
    return session.scalar(query.execution_options(populate_existing=True))


def _check_seen(session: Session, switch: Switch) -> None:
    if switch.seen is not None:
        check_seen(switch.seen, opening_facts(session, switch.hamlet_id))


def _refuse_past(switch: Switch, actor: Actor, now: datetime) -> None:
    if actor.person_id is not None and switch.from_day < local_day(now):
        raise Refused(
            "past_day", f"Ngày {format_date(switch.from_day)} đã qua. Mời chọn hôm nay hoặc một ngày sau. Chưa đổi gì."
        )


def _log(session: Session, actor: Actor, verb: str, hamlet: Hamlet, *, now: datetime) -> None:
    change = Change(verb=verb, subject="hamlet", subject_id=hamlet.id, commune_id=hamlet.commune_id)
    record(session, actor, change, now=now)
