"""What happens to a stall: it opens, and its people change how it sells."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked
from market.base.seen import check_seen
from market.places.models import Commune
from market.sellers import queries
from market.sellers.actions.register import lock_register, log_business
from market.sellers.models import Business, OldStallSlug, Stall, StallState
from market.values.money import Dong
from market.values.text import slug

RESERVED_SLUGS = frozenset({"nhan-co-so"})
"""Words that stand where a stall's address would: `/ban-hang/nhan-co-so`."""


def open_stall(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> int:
    """The id of the business's stall, opened now if it had none. NotFound for a business of another commune."""
    register = lock_register(session, commune_id)
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id).row
    known = session.scalar(select(Stall.id).where(Stall.business_id == business.id))
    if known:
        return known
    stall = Stall(
        commune_id=business.commune_id,
        business_id=business.id,
        slug=_free_slug(session, register, business.name),
        name=business.name,
        opened_at=now,
    )
    session.add(stall)
    session.flush()
    log_business(session, actor, "open_stall", business, now=now)
    return stall.id


def _free_slug(session: Session, register: Locked[Commune], name: str) -> str:
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


SETTINGS = (
    "name",
    "intro",
    "accepts_by_itself",
    "confirms_strangers",
    "hold_days",
    "delivers_in_commune",
    "delivery_fee",
    "ships_outside",
    "shipping_fee",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StallSettings:
    """How a stall sells. Fees in đồng."""

    name: str
    intro: str
    is_paused: bool
    accepts_by_itself: bool
    confirms_strangers: bool
    hold_days: int
    delivers_in_commune: bool
    delivery_fee: Dong
    ships_outside: bool
    shipping_fee: Dong


def change_stall(session: Session, actor: Actor, stall_id: int, new: StallSettings, *, seen: str, now: datetime) -> str:
    """Change a stall's settings; returns its slug, new where the name changed. The old address keeps leading here.

    A stall that the office has closed stays closed. `seen`: `seen_of()` of the settings before (`stall_facts`);
    ChangedSince where they are others. NotFound for no stall.
    """
    register = lock_register(session, queries.stall_of(session, stall_id).commune_id)
    stall = locked(session, Stall, Stall.id == stall_id).row
    wanted = {field: getattr(new, field) for field in SETTINGS} | {"intro": new.intro or None}
    if not stall.is_closed:
        wanted["state"] = StallState.PAUSED if new.is_paused else StallState.OPEN
    changed = [field for field, value in wanted.items() if getattr(stall, field) != value]
    if not changed:
        return stall.slug
    check_seen(seen, queries.stall_facts(stall))
    if "name" in changed:
        session.add(OldStallSlug(commune_id=stall.commune_id, stall_id=stall.id, slug=stall.slug))
        stall.slug = _free_slug(session, register, new.name)
    for field in changed:
        setattr(stall, field, wanted[field])
    log_business(session, actor, "change_stall", stall.business, *changed, now=now)
    return stall.slug
