"""How far households have come, step by step, by yes and no: what the market knows itself, and what helpers wrote of
their visits. No amount of money is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, bindparam, exists, false, func, or_, select
from sqlalchemy.orm import Session

from market.adoption.models import PlatformAccount
from market.adoption.rules import BASE_KINDS
from market.base.db import AnyColumn
from market.base.row_query import NamedRow
from market.catalog.models import Photo, Product
from market.orders.models import COMPLETED, Order
from market.places.models import Hamlet
from market.sellers.models import (
    IS_NOT_CLOSED,
    BankAccount,
    Business,
    BusinessKind,
    BusinessMember,
    BusinessStatus,
    HelpVisit,
    Stall,
)
from market.sellers.queries.help_visits import STANDS, is_mandated, was_done
from market.sellers.rules.help_visits import HelpStep
from market.values.phone import Phone

SOLD_WITHIN = timedelta(days=365)
SOLD_FROM = bindparam("sold_from", type_=Date())

HAS_STALL: ColumnElement[bool] = exists().where(Stall.business_id == Business.id, IS_NOT_CLOSED).correlate(Business)
HAS_ACCOUNT: ColumnElement[bool] = or_(
    exists().where(BusinessMember.business_id == Business.id, BusinessMember.is_confirmed).correlate(Business),
    HAS_STALL,
)
_ELSEWHERE = exists().where(
    PlatformAccount.business_id == Business.id,
    PlatformAccount.checked_at.is_not(None),
    PlatformAccount.ended_at.is_(None),
)
_GOODS = Product.stall_id == Stall.id, Stall.business_id == Business.id, IS_NOT_CLOSED, Product.is_hidden.is_(False)
_ON_SALE = *_GOODS, Product.is_approved
HAS_GOODS: ColumnElement[bool] = exists().where(*_ON_SALE).correlate(Business)
HAS_PICTURE: ColumnElement[bool] = (
    exists().where(*_ON_SALE, Photo.product_id == Product.id, Photo.is_illustration.is_(False)).correlate(Business)
)
GOODS_WAIT: ColumnElement[bool] = exists().where(*_GOODS, Product.is_waiting).correlate(Business)
HAS_SOLD: ColumnElement[bool] = (
    exists().where(Order.business_id == Business.id, COMPLETED, Order.completed_on >= SOLD_FROM).correlate(Business)
)
KNOWN: Mapping[HelpStep, ColumnElement[bool]] = {
    HelpStep.ACCOUNT: or_(HAS_ACCOUNT, _ELSEWHERE.correlate(Business)),
    HelpStep.CASHLESS: exists()
    .where(BankAccount.business_id == Business.id, BankAccount.closed_at.is_(None))
    .correlate(Business),
    HelpStep.INVOICE: false(),
    HelpStep.LISTING: HAS_GOODS,
    HelpStep.ORDER: HAS_SOLD,
}
"""What the market sees by itself; of electronic invoices it sees nothing."""


BY_WORD = frozenset({HelpStep.CASHLESS, HelpStep.INVOICE})
"""What may well be done where the market does not see it: there a helper's word counts. An account, goods on sale and
an order it sees itself, or they are not there."""


def _counts(step: HelpStep) -> ColumnElement[bool]:
    return or_(KNOWN[step], was_done(step)) if step in BY_WORD else KNOWN[step]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdSteps:
    """A household with its steps: `known` are those that the market sees itself, `told` those that a helper wrote were
    done."""

    id: int
    name: str
    owner_name: str | None
    phone: Phone | None
    hamlet_id: int
    known: frozenset[HelpStep]
    told: frozenset[HelpStep]
    is_mandated: bool


def steps_of(session: Session, business_id: int, today: date) -> HouseholdSteps:
    """One household, which there is."""
    [one] = _steps(session, [Business.id == business_id], today, first=0, most=1)
    return one


def households_by_step(
    session: Session, commune_id: int, *, hamlet_id: int | None, today: date, first: int, most: int
) -> list[HouseholdSteps]:
    """The KPI's households of a commune or of one hamlet, by name."""
    which = [*_base(commune_id), *([Business.hamlet_id == hamlet_id] if hamlet_id else [])]
    return _steps(session, which, today, first=first, most=most)


def _base(commune_id: int) -> list[ColumnElement[bool]]:
    """The households of the KPI's base today."""
    kinds = [BusinessKind(kind) for kind in sorted(BASE_KINDS)]
    active = Business.status == BusinessStatus.ACTIVE
    return [Business.commune_id == commune_id, Business.kind.in_(kinds), active]


def _steps(
    session: Session, which: Sequence[ColumnElement[bool]], today: date, *, first: int, most: int
) -> list[HouseholdSteps]:
    flags = {f"told_{step.name}": was_done(step) for step in HelpStep}
    flags |= {f"known_{step.name}": known for step, known in KNOWN.items()} | {"mandated": is_mandated(today)}
    columns: list[AnyColumn] = [
        Business.id,
        Business.name,
        Business.owner_name,
        Business.phone,
        Business.hamlet_id,
        *(flag.label(name) for name, flag in flags.items()),
    ]
    query = select(*columns).where(*which).order_by(Business.folded, Business.id).offset(first).limit(most)
    return [_household(dict(row)) for row in session.execute(query, {"sold_from": today - SOLD_WITHIN}).mappings()]


def _household(row: NamedRow) -> HouseholdSteps:
    return HouseholdSteps(
        id=row["id"],
        name=row["name"],
        owner_name=row["owner_name"],
        phone=row["phone"],
        hamlet_id=row["hamlet_id"],
        known=frozenset(step for step in HelpStep if row[f"known_{step.name}"]),
        told=frozenset(step for step in HelpStep if row[f"told_{step.name}"]),
        is_mandated=row["mandated"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletSteps:
    """A hamlet's households that the KPI counts among, how many of them have done each step, and its visits of some
    days, households of every kind."""

    hamlet_id: int
    hamlet: str
    households: int
    done: Mapping[HelpStep, int]
    visits: int = 0


def steps_by_hamlet(
    session: Session, commune_id: int, today: date, *, hamlet_ids: Sequence[int] | None = None
) -> list[HamletSteps]:
    """Every hamlet in use (or some of them), in Vietnamese order, with this calendar month's visits."""
    reached = [func.count().filter(_counts(step)).label(step.name) for step in HelpStep]
    base = select(Business.hamlet_id, func.count().label("households"), *reached).where(*_base(commune_id))
    hamlets = select(Hamlet.id, Hamlet.name).where(Hamlet.commune_id == commune_id, Hamlet.is_active)
    if hamlet_ids is not None:
        base, hamlets = base.where(Business.hamlet_id.in_(hamlet_ids)), hamlets.where(Hamlet.id.in_(hamlet_ids))
    rows = session.execute(base.group_by(Business.hamlet_id), {"sold_from": today - SOLD_WITHIN}).mappings()
    found = {row["hamlet_id"]: row for row in rows}
    visits = _visits_by_hamlet(session, commune_id, today)
    return [
        HamletSteps(
            hamlet_id=one.id,
            hamlet=one.name,
            households=found[one.id]["households"] if one.id in found else 0,
            done={step: found[one.id][step.name] if one.id in found else 0 for step in HelpStep},
            visits=visits.get(one.id, 0),
        )
        for one in session.execute(hamlets.order_by(Hamlet.sort_key))
    ]


def _visits_by_hamlet(session: Session, commune_id: int, today: date) -> dict[int, int]:
    """This month's, by the hamlet of today: what was merged counts where it is now."""
    of_month = HelpVisit.commune_id == commune_id, HelpVisit.visited_on >= today.replace(day=1), STANDS
    hamlet_now = func.coalesce(Hamlet.merged_into, Hamlet.id)
    query = select(hamlet_now, func.count()).join(HelpVisit, HelpVisit.hamlet_id == Hamlet.id).where(*of_month)
    return {hamlet_id: count for hamlet_id, count in session.execute(query.group_by(hamlet_now))}
