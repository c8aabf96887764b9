"""Loads lots with journals, seals, stamps and one recall: by the slice's own actions, at the moments of the table."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.seen import seen_of
from market.seeding.actions.cast import Demo
from market.seeding.actions.times import stopped
from market.seeding.files import Row, Seeds
from market.trace.actions import (
    LotDetails,
    LotRef,
    NewEntry,
    NewLot,
    Serials,
    activate_stamps,
    add_entry,
    open_lot,
    print_stamps,
    recall_lot,
    seal_lot,
    set_lot_aside,
)
from market.trace.models import Lot
from market.trace.queries import facts_to_recall, facts_to_seal, facts_to_set_aside, journal_of
from market.trace.rules import JournalKind, LotState

MORNING = time(6, 30)
EVENING = time(18, 30)


def load_lots(session: Session, seeds: Seeds, demo: Demo) -> None:
    """Every lot of the table with its journal."""
    journal = seeds.table("journal")
    for row in seeds.table("lots"):
        _load(session, seeds, demo, row, [line for line in journal if line.text("lot") == row.text("key")])


def _anchor(seeds: Seeds, row: Row) -> date:
    """The day of the harvest: a fixed one where the table names it and it is past, else so many days back."""
    told = row.text("opened")
    if "-" in told[1:]:
        return min(date.fromisoformat(told), seeds.today)
    return seeds.day(int(told))


def _load(session: Session, seeds: Seeds, demo: Demo, row: Row, lines: Sequence[Row]) -> None:
    actor, anchor = demo.owner(row.text("business")), _anchor(seeds, row)
    is_fixed = "-" in row.text("opened")[1:]
    days = [anchor + timedelta(days=line.whole("offset")) for line in lines]
    opened = anchor if is_fixed else min([anchor, *days])
    stall_id = demo.stalls[row.text("business")]
    new = NewLot(
        product_id=demo.products[row.text("product")],
        details=_details(row, anchor),
        client_key=f"seed-{row.text('key')}",
    )
    code = open_lot(session, actor, stall_id, new, clock=stopped(seeds.at(opened, MORNING)))
    lot_id = session.scalars(select(Lot.id).where(Lot.stall_id == stall_id, Lot.code == code)).one()
    which = LotRef(stall_id=stall_id, lot_id=lot_id)
    for line, day in zip(lines, days, strict=True):
        recorded = seeds.at(max(day + timedelta(days=line.whole("late_days")), opened), EVENING)
        add_entry(session, actor, which, _entry(line, day), clock=stopped(recorded))
    _finish(session, seeds, actor, row, which, max([anchor, *days]))


def _details(row: Row, anchor: date) -> LotDetails:
    lasts = row.maybe_whole("best_before_days")
    return LotDetails(
        plot=row.text("plot"),
        pack_amount=row.whole("pack_amount") * 1000,
        pack_unit=row.text("pack_unit"),
        yield_permille=row.whole("yield_permille"),
        best_before=None if lasts is None else anchor + timedelta(days=lasts),
        standard=row.text("standard"),
    )


def _entry(line: Row, day: date) -> NewEntry:
    amount = line.maybe_whole("amount")
    return NewEntry(
        kind=JournalKind(line.text("kind")),
        happened_on=day,
        note=line.text("note"),
        amount=None if amount is None else amount * 1000,
        unit=line.maybe("unit"),
        substance=line.maybe("substance"),
        phi_days=line.maybe_whole("phi_days"),
        phi_source=line.maybe("phi_source"),
    )


def _finish(session: Session, seeds: Seeds, actor: Actor, row: Row, which: LotRef, last: date) -> None:
    """Stamps printed; the lot sealed and its stamps activated, where the table says so; recalled, if it was. What is
    past its date was sold by then: other goods are on sale now."""
    ends = LotState(row.text("ends"))
    sealed = seeds.at(last, time(19, 0))
    print_stamps(session, actor, which, row.whole("stamps"), clock=stopped(sealed))
    if ends is LotState.OPEN:
        return
    lot = session.get_one(Lot, which.lot_id)
    seen = seen_of(facts_to_seal(lot, journal_of(session, lot.id)))
    seal_lot(session, actor, which, seen=seen, clock=stopped(sealed))
    activate_stamps(session, actor, which, Serials(first=1, last=row.whole("activated")), clock=stopped(sealed))
    if ends is LotState.SEALED and lot.best_before is not None and lot.life.is_past(seeds.today):
        morning = stopped(seeds.at(lot.best_before + timedelta(days=1), MORNING))
        set_lot_aside(session, actor, which, seen=seen_of(facts_to_set_aside(lot)), clock=morning)
    if ends is LotState.RECALLED:
        seen = seen_of(facts_to_recall(lot))
        recall_lot(session, actor, which, row.text("reason"), seen=seen, clock=stopped(seeds.morning(-20)))
