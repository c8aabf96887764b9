"""Products with potential are surveyed, linked to their listings, and begin their path to OCOP elsewhere."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import NotFound, Refused
from market.catalog.models import Category, Product
from market.outreach.actions.logging import log
from market.outreach.models import SurveyedProduct
from market.outreach.rules.survey import Potential
from market.places.models import Hamlet
from market.sellers.models import Business
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSurveyed:
    """A product as it was seen. `maker`: who makes it, where no business of the register is named."""

    commune_id: int
    hamlet_id: int
    business_id: int | None
    category_id: int | None
    name: str
    maker: str
    special: str
    yearly: str
    makers: int | None
    season_from: int | None
    season_to: int | None
    local_material: bool
    has_packaging: bool
    has_safety_paper: bool
    potential: Potential
    surveyed_on: date


def survey_product(
    session: Session, actor: Actor, new: NewSurveyed, *, client_key: str | None = None, clock: Clock
) -> int:
    """Write a product down; returns its id, also to the same form again. Refused for a day to come and where nobody is
    named who makes it; NotFound for a hamlet or business of another commune."""
    now = clock()
    if new.surveyed_on > local_day(now):
        raise Refused("bad_day", "Ngày khảo sát chưa tới. Mời xem lại ngày.")
    if new.business_id is None and not new.maker:
        raise Refused("no_maker", "Mời chọn hộ trong sổ, hoặc ghi tên người làm ra sản phẩm.")
    _refuse_unknown(session, new)
    sent = SentForm(key=client_key, content=("survey", new), told=f"sản phẩm {new.name} vào khảo sát")
    if at := used_before(session, f"survey:{new.commune_id}", sent, now=now):
        same = SurveyedProduct.commune_id == new.commune_id, SurveyedProduct.recorded_at == at
        newest = select(SurveyedProduct.id).where(*same).order_by(SurveyedProduct.id.desc()).limit(1)
        return session.scalars(newest).one()
    surveyed = SurveyedProduct(
        **{name: getattr(new, name) for name in NewSurveyed.__dataclass_fields__},
        surveyed_by=actor.person_id,
        recorded_at=now,
    )
    session.add(surveyed)
    session.flush()
    log(
        session,
        actor,
        "survey_product",
        ("surveyed_product", surveyed.id),
        commune_id=new.commune_id,
        business_id=new.business_id,
        now=now,
    )
    return surveyed.id


def _refuse_unknown(session: Session, new: NewSurveyed) -> None:
    hamlet = session.get(Hamlet, new.hamlet_id)
    if hamlet is None or hamlet.commune_id != new.commune_id:
        raise NotFound
    if new.business_id is not None:
        business = session.get(Business, new.business_id)
        if business is None or business.commune_id != new.commune_id:
            raise NotFound
    if new.category_id is not None and session.get(Category, new.category_id) is None:
        raise NotFound


def link_listing(
    session: Session, actor: Actor, commune_id: int, surveyed_id: int, product_id: int | None, *, clock: Clock
) -> None:
    """Say which listing a surveyed product is sold as now; None: none any more. The product's maker on the register is
    its stall's business, where none was named. Refused for a stall of another business; NotFound for another
    commune's."""
    surveyed = _locked_surveyed(session, commune_id, surveyed_id).row
    now = clock()
    if product_id is not None:
        product = session.get(Product, product_id)
        if product is None or product.commune_id != commune_id:
            raise NotFound("Không có món hàng nào mang số này ở chợ xã.")
        if surveyed.business_id not in (None, product.stall.business_id):
            raise Refused("another_maker", "Món hàng này của gian khác, không phải của hộ đã khảo sát.")
        surveyed.business_id = product.stall.business_id
    surveyed.product_id = product_id
    surveyed.linked_at, surveyed.linked_by = (now, actor.person_id) if product_id else (None, None)
    log(
        session,
        actor,
        "link_surveyed",
        ("surveyed_product", surveyed.id),
        commune_id=commune_id,
        business_id=surveyed.business_id,
        now=now,
    )


def withdraw_surveyed(
    session: Session, actor: Actor, commune_id: int, surveyed_id: int, reason: str, *, clock: Clock
) -> None:
    """Take a product out of the catalogue that was entered by mistake; the row stays. Idempotent. NotFound for
    another commune's."""
    surveyed = _locked_surveyed(session, commune_id, surveyed_id).row
    now = clock()
    if surveyed.withdrawn_at is not None:
        return
    surveyed.withdrawn_at, surveyed.withdrawn_by, surveyed.withdrawn_reason = now, actor.person_id, reason
    log(session, actor, "withdraw_surveyed", ("surveyed_product", surveyed.id), commune_id=commune_id, now=now)


def _locked_surveyed(session: Session, commune_id: int, surveyed_id: int) -> Locked[SurveyedProduct]:
    scope = SurveyedProduct.id == surveyed_id, SurveyedProduct.commune_id == commune_id
    return locked(session, SurveyedProduct, *scope)
