"""Questions about which hamlets lie side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from market.base.seen import Facts
from market.places.models import Hamlet, HamletNeighbour
from market.places.queries import hamlet_names, old_places_of
from market.values.text import slug

_first, _second = HamletNeighbour.hamlet_id, HamletNeighbour.neighbour_id


def neighbour_ids(session: Session, hamlet_id: int) -> set[int]:
    """The hamlets that lie beside one."""
    beside = select(case((_first == hamlet_id, _second), else_=_first))
    return set(session.scalars(beside.where(or_(_first == hamlet_id, _second == hamlet_id))))


def neighbour_facts(session: Session, hamlet: Hamlet) -> Facts:
    beside = neighbour_ids(session, hamlet.id)
    names = [name for one, name in hamlet_names(session, hamlet.commune_id).items() if one in beside]
    return {"thôn bên cạnh": ", ".join(names) or "chưa ghi"}


@dataclass(frozen=True, slots=True)
class HamletChoice:
    """A hamlet as buyers choose it, and the ids of those beside it."""

    id: int
    name: str
    slug: str
    beside: tuple[int, ...]


def hamlet_choices(session: Session, commune_id: int) -> tuple[HamletChoice, ...]:
    """A commune's hamlets in use, in Vietnamese order, each with those of them that lie beside it."""
    is_of_pair = or_(_first == Hamlet.id, _second == Hamlet.id)
    rows = session.execute(
        select(Hamlet.id, Hamlet.name, Hamlet.slug, case((_first == Hamlet.id, _second), else_=_first))
        .outerjoin(HamletNeighbour, (HamletNeighbour.commune_id == Hamlet.commune_id) & is_of_pair)
        .where(Hamlet.commune_id == commune_id, Hamlet.is_active)
        .order_by(Hamlet.sort_key, Hamlet.id, HamletNeighbour.id)
    ).all()
    beside: dict[tuple[int, str, str], list[int | None]] = {}
    for hamlet_id, name, its_slug, other in rows:
        beside.setdefault((hamlet_id, name, its_slug), []).append(other)
    there = {hamlet_id for hamlet_id, _, _ in beside}
    return tuple(
        HamletChoice(*hamlet, beside=tuple(other for other in others if other in there))
        for hamlet, others in beside.items()
    )


def renamed_choice(
    session: Session, commune_id: int, old_slug: str, choices: Iterable[HamletChoice]
) -> HamletChoice | None:
    """Of these the hamlet that an address names as it was called once, or by one that is a part of it now."""
    old = (one for one in old_places_of(session, commune_id) if slug(one.old_name) == old_slug)
    meant = {one.hamlet_id for one in old}
    return next((one for one in choices if one.id in meant), None)
