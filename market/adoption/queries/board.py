"""The KPI as the office sees it: the figure, the same in the reporting month, twelve months of it, names to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from market.accounts.models import Person
from market.adoption.models import EvidenceReview
from market.adoption.queries.ledger import ledger_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.rules import CUT_OFF_DAY, Count, Figure, Ledger, RegisterLine, RiskFlag, Sale, told_on
from market.payments.models import Allocation, BankCredit, PaymentRequest
from market.places.models import Hamlet
from market.sellers.models import Business
from market.values.money import Dong
from market.values.period import Period, add_months, month, months_back, trailing_year
from market.values.phone import Phone

MONTHS = 12


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
    in_period: Figure
    line: tuple[Figure, ...]
    targets: Targets
    lines: Sequence[RegisterLine]

    def source_of(self, business_id: int) -> str:
        """On what paper the register's newest word about a business stands."""
        own = (one for one in self.lines if one.business_id == business_id)
        return told_on(own, self.figure.as_of)[business_id].source


def reporting_month(day: date) -> Period:
    """The reporting month a day lies in, up to that day."""
    named = day if day.day <= CUT_OFF_DAY else add_months(day, 1)
    return Period(month(named.year, named.month, reporting_cut=True).start, day)


def board_of(session: Session, commune_id: int, as_of: date, *, known_at: datetime) -> KpiBoard:
    """Everything the KPI's page shows, as of a day and as known at a moment."""
    days = months_back(as_of, MONTHS)
    since = trailing_year(days[0]).start
    ledger = ledger_of(session, LedgerScope(commune_id=commune_id, since=since, until=as_of, known_at=known_at))
    count = Count(ledger)
    line = tuple(count.figure(day, trailing_year(day)) for day in days)
    return KpiBoard(
        figure=line[-1],
        in_period=count.figure(as_of, reporting_month(as_of)),
        line=line,
        targets=Targets.on(ledger, as_of),
        lines=ledger.lines,
    )


def risk_flags_about(
    session: Session, commune_id: int, sale: Sale, as_of: date, *, known_at: datetime
) -> set[RiskFlag]:
    """Every reason to look at one sale, as part of the figure of a day."""
    window = trailing_year(as_of)
    asked = LedgerScope(commune_id=commune_id, since=window.start, until=window.end, known_at=known_at)
    count = Count(ledger_of(session, asked))
    figure = count.figure(as_of, window)
    proven = (one for one in figure.standings if one.proof and one.proof.order_id == sale.order_id)
    return {flag for standing in proven for flag in standing.risk_flags} | set(count.risk_flags_of(sale, figure))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A business as the list names it."""

    id: int
    name: str
    owner_name: str | None
    phone: Phone | None
    trade: str | None
    sort_key: str


def names_of(session: Session, commune_id: int) -> dict[int, Named]:
    """Every business of the commune by id."""
    query = select(
        Business.id, Business.name, Business.owner_name, Business.phone, Business.trade, Business.folded
    ).where(Business.commune_id == commune_id)
    return {
        row.id: Named(
            id=row.id,
            name=row.name,
            owner_name=row.owner_name,
            phone=row.phone,
            trade=row.trade,
            sort_key=row.folded,
        )
        for row in session.execute(query)
    }


def hamlet_names(session: Session, commune_id: int) -> dict[int, str]:
    """Every hamlet's name by id, in Vietnamese order; also those no longer in use."""
    query = select(Hamlet.id, Hamlet.name).where(Hamlet.commune_id == commune_id).order_by(Hamlet.sort_key)
    return {row.id: row.name for row in session.execute(query)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """An officer's look at an order, with the officer's name."""

    review: EvidenceReview
    officer: str


def reviews_of(session: Session, order_id: int) -> list[Reviewed]:
    """The looks at an order, newest first."""
    query = (
        select(EvidenceReview, Person.name)
        .join(Person, Person.id == EvidenceReview.reviewed_by)
        .where(EvidenceReview.order_id == order_id)
        .order_by(EvidenceReview.id.desc())
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
    """The bank's notices behind an order, also those taken off it again."""
    undone = aliased(Allocation)
    query = (
        select(Allocation.amount, BankCredit.occurred_at, BankCredit.bank_ref, undone.id.label("undone"))
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .join(BankCredit, BankCredit.id == Allocation.credit_id)
        .outerjoin(undone, undone.undoes_id == Allocation.id)
        .where(PaymentRequest.order_id == order_id, Allocation.undoes_id.is_(None))
        .order_by(Allocation.id)
    )
    return [
        BankProof(
            amount=row.amount,
            occurred_at=row.occurred_at,
            bank_ref=row.bank_ref,
            is_undone=row.undone is not None,
        )
        for row in session.execute(query)
    ]
