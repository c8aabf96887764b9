"""Farming models are written down, households take them up and leave them; smart farming that an officer saw."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import NotFound, Refused
from market.catalog.models import Product
from market.outreach.actions.logging import log
from market.outreach.models import FarmingModel, FarmPractice, ModelAdopter
from market.outreach.rules.farming import FarmBranch
from market.sellers.models import Business
from market.values.period import format_date, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModel:
    """A way of farming that is to spread; `source`: the paper on which it rests."""

    commune_id: int
    name: str
    branch: FarmBranch
    description: str
    started_on: date
    source: str


def start_model(session: Session, actor: Actor, new: NewModel, *, client_key: str | None = None, clock: Clock) -> int:
    """Write a model down; returns its id, also to the same form again. Refused for a day to come."""
    now = clock()
    _refuse_to_come(new.started_on, local_day(now))
    sent = SentForm(key=client_key, content=("farming model", new), told=f"mô hình {new.name}")
    if at := used_before(session, f"farming:{new.commune_id}", sent, now=now):
        same = FarmingModel.commune_id == new.commune_id, FarmingModel.recorded_at == at
        return session.scalars(select(FarmingModel.id).where(*same).order_by(FarmingModel.id.desc()).limit(1)).one()
    model = FarmingModel(
        commune_id=new.commune_id,
        name=new.name,
        branch=new.branch,
        description=new.description,
        started_on=new.started_on,
        source=new.source,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(model)
    session.flush()
    log(session, actor, "start_model", ("farming_model", model.id), commune_id=new.commune_id, now=now)
    return model.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """That a business farms by a model since a day, and what was seen of it. `product_id`: what it sells of it; None:
    all that it sells."""

    commune_id: int
    model_id: int
    business_id: int
    product_id: int | None
    since: date
    proof: str


def adopt_model(session: Session, actor: Actor, new: Adoption, *, clock: Clock) -> int:
    """Note that a business took a model up; returns the row's id, the known one where it still does. Refused before the
    model began and for a day to come; NotFound for another commune's business, or goods of another's stall."""
    business = locked(session, Business, Business.id == new.business_id, Business.commune_id == new.commune_id).row
    model = _locked_model(session, new.commune_id, new.model_id).row
    today = local_day(now := clock())
    _refuse_to_come(new.since, today)
    if new.since < model.started_on:
        raise Refused("before_model", f"Mô hình bắt đầu ngày {format_date(model.started_on)}. Mời xem lại ngày.")
    if model.ended_on is not None:
        raise Refused("model_ended", "Mô hình này đã thôi, không ghi thêm hộ.")
    _refuse_others_goods(session, business, new.product_id)
    known = session.scalar(
        select(ModelAdopter.id).where(
            ModelAdopter.model_id == model.id, ModelAdopter.business_id == business.id, ModelAdopter.until.is_(None)
        )
    )
    if known is not None:
        return known
    adopter = ModelAdopter(
        commune_id=new.commune_id,
        model_id=model.id,
        business_id=business.id,
        product_id=new.product_id,
        since=new.since,
        proof=new.proof,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(adopter)
    session.flush()
    log(
        session,
        actor,
        "adopt_model",
        ("model_adopter", adopter.id),
        commune_id=new.commune_id,
        business_id=business.id,
        now=now,
    )
    return adopter.id


def _refuse_others_goods(session: Session, business: Business, product_id: int | None) -> None:
    if product_id is None:
        return
    product = session.get(Product, product_id)
    if product is None or product.stall.business_id != business.id:
        raise NotFound


def leave_model(
    session: Session, actor: Actor, commune_id: int, model_id: int, adopter_id: int, *, clock: Clock
) -> None:
    """Note that a business farms by a model no more, from today on. Idempotent. NotFound for another model's."""
    model = _locked_model(session, commune_id, model_id).row
    scope = ModelAdopter.id == adopter_id, ModelAdopter.model_id == model.id
    adopter = session.scalar(select(ModelAdopter).where(*scope))
    if adopter is None:
        raise NotFound
    now = clock()
    if adopter.until is not None:
        return
    adopter.until = local_day(now)
    log(
        session,
        actor,
        "leave_model",
        ("model_adopter", adopter.id),
        commune_id=commune_id,
        business_id=adopter.business_id,
        now=now,
    )


def end_model(session: Session, actor: Actor, commune_id: int, model_id: int, *, clock: Clock) -> None:
    """Give a model up, from today on: it counts no more. Idempotent. NotFound for another commune's."""
    model = _locked_model(session, commune_id, model_id).row
    now = clock()
    if model.ended_on is None:
        model.ended_on, model.ended_by = local_day(now), actor.person_id
        log(session, actor, "end_model", ("farming_model", model.id), commune_id=commune_id, now=now)


def _locked_model(session: Session, commune_id: int, model_id: int) -> Locked[FarmingModel]:
    return locked(session, FarmingModel, FarmingModel.id == model_id, FarmingModel.commune_id == commune_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPractice:
    """Smart farming as an officer saw it at a household, and the proof."""

    commune_id: int
    business_id: int
    practice: str
    since: date
    proof: str


def record_practice(session: Session, actor: Actor, new: NewPractice, *, clock: Clock) -> int:
    """Write it down; returns the row's id. The same twice is one. Refused for a day to come, NotFound for another
    commune's business."""
    business = locked(session, Business, Business.id == new.business_id, Business.commune_id == new.commune_id).row
    now = clock()
    _refuse_to_come(new.since, local_day(now))
    same = {"business_id": business.id, "practice": new.practice, "since": new.since, "proof": new.proof, "until": None}
    known = session.scalar(select(FarmPractice.id).filter_by(**same))
    if known is not None:
        return known
    practice = FarmPractice(commune_id=new.commune_id, **same, recorded_by=actor.person_id, recorded_at=now)
    session.add(practice)
    session.flush()
    log(
        session,
        actor,
        "record_practice",
        ("farm_practice", practice.id),
        commune_id=new.commune_id,
        business_id=business.id,
        now=now,
    )
    return practice.id


def end_practice(
    session: Session, actor: Actor, commune_id: int, business_id: int, practice_id: int, *, clock: Clock
) -> None:
    """Note that it is so no more, from today on. Idempotent. NotFound for another business's."""
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id).row
    scope = FarmPractice.id == practice_id, FarmPractice.business_id == business.id
    practice = session.scalar(select(FarmPractice).where(*scope))
    if practice is None:
        raise NotFound
    now = clock()
    if practice.until is not None:
        return
    practice.until, practice.ended_by = local_day(now), actor.person_id
    log(
        session,
        actor,
        "end_practice",
        ("farm_practice", practice.id),
        commune_id=commune_id,
        business_id=business.id,
        now=now,
    )


def _refuse_to_come(day: date, today: date) -> None:
    if day > today:
        raise Refused("bad_day", f"Ngày {format_date(day)} chưa tới. Mời ghi khi đã đúng như vậy.")
