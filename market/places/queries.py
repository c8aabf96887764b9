"""Questions about places: the commune of a host, its hamlets and pickup points, the facts in force on a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from market.base.errors import NotFound
from market.places.models import Commune, DatedFact, Hamlet, OldPlace, PickupPoint


def commune_at(session: Session, host: str) -> Commune:
    """The commune that answers at a host name, else the only one; NotFound where that leaves none."""
    communes = session.scalars(select(Commune).where(or_(Commune.host == host, Commune.host.is_(None)))).all()
    for commune in communes:
        if commune.host == host:
            return commune
    if len(communes) != 1:
        raise NotFound("Địa chỉ này chưa có chợ nào.")
    return communes[0]


def hamlets_of(session: Session, commune_id: int) -> Sequence[Hamlet]:
    """The active hamlets, in Vietnamese order."""
    query = select(Hamlet).where(Hamlet.commune_id == commune_id, Hamlet.is_active).order_by(Hamlet.sort_key)
    return session.scalars(query).all()


def old_places_of(session: Session, commune_id: int) -> Sequence[OldPlace]:
    """The old names still in use, and the hamlet each now means, where that can be told."""
    return session.scalars(select(OldPlace).where(OldPlace.commune_id == commune_id).order_by(OldPlace.id)).all()


def pickup_points_of(session: Session, commune_id: int) -> Sequence[PickupPoint]:
    """The active pickup points with their hamlets, in the hamlets' order."""
    query = (
        select(PickupPoint)
        .join(PickupPoint.hamlet)
        .options(joinedload(PickupPoint.hamlet))
        .where(Hamlet.commune_id == commune_id, Hamlet.is_active, PickupPoint.is_active)
        .order_by(Hamlet.sort_key, PickupPoint.id)
    )
    return session.scalars(query).all()


def fact_on(session: Session, commune_id: int, key: str, day: date) -> DatedFact:
    """The fact in force on a day, the commune's own before the country's. LookupError where none is known."""
    query = (
        select(DatedFact)
        .where(
            DatedFact.key == key,
            DatedFact.valid_from <= day,
            or_(DatedFact.valid_to.is_(None), DatedFact.valid_to >= day),
            or_(DatedFact.commune_id == commune_id, DatedFact.commune_id.is_(None)),
        )
        .order_by(DatedFact.commune_id.is_(None), DatedFact.valid_from.desc())
        .limit(1)
    )
    fact = session.scalar(query)
    if fact is None:
        raise LookupError(f"no fact {key!r} in force on {day}")
    return fact
