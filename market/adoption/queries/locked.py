"""What was locked of a reporting period: read as it was stored, and counted anew from the evidence."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from market.accounts.models import Person
from market.adoption.models import (
    LockedBusiness,
    LockedNumber,
    LockedTarget,
    PeriodLock,
    PeriodSending,
    ReportPeriod,
)
from market.adoption.queries.board import KpiBoard, board_of
from market.adoption.queries.figures import points_of
from market.adoption.queries.periods import NO_PERIOD, named, period_of, state_of
from market.adoption.queries.proofs import with_proofs
from market.adoption.rules import Share, State
from market.adoption.rules.definitions import IN_USE
from market.adoption.rules.locking import (
    CountedBusiness,
    InForce,
    LockContent,
    LockHead,
    Measure,
    Number,
    counted_of,
    digest_of,
    numbers_of_figure,
)
from market.adoption.rules.periods import NamedPeriod, PeriodState
from market.base.batch import in_parts
from market.base.errors import NotFound
from market.base.row_query import RowQuery
from market.orders.models import Order
from market.places.models import DatedFact
from market.values.paging import CountedPage, ListPage
from market.values.period import Period, trailing_year

PAGE = 50
AT_ONCE = 500
"""Of so many businesses the proofs are asked for at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedShare:
    """A number of a hamlet, a kind or a state; `words`: what that was called when it was locked."""

    key: str
    words: str
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedFigure:
    """A period as it was locked, all of it as it was stored. Shares are so many of so many businesses.

    `as_of`, `window`: the day of the figure and the twelve months up to it; `days`: the period's own. `in_period`: who
    had a counted sale within them. `targets`: all in force then, the numbers that the figure is counted by among them.
    `replaces` and `replaced_by`: versions. `ledger_head` is "" where no ledger was kept. `stored_digest` is what was
    written with the lock, `digest` what its rows come to now.
    """

    lock_id: int
    period_id: int
    period: NamedPeriod
    state: PeriodState
    replaced_by: int | None
    locked_by_name: str
    sent_by_name: str | None
    sent_at: datetime | None
    document_no: str
    stored_digest: str
    head: LockHead
    content: LockContent
    by_hamlet: tuple[LockedShare, ...]
    by_kind: tuple[LockedShare, ...]
    states: tuple[LockedShare, ...]

    @property
    def days(self) -> Period:
        return Period(*self.head.days)

    @property
    def window(self) -> Period:
        return trailing_year(self.as_of)

    @property
    def version(self) -> int:
        return self.head.version

    @property
    def replaces(self) -> int | None:
        return self.version - 1 if self.head.replaces_id else None

    @property
    def reason(self) -> str | None:
        return self.head.reason

    @property
    def locked_by(self) -> int:
        return self.head.locked_by

    @property
    def locked_at(self) -> datetime:
        return self.head.locked_at

    @property
    def definitions_version(self) -> int:
        return self.head.definitions_version

    @property
    def ledger_head(self) -> str:
        return self.head.ledger_head

    @property
    def as_of(self) -> date:
        return self.head.days[1]

    @property
    def plan(self) -> Share:
        """Plan III.2.2: those that count, of the base."""
        return self.content.share(Measure.PLAN)

    @property
    def annex(self) -> Share:
        """Annex, row 14."""
        return self.content.share(Measure.ANNEX)

    @property
    def farms(self) -> Share:
        return self.content.share(Measure.FARMS)

    @property
    def in_period(self) -> Share:
        return self.content.share(Measure.IN_PERIOD)

    @property
    def with_account(self) -> Share:
        return self.content.share(Measure.ACCOUNT)

    @property
    def base(self) -> int:
        return self.plan.whole

    @property
    def counted(self) -> tuple[CountedBusiness, ...]:
        """Every business that counts, with its proof, by rising id."""
        return self.content.counted

    @property
    def targets(self) -> tuple[InForce, ...]:
        return self.content.targets

    def target(self, key: str) -> int | None:
        """Of one of the numbers in force then, as `kpi.target.plan`: None where nobody had set it."""
        return next((one.value for one in self.targets if one.key == key), None)

    @property
    def digest(self) -> str:
        return digest_of(self.head, self.content)

    @property
    def is_as_stored(self) -> bool:
        """Whether nobody has changed a stored row since."""
        return self.digest == self.stored_digest


def locked_figure(
    session: Session, commune_id: int, period_id: int, *, version: int | None = None
) -> LockedFigure | None:
    """A period as it was locked: the newest lock, or the one of a version; None for a draft.

    NotFound for another commune's period, and a version that it has not.
    """
    period = period_of(session, commune_id, period_id)
    found = session.execute(_lock_of(period, version)).one_or_none()
    if found is None:
        if version is not None:
            raise NotFound(NO_PERIOD)
        return None
    lock, sending, replaced_by, locked_by_name, sent_by_name = found
    numbers = session.scalars(select(LockedNumber).where(LockedNumber.period_lock_id == lock.id)).all()
    return LockedFigure(
        lock_id=lock.id,
        period_id=period.id,
        period=named(period),
        state=state_of(lock, sending),
        replaced_by=replaced_by,
        locked_by_name=locked_by_name,
        sent_by_name=sent_by_name,
        sent_at=sending.sent_at if sending else None,
        document_no=sending.document_no if sending else "",
        stored_digest=lock.digest,
        head=head_of_lock(period, lock),
        content=LockContent.of(map(_number, numbers), _counted(session, lock.id), _targets(session, lock.id)),
        by_hamlet=_shares(numbers, Measure.HAMLET),
        by_kind=_shares(numbers, Measure.KIND),
        states=_shares(numbers, Measure.STATE),
    )


def _lock_of(
    period: ReportPeriod, version: int | None
) -> Select[PeriodLock, PeriodSending | None, int | None, str, str | None]:
    """A period's newest lock, or the one of a version: with its sending, the version that replaces it, who locked it
    and who sent it."""
    later, officer, sender = aliased(PeriodLock), aliased(Person), aliased(Person)
    return (
        select(PeriodLock, PeriodSending, later.version, officer.name, sender.name)
        .join(officer, officer.id == PeriodLock.locked_by)
        .outerjoin(later, later.replaces_id == PeriodLock.id)
        .outerjoin(PeriodSending, PeriodSending.period_lock_id == PeriodLock.id)
        .outerjoin(sender, sender.id == PeriodSending.sent_by)
        .where(PeriodLock.report_period_id == period.id)
        .where(later.id.is_(None) if version is None else PeriodLock.version == version)
    )


def head_of_lock(period: ReportPeriod, lock: PeriodLock) -> LockHead:
    return LockHead(
        days=(period.starts_on, period.ends_on),
        version=lock.version,
        replaces_id=lock.replaces_id,
        reason=lock.reason,
        locked_by=lock.locked_by,
        locked_at=lock.locked_at,
        definitions_version=lock.definitions_version,
        ledger_head=lock.ledger_head,
    )


def _number(row: LockedNumber) -> Number:
    return Number(measure=row.measure, of_what=row.of_what, part=row.part, whole=row.whole)


def _shares(rows: Sequence[LockedNumber], measure: Measure) -> tuple[LockedShare, ...]:
    """In the order in which they were written: hamlets as the commune has them, states as they follow one another."""
    some = sorted((row for row in rows if row.measure is measure), key=lambda row: row.id)
    return tuple(LockedShare(key=row.of_what, words=row.words, share=_number(row).share) for row in some)


_COUNTED = RowQuery(
    select(
        LockedBusiness.business_id,
        LockedBusiness.hamlet_id,
        LockedBusiness.kind,
        LockedBusiness.order_id,
        LockedBusiness.evidence,
        LockedBusiness.platforms,
    )
    .where(LockedBusiness.period_lock_id == bindparam("lock_id"))
    .order_by(LockedBusiness.business_id)
)


def _counted(session: Session, lock_id: int) -> list[CountedBusiness]:
    return [
        CountedBusiness(
            business_id=business_id,
            hamlet_id=hamlet_id,
            kind=kind,
            order_id=order_id,
            evidence=evidence,
            platforms=tuple(platforms.split(" ")),
        )
        for business_id, hamlet_id, kind, order_id, evidence, platforms in _COUNTED.rows(
            session.connection(), {"lock_id": lock_id}
        )
    ]


def _targets(session: Session, lock_id: int) -> list[InForce]:
    rows = session.scalars(select(LockedTarget).where(LockedTarget.period_lock_id == lock_id))
    return [InForce(key=row.key, value=row.value, valid_from=row.valid_from, source=row.source) for row in rows]


def counted_page(figure: LockedFigure, page: int) -> CountedPage[CountedBusiness]:
    """A page of the businesses that a lock counts."""
    at = ListPage(total=len(figure.counted), size=PAGE, asked=page)
    return at.with_rows(figure.counted[at.first : at.first + PAGE])


_CODES = RowQuery(
    select(Order.id, Order.code).where(
        Order.commune_id == bindparam("commune_id"), Order.id.in_(bindparam("ids", expanding=True))
    )
)


def order_codes(session: Session, commune_id: int, ids: Collection[int]) -> dict[int, str]:
    """The codes of some orders, by which their pages are found."""
    given = {"commune_id": commune_id, "ids": list(ids)}
    return dict(_CODES.rows(session.connection(), given)) if ids else {}


def versions_of(session: Session, period_id: int) -> list[PeriodLock]:
    """The locks of a period, the newest first: the last ones of very many."""
    query = select(PeriodLock).where(PeriodLock.report_period_id == period_id)
    return list(session.scalars(query.order_by(PeriodLock.version.desc()).limit(PAGE)))


# --- counted anew ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A period counted from the evidence, as known at a moment: what a lock holds of it, and the board it is from."""

    board: KpiBoard
    content: LockContent


def count_period(
    session: Session, commune_id: int, days: Period, *, known_at: datetime, names_proofs: bool = True
) -> Counting:
    """What a lock of these days holds, from the evidence alone: nothing that was stored of a lock is read.

    Without `names_proofs` those who count are not told of one by one, which takes longer than all else.
    """
    board = board_of(session, commune_id, days.end, known_at=known_at)
    [(in_period, _)] = points_of(session, board.sources, [days])
    content = LockContent.of(
        numbers_of_figure(board.figure, in_period.plan),
        _proven(session, board) if names_proofs else (),
        numbers_in_force(session, commune_id, days.end),
    )
    return Counting(board=board, content=content)


def _proven(session: Session, board: KpiBoard) -> Iterator[CountedBusiness]:
    for some in in_parts(board.figure.in_state(State.COUNTED), AT_ONCE):
        yield from counted_of(with_proofs(session, board.sources, board.figure.window, some))


def numbers_in_force(session: Session, commune_id: int, day: date) -> list[InForce]:
    """The KPI's targets and the numbers that it is counted by, on a day; the commune's own before the country's."""
    query = select(DatedFact).where(
        DatedFact.key.startswith("kpi."),
        or_(DatedFact.commune_id == commune_id, DatedFact.commune_id.is_(None)),
        DatedFact.valid_from <= day,
        or_(DatedFact.valid_to.is_(None), DatedFact.valid_to >= day),
    )
    newest: dict[str, DatedFact] = {}
    rows = session.scalars(query).all()
    for row in sorted(rows, key=lambda row: (row.commune_id is not None, row.valid_from, -row.id)):
        newest[row.key] = row
    return [
        InForce(key=key, value=int(row.value), valid_from=row.valid_from, source=row.source)
        for key, row in newest.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """A lock beside the same counted anew as of the moment of the lock.

    `is_same`: nothing differs, neither in what is stored nor in what the evidence says. `changed`: what does, in words.
    `definitions_in_use`: the version by which it was counted now.
    """

    is_same: bool
    changed: tuple[str, ...]
    definitions_in_use: int


MEASURE_WORDS: Mapping[Measure, str] = {
    Measure.PLAN: "kế hoạch III.2.2",
    Measure.ANNEX: "phụ lục 14",
    Measure.FARMS: "hộ nông dân",
    Measure.IN_PERIOD: "có đơn trong kỳ",
    Measure.ACCOUNT: "có tài khoản",
    Measure.HAMLET: "theo thôn",
    Measure.KIND: "theo loại hình",
    Measure.STATE: "theo tình trạng",
}


def recount(session: Session, commune_id: int, figure: LockedFigure) -> Recount:
    """Whether a locked figure comes out of the evidence again, as it was known when it was locked. Of the numbers in
    force those that were there then: a later version of the market may bring others, which hold from a day before."""
    counting = count_period(session, commune_id, figure.days, known_at=figure.locked_at)
    known = {one.key for one in figure.targets}
    again = replace(counting.content, targets=tuple(one for one in counting.content.targets if one.key in known))
    changed = [*_changed(figure.content, again)]
    if not changed and digest_of(figure.head, again) != figure.stored_digest:
        changed.append("dấu của bản chốt")
    return Recount(is_same=not changed, changed=tuple(changed), definitions_in_use=IN_USE)


def _changed(locked: LockContent, again: LockContent) -> list[str]:
    was, now = set(locked.numbers), set(again.numbers)
    words = [MEASURE_WORDS[measure] for measure in Measure if any(one.measure is measure for one in was ^ now)]
    if locked.counted != again.counted:
        words.append("danh sách hộ được tính")
    if locked.targets != again.targets:
        words.append("mục tiêu")
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class LateDifference:
    """What is known of a locked period today and was not when it was locked; the lock itself stays as it is.

    `gained`, `lost`: businesses that would count today and did not, and the other way round.
    """

    today: LockContent
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    differs: bool


def late_difference(session: Session, commune_id: int, figure: LockedFigure, *, now: datetime) -> LateDifference:
    today = count_period(session, commune_id, figure.days, known_at=now, names_proofs=False)
    was = {one.business_id for one in figure.counted}
    is_now = {one.business_id for one in today.board.figure.in_state(State.COUNTED)}
    return LateDifference(
        today=today.content,
        gained=tuple(sorted(is_now - was)),
        lost=tuple(sorted(was - is_now)),
        differs=set(today.content.numbers) != set(figure.content.numbers) or is_now != was,
    )
