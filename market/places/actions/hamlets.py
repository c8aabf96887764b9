"""What an office says of its hamlets: a further one, another name, an old name that people still use.

The name that a hamlet had leads to it from then on: spreadsheets and addresses still say it.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import Locked, locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import check_seen
from market.places.models import Commune, Hamlet, HamletNeighbour, OldPlace, PickupPoint
from market.places.queries import hamlet_facts, hamlet_names
from market.places.queries.neighbours import neighbour_ids
from market.places.rules import bare_name
from market.values.text import fold, slug, sort_key


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHamlet:
    """A hamlet by its whole name, such as "thôn Mỗ Đoạn"; `source`: the paper that says so."""

    commune_id: int
    name: str
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletEdit:
    """What a hamlet is called from now on. `seen`: `seen_of()` of what the page showed (`hamlet_facts`)."""

    commune_id: int
    hamlet_id: int
    name: str
    source: str | None
    seen: str


def add_hamlet(session: Session, actor: Actor, new: NewHamlet, *, now: datetime) -> int:
    """Enter a hamlet; returns its id. One that was merged, or is not in use, is in use again: nothing comes back to it.

    The same twice is one. Refused for no name, Conflict where another hamlet would be read by the same name, NotFound
    for no commune.
    """
    commune = locked(session, Commune, Commune.id == new.commune_id)
    same = session.scalar(select(Hamlet).where(Hamlet.commune_id == commune.row.id, Hamlet.slug == slug(new.name)))
    if same is not None and same.is_active:
        return same.id
    _refuse_alike(session, commune, new.name, same)
    hamlet = same or Hamlet(commune_id=commune.row.id)
    hamlet.is_active, hamlet.merged_into = True, None
    _call(hamlet, new.name, new.source)
    session.add(hamlet)
    session.flush()
    _record(session, actor, "add_hamlet", hamlet, now=now)
    return hamlet.id


def add_hamlets(session: Session, actor: Actor, commune_id: int, names: Sequence[str], *, now: datetime) -> int:
    """Enter the hamlets that a commune's first register names; returns how many. Those that are there already, by this
    name or one that no spreadsheet tells from it, are passed over. Refused for no name, NotFound for no commune."""
    locked(session, Commune, Commune.id == commune_id)
    before = len(hamlet_names(session, commune_id))
    for name in names:
        with suppress(Conflict):
            add_hamlet(session, actor, NewHamlet(commune_id=commune_id, name=name, source=FROM_REGISTER), now=now)
    return len(hamlet_names(session, commune_id)) - before


FROM_REGISTER = "theo sổ hộ xã gửi"


def rename_hamlet(session: Session, actor: Actor, edit: HamletEdit, *, now: datetime) -> bool:
    """Call a hamlet otherwise; whether anything changed. Its old name leads to it.

    Refused for no name, Conflict where another hamlet would be read by the name, ChangedSince where it is not what was
    seen, NotFound for another commune's.
    """
    commune = locked(session, Commune, Commune.id == edit.commune_id)
    hamlet = hamlet_here(session, commune, edit.hamlet_id)
    if (hamlet.name, hamlet.source) == (edit.name, edit.source):
        return False
    check_seen(edit.seen, hamlet_facts(hamlet))
    _refuse_alike(session, commune, edit.name, hamlet)
    if hamlet.name != edit.name:
        lead_to(session, commune, hamlet.name, hamlet)
    _call(hamlet, edit.name, edit.source)
    session.flush()
    _record(session, actor, "rename_hamlet", hamlet, now=now)
    return True


def add_old_name(
    session: Session, actor: Actor, commune_id: int, hamlet_id: int, old_name: str, *, now: datetime
) -> None:
    """Let an old name lead to a hamlet that is in use. Idempotent; one that led to another hamlet leads to this one.

    Conflict where a hamlet of today is called so, NotFound for another commune's.
    """
    commune = locked(session, Commune, Commune.id == commune_id)
    hamlet = hamlet_here(session, commune, hamlet_id)
    now_called = next((one for one in _in_use(session, commune) if bare_name(one.name) == bare_name(old_name)), None)
    if now_called is not None:
        raise Conflict(
            "name_in_use", f"{now_called.name} đang là tên của một thôn, nên tên ấy dẫn tới thôn đó. Chưa ghi gì."
        )
    if lead_to(session, commune, old_name, hamlet):
        _record(session, actor, "add_old_name", hamlet, now=now)


def hamlet_here(session: Session, commune: Locked[Commune], hamlet_id: int) -> Hamlet:
    """A hamlet in use, as it is under its commune's lock; NotFound for any other."""
    which = Hamlet.id == hamlet_id, Hamlet.commune_id == commune.row.id, Hamlet.is_active
    hamlet = session.scalar(select(Hamlet).where(*which).execution_options(populate_existing=True))
    if hamlet is None:
        raise NotFound
    return hamlet


def lead_to(session: Session, commune: Locked[Commune], old_name: str, hamlet: Hamlet) -> bool:
    """Let this old name mean a hamlet, and every other way in which it was written down; whether it did not before."""
    mine = OldPlace.commune_id == commune.row.id
    known = [one for one in session.scalars(select(OldPlace).where(mine)) if fold(one.old_name) == fold(old_name)]
    if not known:
        known = [OldPlace(commune_id=commune.row.id, old_name=old_name)]
        session.add_all(known)
    changed = [one for one in known if one.hamlet_id != hamlet.id]
    for one in changed:
        one.hamlet_id = hamlet.id
    session.flush()
    return bool(changed)


def _in_use(session: Session, commune: Locked[Commune]) -> list[Hamlet]:
    return list(session.scalars(select(Hamlet).where(Hamlet.commune_id == commune.row.id, Hamlet.is_active)))


def _refuse_alike(session: Session, commune: Locked[Commune], name: str, itself: Hamlet | None) -> None:
    """Two hamlets whose names differ by nothing but the word before them are told apart by no spreadsheet."""
    if not bare_name(name):
        raise Refused("bad_name", "Mời viết cả tên thôn, như “thôn Mỗ Đoạn”.")
    slugs = select(Hamlet).where(Hamlet.commune_id == commune.row.id, Hamlet.slug == slug(name))
    alike = [one for one in _in_use(session, commune) if bare_name(one.name) == bare_name(name)]
    for one in [*alike, *session.scalars(slugs)]:
        if itself is None or one.id != itself.id:
            more = "" if one.is_active else " (đã thôi dùng; muốn dùng lại thì thêm thôn với đúng tên ấy)"
            raise Conflict(
                "taken", f"Xã đã có {one.name}{more}. Nếu là thôn khác, mời ghi thêm để phân biệt, như tên xã cũ."
            )


def _call(hamlet: Hamlet, name: str, source: str | None) -> None:
    hamlet.name, hamlet.slug, hamlet.sort_key, hamlet.source = name, slug(name), sort_key(name), source


def _record(session: Session, actor: Actor, verb: str, hamlet: Hamlet, *, now: datetime) -> None:
    change = Change(verb=verb, subject="hamlet", subject_id=hamlet.id, commune_id=hamlet.commune_id)
    record(session, actor, change, now=now)


def end_hamlet(session: Session, commune: Locked[Commune], hamlet: Hamlet, into: Hamlet) -> None:
    """Let a hamlet be a part of another from now on: its pickup points, its neighbours, its name and every name that
    led to it."""
    hamlet.is_active, hamlet.merged_into = False, into.id
    mine = Hamlet.commune_id == commune.row.id, Hamlet.merged_into == hamlet.id
    for earlier in session.scalars(select(Hamlet).where(*mine)):
        earlier.merged_into = into.id
    for point in session.scalars(select(PickupPoint).where(PickupPoint.hamlet_id == hamlet.id)):
        point.hamlet_id = into.id
    for old in session.scalars(select(OldPlace).where(OldPlace.hamlet_id == hamlet.id)):
        old.hamlet_id = into.id
    _hand_on_neighbours(session, hamlet, into)
    lead_to(session, commune, hamlet.name, into)


def add_neighbour(session: Session, hamlet: Hamlet, neighbour_id: int) -> None:
    """Note that two hamlets of a commune, whose lock is held, lie side by side; they were not said to."""
    first, second = sorted((hamlet.id, neighbour_id))
    session.add(HamletNeighbour(commune_id=hamlet.commune_id, hamlet_id=first, neighbour_id=second))


def drop_neighbours(session: Session, hamlet: Hamlet, others: Collection[int]) -> None:
    """Take away that a hamlet, whose commune's lock is held, lies beside these."""
    pairs = or_(
        (HamletNeighbour.hamlet_id == hamlet.id) & HamletNeighbour.neighbour_id.in_(others),
        (HamletNeighbour.neighbour_id == hamlet.id) & HamletNeighbour.hamlet_id.in_(others),
    )
    session.execute(delete(HamletNeighbour).where(HamletNeighbour.commune_id == hamlet.commune_id, pairs))


def _hand_on_neighbours(session: Session, hamlet: Hamlet, into: Hamlet) -> None:
    """What lay beside either of them lies beside the whole."""
    beside = neighbour_ids(session, hamlet.id)
    drop_neighbours(session, hamlet, beside)
    for one in beside - neighbour_ids(session, into.id) - {into.id}:
        add_neighbour(session, into, one)
