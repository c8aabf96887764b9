"""What a stall is called while its seller has chosen no name of their own: as its business is in the register."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import Locked, locked_all
from market.places.models import Commune
from market.sellers.models import Business, OldStallSlug, Stall
from market.sellers.rules import look_of
from market.values.text import slug

RESERVED_SLUGS = frozenset({"nhan-co-so", "giay-to", "soan-san"})
"""Words that stand where a stall's address would: `/ban-hang/nhan-co-so`."""


def first_name(session: Session, register: Locked[Commune], business: Business, stall_id: int | None = None) -> str:
    """What a new stall is called until an officer has looked at a name its seller chose: as its business is in the
    register; with its hamlet, and a number, where another stall than `stall_id` looks like that."""
    taken = {look_of(other) for other in other_names(session, register, stall_id)}
    names = names_by_register(business.name, business.hamlet.name)
    return next(one for one in names if look_of(one) not in taken)


def names_by_register(name: str, hamlet: str) -> Iterator[str]:
    """Without end."""
    told_apart = (f"{name} ({hamlet}, nhà {number})" for number in count(2))
    return chain([name, f"{name} ({hamlet})"], told_apart)


def other_names(session: Session, register: Locked[Commune], stall_id: int | None) -> list[str]:
    names = select(Stall.name).where(Stall.commune_id == register.row.id)
    return list(session.scalars(names if stall_id is None else names.where(Stall.id != stall_id)))


def free_slug(session: Session, register: Locked[Commune], name: str) -> str:
    """An address nobody in the commune has, or ever had."""
    wanted, commune_id = slug(name, 40), register.row.id
    taken = set(session.scalars(select(Stall.slug).where(Stall.commune_id == commune_id)))
    taken |= set(session.scalars(select(OldStallSlug.slug).where(OldStallSlug.commune_id == commune_id)))
    number = 1
    candidate = wanted
    while candidate in taken or candidate in RESERVED_SLUGS:
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


Called = tuple[str, str]
"""A business's name and its hamlet's, as the register said before."""


def names_before(businesses: Collection[Business]) -> dict[int, Called]:
    """By business what its stall may be called after."""
    return {business.id: (business.name, business.hamlet.name) for business in businesses}


def follow_register(session: Session, register: Locked[Commune], before: Mapping[int, Called]) -> Sequence[int]:
    """Let the stalls of these businesses be called as their business is now, where they were called as it was before: a
    name that a seller chose stays. The address of before keeps leading there. Returns the businesses whose stall has
    another name."""
    renamed: list[int] = []
    stalls = locked_all(session, Stall, Stall.business_id.in_(before)) if before else []
    for stall in (one.row for one in stalls):
        business = stall.business
        session.expire(business, ["hamlet"])
        called, hamlet = before[business.id]
        is_told_apart = stall.name.startswith(f"{called} ({hamlet}")
        if (stall.name != called and not is_told_apart) or (called, hamlet) == (business.name, business.hamlet.name):
            continue
        name = first_name(session, register, business, stall.id)
        if name == stall.name:
            continue
        session.add(OldStallSlug(commune_id=stall.commune_id, stall_id=stall.id, slug=stall.slug))
        stall.slug, stall.name = free_slug(session, register, name), name
        session.flush()
        renamed.append(business.id)
    return renamed
