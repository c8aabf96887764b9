"""Steps of a lot's story: it opens, its journal grows, it is sealed, its stamps are printed and stuck on."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import locked, transaction
from market.base.seen import seen_of
from market.catalog.models import Variant
from market.trace import actions
from market.trace.actions import EntryRef, LotDetails, LotRef, NewEntry, NewLot, Printed, Serials
from market.trace.models import Lot
from market.trace.queries import facts_to_edit, facts_to_recall, facts_to_seal, journal_of, lot_of_stall
from market.trace.rules import JournalKind
from tests.cast import Cast

RICE = LotDetails(plot="Ruộng 12", pack_amount=5000, pack_unit="kg", yield_permille=650)


def ref(cast: Cast, lot_id: int) -> LotRef:
    """A lot of HTX Đại Sơn's."""
    return LotRef(stall_id=cast.htx.stall, lot_id=lot_id)


def line(cast: Cast, entry_id: int) -> EntryRef:
    """A line of a lot of HTX Đại Sơn's."""
    return EntryRef(stall_id=cast.htx.stall, entry_id=entry_id)


def rice_lot(cast: Cast, now: datetime, details: LotDetails = RICE, key: str | None = None) -> str:
    """HTX Đại Sơn opens a lot of sticky rice in bags of 5 kg; returns its code."""
    with transaction() as session:
        product_id = session.get_one(Variant, cast.gao_nep).product_id
        new = NewLot(product_id=product_id, details=details, client_key=key)
        return actions.open_lot(session, Actor(person_id=cast.htx.person), cast.htx.stall, new, clock=lambda: now)


def lot(cast: Cast, code: str) -> Lot:
    """The lot as it stands now, detached."""
    with transaction() as session:
        found = lot_of_stall(session, cast.htx.stall, code)
        session.expunge_all()
        return found


def write(cast: Cast, code: str, kind: JournalKind, day: date, now: datetime, **fields: object) -> int:
    """Add a line to the journal; returns its id. Amounts in thousandths of kg unless told."""
    if "amount" in fields:
        fields.setdefault("unit", "kg")
    new = NewEntry(kind=kind, happened_on=day, **fields)  # type: ignore[arg-type]
    with transaction() as session:
        found = lot_of_stall(session, cast.htx.stall, code)
        return actions.add_entry(session, Actor(person_id=cast.htx.person), ref(cast, found.id), new, clock=lambda: now)


def whole_journal(cast: Cast, code: str, now: datetime) -> dict[str, int]:
    """Sown in June, sprayed 29/09 (14 days), 3,700 kg of paddy cut 20/10, milled, 480 bags packed; ids by kind."""
    return {
        "gieo": write(cast, code, JournalKind.SOWING, date(2026, 6, 18), now),
        "phun": write(cast, code, JournalKind.SPRAYING, date(2026, 9, 29), now, substance="Validacin 5L", phi_days=14),
        "thu": write(cast, code, JournalKind.HARVEST, date(2026, 10, 20), now, amount=3_700_000),
        "che": write(cast, code, JournalKind.PROCESSING, date(2026, 10, 21), now, note="Phơi 1 nắng, xay xát"),
        "goi": write(cast, code, JournalKind.PACKING, date(2026, 10, 22), now, amount=480_000, unit="tui"),
    }


def seal(cast: Cast, code: str, now: datetime) -> None:
    with transaction() as session:
        found = lot_of_stall(session, cast.htx.stall, code)
        seal_as_shown(session, Actor(person_id=cast.htx.person), ref(cast, found.id), now=now)


def seen_to_seal(session: Session, which: LotRef) -> str:
    """What the lot's page says that it shows."""
    return seen_of(facts_to_seal(session.get_one(Lot, which.lot_id), journal_of(session, which.lot_id)))


def seal_as_shown(session: Session, actor: Actor, which: LotRef, *, now: datetime) -> None:
    """The seller has opened the lot's page while nothing happens to it, and seals it."""
    locked(session, Lot, Lot.id == which.lot_id)
    actions.seal_lot(session, actor, which, seen=seen_to_seal(session, which), clock=lambda: now)


def sealed_lot(cast: Cast, now: datetime) -> str:
    code = rice_lot(cast, now)
    whole_journal(cast, code, now)
    seal(cast, code, now)
    return code


def print_stamps(cast: Cast, code: str, count: int, now: datetime) -> Printed:
    with transaction() as session:
        found = lot_of_stall(session, cast.htx.stall, code)
        return actions.print_stamps(
            session, Actor(person_id=cast.htx.person), ref(cast, found.id), count, clock=lambda: now
        )


def activate(cast: Cast, code: str, first: int, last: int, now: datetime) -> int:
    with transaction() as session:
        found = lot_of_stall(session, cast.htx.stall, code)
        serials = Serials(first=first, last=last)
        return actions.activate_stamps(
            session, Actor(person_id=cast.htx.person), ref(cast, found.id), serials, clock=lambda: now
        )


def active_stamp(cast: Cast, now: datetime) -> tuple[str, str]:
    """The codes of a sealed lot and of its one active stamp."""
    code = sealed_lot(cast, now)
    stamp = print_stamps(cast, code, 1, now).codes[0]
    activate(cast, code, 1, 1, now)
    return code, stamp


def recall(cast: Cast, code: str, now: datetime, reason: str = "Phát hiện mọt trong kho") -> None:
    with transaction() as session:
        found = lot_of_stall(session, cast.htx.stall, code)
        recall_as_shown(session, Actor(person_id=cast.htx.person), ref(cast, found.id), reason, now=now)


def recall_as_shown(session: Session, actor: Actor, which: LotRef, reason: str, *, now: datetime) -> None:
    """The seller has opened the lot's page while nothing happens to it, and recalls it."""
    seen = seen_of(facts_to_recall(locked(session, Lot, Lot.id == which.lot_id).row))
    actions.recall_lot(session, actor, which, reason, seen=seen, clock=lambda: now)


def edit_as_shown(session: Session, actor: Actor, which: LotRef, details: LotDetails, *, now: datetime) -> None:
    """The seller has opened the lot's form while nothing happens to it, and saves it."""
    seen = seen_of(facts_to_edit(locked(session, Lot, Lot.id == which.lot_id).row))
    actions.edit_lot(session, actor, which, details, seen=seen, clock=lambda: now)
