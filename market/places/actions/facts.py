"""What an office sets for its market from a day on: its targets and the numbers by which the KPI is counted.

Nothing of a day that has come is changed: what holds from today on, or held before, stays as it was said.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, NotFound, Refused
from market.places.models import Commune, DatedFact
from market.places.rules import FACTS, read_fact
from market.values.period import format_date, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """What `key` (one of `rules.FACTS`) is from a day on, as it is typed, and which paper says so."""

    commune_id: int
    key: str
    value: str
    valid_from: date
    source: str


def set_fact(session: Session, actor: Actor, new: NewFact, *, clock: Clock) -> bool:
    """Let a fact be so from a day on, until the day of a later one; whether anything changed.

    One that was set for the same day to come is replaced. Refused for a value that is none and a day that is past,
    Conflict where today has one already, NotFound for what may not be set.
    """
    if new.key not in FACTS:
        raise NotFound
    value = read_fact(new.key, new.value)
    commune = locked(session, Commune, Commune.id == new.commune_id)
    now = clock()
    known = _of_day(session, commune, new)
    if known is not None and (known.value, known.source, known.valid_to) == (value, new.source, None):
        return False
    _refuse_past(new, known, local_day(now))
    fact = known or DatedFact(commune_id=new.commune_id, key=new.key, valid_from=new.valid_from)
    fact.value, fact.source, fact.valid_to = value, new.source, None
    session.add(fact)
    session.flush()
    _record(session, actor, "set_fact", fact, commune, now=now)
    return True


def withdraw_fact(session: Session, actor: Actor, commune_id: int, fact_id: int, *, clock: Clock) -> None:
    """Let what was set for a day to come never hold; the row stays. Idempotent.

    Conflict where its day has come, NotFound for another commune's, and the country's.
    """
    commune = locked(session, Commune, Commune.id == commune_id)
    now = clock()
    mine = select(DatedFact).where(DatedFact.id == fact_id, DatedFact.commune_id == commune_id)
    fact = session.scalar(mine.execution_options(populate_existing=True))
    if fact is None or fact.key not in FACTS:
        raise NotFound
    if fact.valid_to is not None and fact.valid_to < fact.valid_from:
        return
    if fact.valid_from <= local_day(now):
        raise Conflict("fact_holds", "Số này đã có hiệu lực nên giữ nguyên. Muốn đổi, mời ghi số mới từ ngày mai.")
    fact.valid_to = fact.valid_from - timedelta(days=1)
    session.flush()
    _record(session, actor, "withdraw_fact", fact, commune, now=now)


def _of_day(session: Session, commune: Locked[Commune], new: NewFact) -> DatedFact | None:
    mine = DatedFact.commune_id == commune.row.id, DatedFact.key == new.key, DatedFact.valid_from == new.valid_from
    return session.scalars(
        select(DatedFact).where(*mine).order_by(DatedFact.id.desc()).execution_options(populate_existing=True)
    ).first()


def _refuse_past(new: NewFact, known: DatedFact | None, today: date) -> None:
    if new.valid_from < today:
        raise Refused(
            "past_day",
            f"Ngày {format_date(new.valid_from)} đã qua, số của ngày ấy giữ nguyên. Mời chọn hôm nay hoặc ngày sau.",
        )
    if known is not None and new.valid_from == today:
        raise Conflict(
            "fact_holds", f"Hôm nay đã dùng số {known.value}. Số ấy giữ nguyên tới hết hôm nay, mời chọn từ ngày mai."
        )


def _record(
    session: Session, actor: Actor, verb: str, fact: DatedFact, commune: Locked[Commune], *, now: datetime
) -> None:
    change = Change(verb=verb, subject="dated_fact", subject_id=fact.id, commune_id=commune.row.id, fields=[fact.key])
    record(session, actor, change, now=now)
