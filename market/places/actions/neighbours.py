"""What an office says of which hamlets lie side by side: buyers look for goods there too."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import locked
from market.base.errors import Refused
from market.base.seen import check_seen
from market.places.actions.hamlets import add_neighbour, drop_neighbours, hamlet_here
from market.places.models import Commune
from market.places.queries.neighbours import neighbour_facts, neighbour_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighboursSaid:
    """All hamlets beside one. `seen`: `seen_of()` of what the page showed (`neighbour_facts`)."""

    commune_id: int
    hamlet_id: int
    neighbour_ids: Collection[int]
    seen: str


def set_neighbours(session: Session, actor: Actor, said: NeighboursSaid, *, now: datetime) -> bool:
    """Let these hamlets lie beside one, and it beside them, and no others; whether that changed anything.

    Refused for itself, ChangedSince where others lay beside it than were seen, NotFound for another commune's and for
    one that is not in use.
    """
    commune = locked(session, Commune, Commune.id == said.commune_id)
    hamlet = hamlet_here(session, commune, said.hamlet_id)
    wanted = {hamlet_here(session, commune, one).id for one in said.neighbour_ids}
    if hamlet.id in wanted:
        raise Refused("itself", "Một thôn không ở bên cạnh chính nó. Chưa ghi gì, mời bỏ chọn thôn ấy.")
    beside = neighbour_ids(session, hamlet.id)
    if wanted == beside:
        return False
    check_seen(said.seen, neighbour_facts(session, hamlet))
    drop_neighbours(session, hamlet, beside - wanted)
    for one in sorted(wanted - beside):
        add_neighbour(session, hamlet, one)
    session.flush()
    change = Change(verb="set_neighbours", subject="hamlet", subject_id=hamlet.id, commune_id=hamlet.commune_id)
    record(session, actor, change, now=now)
    return True
