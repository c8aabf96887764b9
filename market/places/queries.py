"""Questions about places: the commune of a host, its hamlets, their old names."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.base.config import Settings
from market.base.errors import NotFound
from market.places.models import Commune, Hamlet, OldPlace


def commune_at(session: Session, host: str) -> Commune:
    """The commune that answers at a host name, else the only one; NotFound where that leaves none."""
    communes = session.scalars(select(Commune).where(or_(Commune.host == host, Commune.host.is_(None)))).all()
    for commune in communes:
        if commune.host == host:
            return commune
    if len(communes) != 1:
        raise NotFound("Địa chỉ này chưa có chợ nào.")
    return communes[0]


def commune_of(session: Session, settings: Settings) -> Commune:
    """The commune of the settings' own address: the one that commands are about. NotFound as in `commune_at`."""
    return commune_at(session, settings.host.partition(":")[0])


def commune_named(session: Session, settings: Settings, code: str | None) -> Commune:
    """The commune with this official code; without one that of the settings' own address. NotFound for none."""
    if code is None:
        return commune_of(session, settings)
    commune = session.scalar(select(Commune).where(Commune.code == code))
    if commune is None:
        raise NotFound(f"Chưa có xã nào mang mã {code} trên chợ này.")
    return commune


def hamlets_of(session: Session, commune_id: int) -> Sequence[Hamlet]:
    """The active hamlets, in Vietnamese order."""
    query = select(Hamlet).where(Hamlet.commune_id == commune_id, Hamlet.is_active).order_by(Hamlet.sort_key)
    return session.scalars(query).all()


def old_places_of(session: Session, commune_id: int) -> Sequence[OldPlace]:
    """The old names still in use, in no order, and the hamlet each now means, where that can be told."""
    return session.scalars(select(OldPlace).where(OldPlace.commune_id == commune_id)).all()


def commune_ids(session: Session) -> Sequence[int]:
    return session.scalars(select(Commune.id).order_by(Commune.id)).all()
