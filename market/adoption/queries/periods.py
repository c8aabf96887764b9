"""Reporting periods: which were opened, how far each is, what the commune asks for where one is locked and sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from market.adoption.models import LockedNumber, PeriodLock, PeriodSending, ReportPeriod
from market.adoption.queries.ledger import number_on
from market.adoption.rules import Share
from market.adoption.rules.locking import Measure
from market.adoption.rules.periods import NamedPeriod, PeriodState
from market.base.errors import NotFound
from market.values.period import Period

NO_PERIOD = "Không tìm thấy kỳ báo cáo này."
LOCK_PEOPLE, REPORT_DAYS = "kpi.lock_people", "kpi.report_days"
"""How many people it takes to lock and to send; how many days after a period's last one its report leaves."""
USUAL_DAYS = 1
"""Where nobody has set it: cut on the 14th, the report leaves on the 15th."""


def named(period: ReportPeriod) -> NamedPeriod:
    return NamedPeriod(kind=period.kind, cut=period.cut, year=period.year, number=period.number)


def days_of(period: ReportPeriod) -> Period:
    """As they were when it was opened."""
    return Period(period.starts_on, period.ends_on)


def period_of(session: Session, commune_id: int, period_id: int) -> ReportPeriod:
    """NotFound for another commune's."""
    mine = select(ReportPeriod).where(ReportPeriod.id == period_id, ReportPeriod.commune_id == commune_id)
    found = session.scalar(mine)
    if found is None:
        raise NotFound(NO_PERIOD)
    return found


def period_named(session: Session, commune_id: int, wanted: NamedPeriod) -> ReportPeriod | None:
    """None where nobody has opened it."""
    return session.scalar(
        select(ReportPeriod).where(
            ReportPeriod.commune_id == commune_id,
            ReportPeriod.kind == wanted.kind,
            ReportPeriod.cut == wanted.cut,
            ReportPeriod.year == wanted.year,
            ReportPeriod.number == wanted.number,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLine:
    """A period of the list: how far it is, and the newest lock's headline where it has one."""

    period: ReportPeriod
    state: PeriodState
    version: int
    plan: Share | None

    @property
    def words(self) -> str:
        return named(self.period).words


def _newest(period_ids: Sequence[int]) -> Select[PeriodLock, PeriodSending | None, int | None, int | None]:
    """Of some periods the lock that nothing replaces, its sending and its headline."""
    later = aliased(PeriodLock)
    headline = (LockedNumber.period_lock_id == PeriodLock.id) & (LockedNumber.measure == Measure.PLAN)
    return (
        select(PeriodLock, PeriodSending, LockedNumber.part, LockedNumber.whole)
        .outerjoin(later, later.replaces_id == PeriodLock.id)
        .outerjoin(PeriodSending, PeriodSending.period_lock_id == PeriodLock.id)
        .outerjoin(LockedNumber, headline)
        .where(PeriodLock.report_period_id.in_(period_ids), later.id.is_(None))
    )


def periods_of(session: Session, commune_id: int, first: int, most: int) -> list[PeriodLine]:
    """The periods that were opened, those that end last first."""
    query = select(ReportPeriod).where(ReportPeriod.commune_id == commune_id)
    ordered = query.order_by(ReportPeriod.ends_on.desc(), ReportPeriod.starts_on.desc(), ReportPeriod.id.desc())
    periods = session.scalars(ordered.offset(first).limit(most)).all()
    rows = session.execute(_newest([one.id for one in periods])).all() if periods else []
    locks = {lock.report_period_id: (lock, sending, part, whole) for lock, sending, part, whole in rows}
    return [_line(period, *locks.get(period.id, (None, None, None, None))) for period in periods]


def _line(
    period: ReportPeriod, lock: PeriodLock | None, sending: PeriodSending | None, part: int | None, whole: int | None
) -> PeriodLine:
    return PeriodLine(
        period=period,
        state=state_of(lock, sending),
        version=lock.version if lock else 0,
        plan=None if part is None or whole is None else Share(part=part, whole=whole),
    )


def state_of(lock: PeriodLock | None, sending: PeriodSending | None) -> PeriodState:
    if lock is None:
        return PeriodState.DRAFT
    return PeriodState.LOCKED if sending is None else PeriodState.SENT


def takes_two(session: Session, commune_id: int, day: date) -> bool:
    """Whether the commune wants another person to send than the one who locked, on a day."""
    return (number_on(session, commune_id, LOCK_PEOPLE, day) or 1) > 1


def report_due(session: Session, commune_id: int, period: ReportPeriod, today: date) -> date:
    """The day on which a period's report leaves, by what the commune asks for today."""
    days = number_on(session, commune_id, REPORT_DAYS, today)
    return period.ends_on + timedelta(days=USUAL_DAYS if days is None else days)
