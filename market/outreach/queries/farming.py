"""Farming models with the households that took them up, and what these sold since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, or_, select
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.catalog.models import Product, Variant
from market.orders.models import COMPLETED, LINE_STANDS, Order, OrderLine
from market.outreach.models import FarmingModel, FarmPractice, ModelAdopter
from market.outreach.rules.farming import LEAST_ADOPTERS
from market.places.models import Hamlet
from market.places.queries import number_on
from market.sellers.models import Business

A_PAGE = 30
TARGET = "kpi.target.models"


def model_of(session: Session, commune_id: int, model_id: int) -> FarmingModel:
    """NotFound for another commune's."""
    model = session.get(FarmingModel, model_id)
    if model is None or model.commune_id != commune_id:
        raise NotFound
    return model


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """A model with how many follow it today, and how many ever did."""

    model: FarmingModel
    adopters: int
    ever: int


def models_page(session: Session, commune_id: int, *, first: int, most: int) -> list[ModelLine]:
    """A page of a commune's models, the newest first."""
    query = select(FarmingModel).where(FarmingModel.commune_id == commune_id).order_by(FarmingModel.id.desc())
    models = session.scalars(query.offset(first).limit(most)).all()
    counts = _counts(session, [one.id for one in models])
    return [_line(one, counts) for one in models]


def model_line(session: Session, model: FarmingModel) -> ModelLine:
    return _line(model, _counts(session, [model.id]))


def _line(model: FarmingModel, counts: dict[int, tuple[int, int]]) -> ModelLine:
    now, ever = counts.get(model.id, (0, 0))
    return ModelLine(model=model, adopters=0 if model.ended_on else now, ever=ever)


def _counts(session: Session, model_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    if not model_ids:
        return {}
    businesses = func.count(func.distinct(ModelAdopter.business_id))
    query = select(ModelAdopter.model_id, businesses.filter(ModelAdopter.until.is_(None)), businesses)
    rows = session.execute(query.where(ModelAdopter.model_id.in_(model_ids)).group_by(ModelAdopter.model_id))
    return {key: (now, ever) for key, now, ever in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsSpread:
    """How many models there are and how many have spread: to `least` households or more; `target` as the commune set
    it."""

    models: int
    spread: int
    least: int
    target: int | None


def models_spread(session: Session, commune_id: int, day: date) -> ModelsSpread:
    """As of today: models that were given up do not count."""
    found = number_on(session, commune_id, "model.least_adopters", day)
    target = number_on(session, commune_id, TARGET, day)
    least = found[0] if found else LEAST_ADOPTERS
    adopters = (
        select(func.count(func.distinct(ModelAdopter.business_id)))
        .where(ModelAdopter.model_id == FarmingModel.id, ModelAdopter.until.is_(None))
        .correlate(FarmingModel)
        .scalar_subquery()
    )
    query = select(adopters).where(FarmingModel.commune_id == commune_id, FarmingModel.ended_on.is_(None))
    counts = [count or 0 for count in session.scalars(query)]
    spread = sum(count >= least for count in counts)
    return ModelsSpread(models=len(counts), spread=spread, least=least, target=target[0] if target else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdopterLine:
    """A business that follows or followed a model, with the goods it sells of it, and how many orders of these were
    handed over meanwhile: their number alone, revenue is nobody's but the owner's."""

    adopter: ModelAdopter
    business: str
    hamlet: str
    product: str | None
    orders: int


def adopters_page(session: Session, model_id: int, *, first: int, most: int) -> list[AdopterLine]:
    """A page of those who took a model up, in that order."""
    query = (
        select(ModelAdopter, Business.name, Hamlet.name, Product.name)
        .join(Business, Business.id == ModelAdopter.business_id)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .outerjoin(Product, Product.id == ModelAdopter.product_id)
        .where(ModelAdopter.model_id == model_id)
        .order_by(ModelAdopter.id)
    )
    rows = session.execute(query.offset(first).limit(most)).all()
    sold = _sold(session, [row[0].id for row in rows])
    return [
        AdopterLine(adopter=one, business=business, hamlet=hamlet, product=product, orders=sold.get(one.id, 0))
        for one, business, hamlet, product in rows
    ]


def _sold(session: Session, adopter_ids: Collection[int]) -> dict[int, int]:
    """Completed orders of each, from the day it began to the day it ended: of all that it sells, or of one listing."""
    if not adopter_ids:
        return {}
    whole = select(func.count(Order.id)).where(
        Order.business_id == ModelAdopter.business_id, COMPLETED, *_meanwhile(Order.completed_on)
    )
    goods = select(Variant.id).where(Variant.product_id == ModelAdopter.product_id).correlate(ModelAdopter)
    # asked line by line: joined, PostgreSQL may read every completed order of a city instead
    done_on = select(Order.completed_on).where(Order.id == OrderLine.order_id, COMPLETED).scalar_subquery()
    of_goods = select(func.count(func.distinct(OrderLine.order_id))).where(
        OrderLine.variant_id.in_(goods), LINE_STANDS, *_meanwhile(done_on)
    )
    sold = case(
        (ModelAdopter.product_id.is_(None), whole.correlate(ModelAdopter).scalar_subquery()),
        else_=of_goods.correlate(ModelAdopter).scalar_subquery(),
    )
    rows = session.execute(select(ModelAdopter.id, sold).where(ModelAdopter.id.in_(adopter_ids)))
    return {key: count or 0 for key, count in rows}


def _meanwhile(day: SQLColumnExpression[date | None]) -> tuple[ColumnElement[bool], ...]:
    """Whether a day is one on which an adopter followed its model."""
    return day >= ModelAdopter.since, or_(ModelAdopter.until.is_(None), day <= ModelAdopter.until)


def practices_of(session: Session, business_id: int, *, first: int = 0, most: int = A_PAGE) -> Sequence[FarmPractice]:
    """What an officer saw of smart farming at a business, the newest first."""
    query = select(FarmPractice).where(FarmPractice.business_id == business_id).order_by(FarmPractice.id.desc())
    return session.scalars(query.offset(first).limit(most)).all()
