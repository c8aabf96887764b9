"""The KPI as the office sees it: the figure, the same in the reporting month, twelve months of it, names to show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from market.accounts.models import Person
from market.adoption.models import EvidenceReview
from market.adoption.queries.figures import FigureSources, Point, day_before, figure_in, line_of, points_of, sources_of
from market.adoption.rules import CUT_OFF_DAY, Figure, Ledger
from market.base.row_query import RowQuery
from market.payments.models import Allocation, BankCredit, PaymentRequest
from market.sellers.models import Business, BusinessHistory
from market.values.money import Dong
from market.values.period import Period, add_months, month, months_back, trailing_year
from market.values.phone import Phone

MONTHS = 12
MOST_OF_AN_ORDER = 50
"""So many looks at one order are shown, and so many notices of a bank: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """In percent; None where the commune has set none."""

    plan: int | None
    annex: int | None
    farms: int | None

    @classmethod
    def on(cls, ledger: Ledger, day: date) -> "Targets":
        return cls(
            plan=ledger.number_on("kpi.target.plan", day),
            annex=ledger.number_on("kpi.target.annex", day),
            farms=ledger.number_on("kpi.target.farms", day),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiBoard:
    """`figure` over twelve months back, `in_period` over the reporting month so far, `line` at the ends of months."""

    figure: Figure
    in_period: Point
    line: tuple[Point, ...]
    targets: Targets
    sources: FigureSources


def reporting_month(day: date) -> Period:
    """The reporting month a day lies in, up to that day."""
    named = day if day.day <= CUT_OFF_DAY else add_months(day, 1)
    return Period(month(named.year, named.month, reporting_cut=True).start, day)


def board_of(session: Session, commune_id: int, as_of: date, *, known_at: datetime) -> KpiBoard:
    """Everything the KPI's page shows, as of a day and as known at a moment; of the businesses not which sale speaks
    for each (`with_proofs`)."""
    days = months_back(as_of, MONTHS)
    year = trailing_year(as_of)
    sources = sources_of(session, commune_id, (*days, day_before(year)), known_at=known_at)
    *line, (now, sellers) = line_of(session, sources, [trailing_year(day) for day in days])
    [(in_period, _)] = points_of(session, sources, [reporting_month(as_of)])
    return KpiBoard(
        figure=figure_in(session, sources, year, sellers),
        in_period=in_period,
        line=(*(point for point, _ in line), now),
        targets=Targets.on(sources.numbers, as_of),
        sources=sources,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A business as the list names it."""

    id: int
    name: str
    owner_name: str | None
    phone: Phone | None
    trade: str | None


_NAMES = RowQuery(
    select(Business.id, Business.name, Business.owner_name, Business.phone, Business.trade).where(
        Business.id.in_(bindparam("ids", expanding=True))
    )
)


def names_of(session: Session, ids: Collection[int]) -> dict[int, Named]:
    """Some businesses by id."""
    return {
        key: Named(id=key, name=name, owner_name=owner_name, phone=phone, trade=trade)
        for key, name, owner_name, phone, trade in _NAMES.rows(session.connection(), {"ids": ids})
    }


_BY_NAME = RowQuery(
    select(Business.id).where(Business.commune_id == bindparam("commune_id")).order_by(Business.folded, Business.id)
)


def by_name(session: Session, commune_id: int) -> list[int]:
    """Every business of the commune in the order of their names."""
    return [business_id for (business_id,) in _BY_NAME.rows(session.connection(), {"commune_id": commune_id})]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChange:
    """A business that came into the base or left it, and on what paper the register's newest word about it stands."""

    business_id: int
    name: str
    source: str


def register_changes(session: Session, board: KpiBoard, ids: Collection[int], *, most: int) -> list[RegisterChange]:
    """The first of some businesses, by name."""
    line, asked = BusinessHistory, board.sources.asked
    newest = (
        select(line.source)
        .where(line.business_id == Business.id, line.recorded_at <= asked.known_at)
        .where(line.valid_from <= board.figure.as_of)
        .order_by(line.valid_from.desc(), line.recorded_at.desc(), line.id.desc())
        .limit(1)
        .correlate(Business)
        .scalar_subquery()
    )
    query = select(Business.id, Business.name, newest.label("source")).where(Business.id.in_(ids))
    rows = session.execute(query.order_by(Business.folded, Business.id).limit(most))
    return [RegisterChange(business_id=row.id, name=row.name, source=row.source) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """An officer's look at an order, with the officer's name."""

    review: EvidenceReview
    officer: str


def reviews_of(session: Session, order_id: int) -> list[Reviewed]:
    """The newest looks at an order, newest first."""
    query = (
        select(EvidenceReview, Person.name)
        .join(Person, Person.id == EvidenceReview.reviewed_by)
        .where(EvidenceReview.order_id == order_id)
        .order_by(EvidenceReview.id.desc())
        .limit(MOST_OF_AN_ORDER)
    )
    return [Reviewed(review=review, officer=name) for review, name in session.execute(query)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankProof:
    """Money a bank's notice put on an order: how much, when it came, the bank's own reference."""

    amount: Dong
    occurred_at: datetime
    bank_ref: str
    is_undone: bool


def bank_proof_of(session: Session, order_id: int) -> list[BankProof]:
    """The bank's notices behind an order, also those taken off it again: of very many the newest ones."""
    undone = aliased(Allocation)
    query = (
        select(Allocation.amount, BankCredit.occurred_at, BankCredit.bank_ref, undone.id.label("undone"))
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .join(BankCredit, BankCredit.id == Allocation.credit_id)
        .outerjoin(undone, undone.undoes_id == Allocation.id)
        .where(PaymentRequest.order_id == order_id, Allocation.undoes_id.is_(None))
        .order_by(Allocation.id.desc())
        .limit(MOST_OF_AN_ORDER)
    )
    return [
        BankProof(
            amount=row.amount,
            occurred_at=row.occurred_at,
            bank_ref=row.bank_ref,
            is_undone=row.undone is not None,
        )
        for row in reversed(session.execute(query).all())
    ]
