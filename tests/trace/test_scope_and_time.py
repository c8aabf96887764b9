"""A lot is touched by its own stall alone, in every action; what is written of it is timed under its lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock as Asked
from market.base.db import db, transaction
from market.base.errors import NotFound
from market.base.seen import seen_of
from market.catalog.models import Variant
from market.trace import actions
from market.trace.actions import EntryRef, LotRef, NewEntry, NewLot, Serials, Withdrawal
from market.trace.models import JournalEntry, Lot
from market.trace.queries import facts_to_edit, facts_to_recall, journal_of
from market.trace.rules import JournalKind
from tests.cast import Cast
from tests.conftest import Clock
from tests.elsewhere import not_htx
from tests.nights import by_day_on, of_many
from tests.trace import steps

pytestmark = by_day_on("sqlite")

SOWN = NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 18))
LATER = NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 19))
ONE = Serials(first=1, last=1)
ELSEWHERE = replace(steps.RICE, plot="Ruộng 13")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMove:
    """What a move of a lot is called with: the stall, the lot, what was seen, the clock that it asks."""

    stall_id: int
    lot_id: int
    line_id: int
    product_id: int
    edit_seen: str
    seal_seen: str
    recall_seen: str
    clock: Asked

    @property
    def lot(self) -> LotRef:
        return LotRef(stall_id=self.stall_id, lot_id=self.lot_id)

    @property
    def line(self) -> EntryRef:
        return EntryRef(stall_id=self.stall_id, entry_id=self.line_id)


Move = Callable[[Session, LotMove], object]
GUEST = Actor()
OPEN: dict[str, Move] = {
    "open": lambda s, t: actions.open_lot(
        s, GUEST, t.stall_id, NewLot(product_id=t.product_id, details=steps.RICE), clock=t.clock
    ),
    "edit": lambda s, t: actions.edit_lot(s, GUEST, t.lot, ELSEWHERE, seen=t.edit_seen, clock=t.clock),
    "add": lambda s, t: actions.add_entry(s, GUEST, t.lot, SOWN, clock=t.clock),
    "seal": lambda s, t: actions.seal_lot(s, GUEST, t.lot, seen=t.seal_seen, clock=t.clock),
}
SEALED: dict[str, Move] = {
    "recall": lambda s, t: actions.recall_lot(s, GUEST, t.lot, "Mọt", seen=t.recall_seen, clock=t.clock),
    "correct": lambda s, t: actions.correct_entry(s, GUEST, t.line, LATER, clock=t.clock),
    "withdraw": lambda s, t: actions.withdraw_entry(s, GUEST, t.line, Withdrawal(reason="Nhầm"), clock=t.clock),
    "print": lambda s, t: actions.print_stamps(s, GUEST, t.lot, 1, clock=t.clock),
    "activate": lambda s, t: actions.activate_stamps(s, GUEST, t.lot, ONE, clock=t.clock),
    "void": lambda s, t: actions.void_stamps(s, GUEST, t.lot, ONE, clock=t.clock),
}
every_move = pytest.mark.parametrize("name", [*OPEN, *SEALED])


def move_of(name: str) -> Move:
    return (OPEN | SEALED)[name]


def lot_for(cast: Cast, name: str, now: Clock, asked: Asked) -> LotMove:
    """A lot of HTX Đại Sơn's on which this move can be made."""
    code = steps.rice_lot(cast, now())
    steps.whole_journal(cast, code, now())
    steps.print_stamps(cast, code, 2, now())
    if name in SEALED:
        steps.seal(cast, code, now())
    lot_id = steps.lot(cast, code).id
    with Session(db.engine) as session:
        lot = session.get_one(Lot, lot_id)
        return LotMove(
            stall_id=cast.htx.stall,
            lot_id=lot_id,
            line_id=journal_of(session, lot_id)[0].id,
            product_id=session.get_one(Variant, cast.gao_nep).product_id,
            edit_seen=seen_of(facts_to_edit(lot)),
            seal_seen=steps.seen_to_seal(session, steps.ref(cast, lot_id)),
            recall_seen=seen_of(facts_to_recall(lot)),
            clock=asked,
        )


def picture(session: Session) -> object:
    lots = [(lot.plot, lot.state, lot.stamps_printed, lot.stamps_activated) for lot in session.query(Lot)]
    return lots, session.query(JournalEntry).count()


@of_many(5)
@every_move
def test_another_stall_does_not_touch_a_lot(cast: Cast, now: Clock, name: str) -> None:
    of_htx = lot_for(cast, name, now, now)
    with Session(db.engine) as session:
        before = picture(session)
    for stall in not_htx(cast, now()):
        with pytest.raises(NotFound), transaction() as writing:
            move_of(name)(writing, replace(of_htx, stall_id=stall))
    with Session(db.engine) as session:
        assert picture(session) == before


@of_many(5)
@every_move
def test_its_time_is_taken_once_the_row_is_locked(cast: Cast, now: Clock, name: str) -> None:
    """Asked before, it would be of before the wait, and older than what was waited for."""
    with _noting_reads() as read:
        asked_when: list[bool] = []

        def asked() -> datetime:
            asked_when.append(bool(read))
            return now()

        of_htx = lot_for(cast, name, now, asked)
        read.clear()
        with transaction() as writing:
            move_of(name)(writing, of_htx)
    assert asked_when == [True]


@contextmanager
def _noting_reads() -> Iterator[list[str]]:
    """The statements that read a lot, or the product a new one is of, to lock it."""
    read: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "stall_id = " in statement and ("FROM lot" in statement or "FROM product" in statement):
            read.append(statement)

    event.listen(db.engine, "after_cursor_execute", note)
    try:
        yield read
    finally:
        event.remove(db.engine, "after_cursor_execute", note)
