"""What of a commune's first day is done, as its data says: in one statement."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from market.catalog.models import Product
from market.catalog.queries.public import is_listed
from market.communes.rules.first_day import FirstDay, StepKey, first_day
from market.places.models import Commune, DatedFact, Hamlet, HamletOpening, PickupPoint
from market.sellers.models import Appointment, Business, Post, PostRole, Stall

TARGET = "kpi.target.plan"


def first_day_of(session: Session, commune_id: int, day: date) -> FirstDay:
    """Which steps are done: by whatever way, and also undone again."""
    lasts = or_(Post.ends_on.is_(None), Post.ends_on >= day)
    here = Post.commune_id == commune_id, lasts
    second = select(Post.person_id).where(*here, Post.role == PostRole.OFFICER).distinct().offset(1).limit(1)
    point = exists().where(PickupPoint.hamlet_id == Hamlet.id, Hamlet.commune_id == commune_id, PickupPoint.is_active)
    on = HamletOpening.closed_on.is_(None) | (HamletOpening.closed_on > day)
    asked = {
        StepKey.OFFICE: exists().where(
            Commune.id == commune_id, Commune.office_phone.is_not(None), Commune.office_address.is_not(None)
        ),
        StepKey.REGISTER: exists().where(Business.commune_id == commune_id),
        StepKey.TARGET: exists().where(
            DatedFact.commune_id == commune_id, DatedFact.key == TARGET, DatedFact.valid_from <= day
        ),
        StepKey.POINT: point,
        StepKey.ON: exists().where(HamletOpening.commune_id == commune_id, on),
        StepKey.HELPER: or_(exists().where(*here, Post.role == PostRole.HELPER), _helper_named(commune_id)),
        StepKey.STALL: exists().where(Stall.commune_id == commune_id),
        StepKey.GOODS: exists().where(Product.commune_id == commune_id, is_listed()),
        StepKey.SECOND: exists(second),
    }
    row = session.execute(select(*(what.label(key.name) for key, what in asked.items()))).mappings().one()
    return first_day({key: bool(row[key.name]) for key in StepKey})


def _helper_named(commune_id: int) -> ColumnElement[bool]:
    """Whether a helper's slip waits to be taken up."""
    return exists().where(
        and_(
            Appointment.commune_id == commune_id,
            Appointment.role == PostRole.HELPER,
            Appointment.withdrawn_at.is_(None),
        )
    )


def register_begun(session: Session, commune_id: int) -> bool:
    """Whether anybody has entered a business yet."""
    return bool(session.scalar(select(exists().where(Business.commune_id == commune_id))))
