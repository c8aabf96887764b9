"""A market's mode begins: written down for good, with who said so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import Locked
from market.places.models import Commune, MarketMode, ModeRequest, ModeSource
from market.places.rules.modes import CommuneMode, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMode:
    """A mode that is to begin: by whose word, which officers asked and agreed, on which registration. `begins_at`: when
    the demonstration's began; None for now."""

    mode: CommuneMode
    source: ModeSource
    asked_by: int | None = None
    confirmed_by: int | None = None
    registration: Registration | None = None
    begins_at: datetime | None = None


def begin_mode(session: Session, actor: Actor, commune: Locked[Commune], new: NewMode, *, now: datetime) -> None:
    """Let it begin; what waited to be agreed to until then is withdrawn. The caller has locked the name `MODE`, so that
    nobody decides on the mode of before meanwhile."""
    _withdraw_others(session, commune, by=new.asked_by, now=now)
    first_mode(session, actor, commune.row, new, now=now)


def first_mode(session: Session, actor: Actor, commune: Commune, new: NewMode, *, now: datetime) -> None:
    """The mode of a commune that was just made: nobody else knows of it."""
    said = new.registration
    commune.mode = new.mode
    session.add(
        MarketMode(
            commune_id=commune.id,
            mode=new.mode,
            begins_at=new.begins_at or now,
            source=new.source,
            asked_by=new.asked_by,
            confirmed_by=new.confirmed_by,
            operator_name=said.operator if said else None,
            registration_no=said.number if said else None,
            registration_on=said.day if said else None,
            is_made_up=said.is_made_up if said else False,
            recorded_at=now,
        )
    )
    session.flush()
    change = Change(
        verb=f"begin_mode_{new.mode.value}", subject="commune", subject_id=commune.id, commune_id=commune.id
    )
    record(session, actor, change, now=now)


def _withdraw_others(session: Session, commune: Locked[Commune], *, by: int | None, now: datetime) -> None:
    waiting = select(ModeRequest).where(
        ModeRequest.commune_id == commune.row.id,
        ModeRequest.confirmed_at.is_(None),
        ModeRequest.withdrawn_at.is_(None),
    )
    for one in session.scalars(waiting.execution_options(populate_existing=True)):
        one.withdrawn_at, one.withdrawn_by = now, by
