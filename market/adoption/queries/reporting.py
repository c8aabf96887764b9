"""The office's reports: which were made, the figures of one as known at its moment, and the rows behind a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.adoption.models import OfficialReport, PeriodLock, ReportPeriod
from market.adoption.queries.board import Named, Targets, by_name, names_of
from market.adoption.queries.figures import FigureSources, day_before, figure_in, points_of, sources_of
from market.adoption.queries.ledger import papers_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.queries.proofs import with_proofs
from market.adoption.queries.sellers import Sellers
from market.adoption.rules import BusinessStanding, Trade
from market.adoption.rules.counting import COOPERATIVE, HOUSEHOLD
from market.adoption.rules.periods import PeriodCut, PeriodKind
from market.adoption.rules.reporting.codes import FigureCode
from market.adoption.rules.reporting.content import ReportPaper
from market.adoption.rules.reporting.sentences import OwnWords
from market.adoption.rules.reporting.signing import CommuneNames, Issuer, ReportRecipient, bare_office
from market.adoption.rules.reporting.spans import ReportSpan
from market.adoption.rules.reporting.tallies import (
    CountedBusinesses,
    FarmHouseholds,
    ReportCount,
    ReportFigures,
    ReportLock,
    ReportTargets,
    definitions_version,
    tally_of,
)
from market.base.errors import NotFound
from market.places.models import Commune
from market.places.queries import hamlet_names
from market.sellers.rules import KIND_WORDS, BusinessKind
from market.values.paging import CountedPage, ListPage
from market.values.period import Period, local_day, trailing_year

PAGE = 50
BASE_KIND_WORDS = {kind: KIND_WORDS[BusinessKind(kind)] for kind in (HOUSEHOLD, COOPERATIVE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReport:
    """A report of the list, with who made it."""

    report: OfficialReport
    officer: str


def reports_of(session: Session, commune_id: int, first: int, most: int) -> list[MadeReport]:
    """Some of a commune's reports, the newest first."""
    query = (
        select(OfficialReport, Person.name)
        .join(Person, Person.id == OfficialReport.made_by)
        .where(OfficialReport.commune_id == commune_id)
        .order_by(OfficialReport.id.desc())
        .offset(first)
        .limit(most)
    )
    return [MadeReport(report=report, officer=name) for report, name in session.execute(query)]


def last_report_of(session: Session, commune_id: int, person_id: int) -> OfficialReport | None:
    """The newest that an officer made."""
    query = select(OfficialReport).where(OfficialReport.commune_id == commune_id, OfficialReport.made_by == person_id)
    return session.scalars(query.order_by(OfficialReport.id.desc()).limit(1)).first()


def commune_names(session: Session, commune_id: int) -> CommuneNames:
    commune = session.get_one(Commune, commune_id)
    economy = bare_office(commune.office_name, commune.name)
    return CommuneNames(name=commune.name, province=commune.province_name, economy=economy)


def report_with_code(session: Session, commune_id: int, code: str) -> OfficialReport:
    """NotFound for another commune's."""
    query = select(OfficialReport).where(OfficialReport.commune_id == commune_id, OfficialReport.code == code)
    report = session.scalars(query).one_or_none()
    if report is None:
        raise NotFound
    return report


def paper_of(session: Session, report: OfficialReport) -> ReportPaper:
    """What was chosen for it, as its commune is named now."""
    names = commune_names(session, report.commune_id)
    return ReportPaper(
        code=report.code,
        issuer=Issuer(kind=report.kind, signatory=report.signatory, commune=names),
        signer=report.signer,
        number=report.document_number,
        dated_on=report.dated_on,
        recipients=[one for one in ReportRecipient if one.value in report.recipients.split(",")],
        other_recipients=report.other_recipients.splitlines(),
        grounds=report.grounds.splitlines(),
        own=OwnWords(
            limits=report.limits.splitlines(),
            tasks=report.tasks.splitlines(),
            proposals=report.proposals.splitlines(),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Whom the figures of a day count, and what it was read from."""

    told: CountedBusinesses
    sources: FigureSources
    sellers: Sellers

    @property
    def as_of(self) -> date:
        return self.told.year.as_of


def day_count(session: Session, commune_id: int, days: Period, *, known_at: datetime) -> DayCount:
    """As of the last of some days: over the twelve months that end there, and over those days."""
    year = trailing_year(days.end)
    sources = sources_of(session, commune_id, (days.end, day_before(year), day_before(days)), known_at=known_at)
    [(_, of_year)] = points_of(session, sources, [year])
    [(_, of_days)] = points_of(session, sources, [days])
    return DayCount(
        told=CountedBusinesses(
            year=figure_in(session, sources, year, of_year),
            period=figure_in(session, sources, days, of_days),
            farms=_farms(session, sources, year, of_year),
        ),
        sources=sources,
        sellers=of_year,
    )


def _farms(session: Session, sources: FigureSources, year: Period, sellers: Sellers) -> FarmHouseholds:
    """By the same rule as `figure_in` counts them."""
    asked, day = sources.asked, year.end
    scope = LedgerScope(commune_id=asked.commune_id, since=year.start, until=day, known_at=asked.known_at)
    ocop = {paper.business_id for paper in papers_of(session, scope) if paper.holds_on(day)}
    farms = sources.registers[day].farms
    return FarmHouseholds(all=farms, digital=farms & (sources.with_account(day) | ocop | sellers.counted))


def days_so_far(span: ReportSpan, known_at: datetime) -> Period:
    """A period's days up to the one on which it is asked for; ValueError for one that has not begun."""
    return Period(span.days.start, min(span.days.end, local_day(known_at)))


def lock_of_span(
    session: Session, commune_id: int, span: ReportSpan, *, at: datetime | None = None
) -> PeriodLock | None:
    """The newest lock of a period, or the one of a moment; None where it was not locked."""
    cut = PeriodCut.REPORTING if span.by_decree else PeriodCut.CALENDAR
    query = (
        select(PeriodLock)
        .join(ReportPeriod, ReportPeriod.id == PeriodLock.report_period_id)
        .where(ReportPeriod.commune_id == commune_id, ReportPeriod.year == span.year)
        .where(ReportPeriod.kind == PeriodKind(span.kind.value), ReportPeriod.cut == cut)
        .where(ReportPeriod.number == span.number)
        .order_by(PeriodLock.version.desc())
        .limit(1)
    )
    return session.scalar(query if at is None else query.where(PeriodLock.locked_at == at))


def report_figures(session: Session, report: OfficialReport) -> ReportFigures:
    """Its figures, as known when it was made, or when its period was locked: the same whenever they are read."""
    lock = lock_of_span(session, report.commune_id, report.span, at=report.known_at)
    hamlets, span = hamlet_names(session, report.commune_id), report.span
    now = day_count(session, report.commune_id, days_so_far(span, report.known_at), known_at=report.known_at)
    before = day_count(session, report.commune_id, span.before.days, known_at=report.known_at)
    targets = Targets.on(now.sources.numbers, now.as_of)
    return ReportFigures(
        span=span,
        known_at=report.known_at,
        now=tally_of(now.told, hamlets, BASE_KIND_WORDS),
        before=tally_of(before.told, hamlets, BASE_KIND_WORDS),
        targets=ReportTargets(plan=targets.plan, annex=targets.annex, farms=targets.farms),
        definitions=lock.definitions_version if lock else definitions_version(report.known_at),
        lock=ReportLock(locked_at=lock.locked_at, head=lock.ledger_head) if lock else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """A business behind a figure: as the register had it on the day, with the sale that speaks for it, if one does."""

    standing: BusinessStanding
    named: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRows:
    """A page of the businesses that a figure is the number of, by name; `days`: over which their sales were looked
    at."""

    code: FigureCode
    report: OfficialReport
    days: Period
    page: CountedPage[FigureRow]


def rows_of_figure(session: Session, commune_id: int, code: FigureCode, asked: int) -> FigureRows:
    """The rows as they were known when the report was made. NotFound for a code of another commune."""
    report = report_with_code(session, commune_id, code.report)
    days = report.span.before.days if code.is_before else days_so_far(report.span, report.known_at)
    count = day_count(session, commune_id, days, known_at=report.known_at)
    ids = count.told.ids(code.counted, hamlet_id=code.hamlet_id, kind=code.kind)
    at = ListPage(total=len(ids), size=PAGE, asked=asked)
    ordered = [key for key in by_name(session, commune_id) if key in ids] if ids else []
    figure = count.told.period if code.counted is ReportCount.IN_PERIOD else count.told.year
    rows = _rows(session, count, figure.window, ordered[at.first : at.first + PAGE])
    return FigureRows(code=code, report=report, days=figure.window, page=at.with_rows(rows))


def _rows(session: Session, count: DayCount, window: Period, ids: Sequence[int]) -> list[FigureRow]:
    figure = count.told.period if window == count.told.period.window else count.told.year
    known = {one.business_id: one for one in figure.standings}
    platforms = count.sources.platforms(count.as_of)
    standings = [known.get(key) or _outside(count, platforms.get(key, ()), key) for key in ids]
    names = names_of(session, ids)
    return [
        FigureRow(standing=one, named=names[one.business_id])
        for one in with_proofs(session, count.sources, window, standings)
    ]


def _outside(count: DayCount, platforms: tuple[str, ...], business_id: int) -> BusinessStanding:
    """Of one that is not in the base on the day: a farm household, or one that has left it."""
    line = count.sources.registers[count.as_of].lines[business_id]
    is_counted = business_id in count.sellers.counted
    return BusinessStanding(
        business_id=business_id,
        hamlet_id=line.hamlet_id,
        kind=line.kind,
        platforms=platforms,
        trade=Trade.COUNTED if is_counted else Trade.NONE_YET,
    )
