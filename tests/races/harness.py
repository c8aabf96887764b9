"""Two moves of one aggregate at a barrier: they must end as one after the other would have, in one order or the other.

An aggregate lists its moves, how a fresh one comes to be, and what is compared of it afterwards. Both moves pause
before they first write, so that what they read without a lock is old by then. The ordinary suite runs every pair once
(of most aggregates a fixed share), `make races` (CHOSO_NIGHTLY=1) runs every pair 20 times.
`unlocked` takes a table's locks away, so that a test can say that it would notice.

A fault of the database (a deadlock, a serialization failure, a broken constraint) is no refusal: no order of the moves
allows it.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations_with_replacement
from random import Random
from typing import Any, Self

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError, SAWarning
from sqlalchemy.orm import Session

from market.base.audit import Event
from market.base.db import db, transaction
from market.base.errors import Refused
from tests.nights import IS_NIGHT
from tests.services import postgres
from tests.services.databases import OPENING

ROUNDS = 20 if IS_NIGHT else 1
SEED = 8
PAUSE_SECONDS = 0.02
_LOCK = re.compile(r" FOR (NO KEY )?UPDATE( OF \"?\w+\"?)?")
_WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
_BEGAN = time.monotonic()

Start = Callable[[], int]
Move = Callable[[int], object]
Picture = Callable[[Session, int], object]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """`start` makes a fresh one and returns its id; `moves` act on that id; `picture` is what of its rows is compared,
    without ids, codes and times. `tables` are those whose locks keep it; `spare`: tables that are locked as well, whose
    lock alone would not be missed, each with the reason."""

    start: Start
    moves: Mapping[str, Move]
    picture: Picture
    tables: Sequence[str]
    spare: Mapping[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> list[Pair]:
        return list(combinations_with_replacement(self.moves, 2))

    @property
    def drawn_pairs(self) -> list[Pair]:
        """Each move once, with one other that a fixed seed draws, and one of them with itself as well."""
        drawn = sorted(self.moves)
        Random(SEED).shuffle(drawn)
        return [*zip(drawn[::2], [*drawn[1::2], drawn[0]], strict=False), (drawn[0], drawn[0])]


@dataclass(frozen=True, slots=True)
class Ending:
    """How both moves ended (`done`, or which refusal or fault) and what is in the database then."""

    results: tuple[str, str]
    picture: object


def running_now() -> datetime:
    """A clock that begins where the cast does and runs: what is decided under a lock is decided after the wait."""
    return OPENING + timedelta(seconds=time.monotonic() - _BEGAN)


def writing(act: Callable[[Session, int], object]) -> Move:
    """A move in a transaction of its own."""

    def move(at: int) -> object:
        with transaction() as session:
            return act(session, at)

    return move


class Stage:
    """A fresh one of an aggregate as often as it is asked for: made once, and put back for every run."""

    def __init__(self, aggregate: Aggregate) -> None:
        self._at = aggregate.start()
        self._begun = postgres.Snapshot(db.engine.url.render_as_string(hide_password=False), "begun")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._begun.engine.dispose()

    def set(self) -> int:
        """The id of the fresh one."""
        assert self._begun.put_back()
        return self._at


def disorder(app: Flask, aggregate: Aggregate, pairs: Sequence[Pair], *, rounds: int = ROUNDS) -> list[str]:
    """Those of the pairs that ended as they never end one after the other."""
    return list(unexplained(app, aggregate, pairs, rounds=rounds))


def is_noticed(app: Flask, aggregate: Aggregate, table: str) -> bool:
    """Whether, without the locks on this table and those that it makes spare, some pair ends as it should not."""
    with unlocked([table, *aggregate.spare]):
        found = (next(unexplained(app, aggregate, aggregate.pairs, rounds=rounds), None) for rounds in (1, ROUNDS))
        return any(line is not None for line in found)


def unexplained(app: Flask, aggregate: Aggregate, pairs: Sequence[Pair], *, rounds: int) -> Iterator[str]:
    """The pairs that ended, run at once, as they never end one after the other; each said in a line."""
    with Stage(aggregate) as stage:
        for pair in pairs:
            allowed: list[Ending] = []
            orders = _orders(aggregate, stage, pair)
            for _ in range(rounds):
                ending = _at_once(app, aggregate, stage, pair)
                while ending not in allowed and (more := next(orders, None)):
                    allowed += more
                if ending not in allowed:
                    yield f"{' x '.join(pair)}: {ending}, but in order: {allowed}"
                    break


def _orders(aggregate: Aggregate, stage: Stage, pair: Pair) -> Iterator[list[Ending]]:
    """How a pair ends one after the other: in one order, then in the other. Most endings are of the first."""
    first = _in_order(aggregate, stage, pair, (0, 1))
    if pair[0] == pair[1]:
        yield [first, Ending(first.results[::-1], first.picture)]
    else:
        yield [first]
        yield [_in_order(aggregate, stage, pair, (1, 0))]


def _in_order(aggregate: Aggregate, stage: Stage, pair: Pair, order: tuple[int, int]) -> Ending:
    at = stage.set()
    results = {which: outcome(aggregate.moves[pair[which]], at) for which in order}
    return Ending((results[0], results[1]), _picture(aggregate, at))


def _at_once(app: Flask, aggregate: Aggregate, stage: Stage, pair: Pair) -> Ending:
    at, barrier = stage.set(), threading.Barrier(2)

    def press(name: str) -> str:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                return outcome(aggregate.moves[name], at)
            except DBAPIError as fault:
                return f"FAULT: {type(fault.orig).__name__}"
            except SAWarning as fault:  # of rows that somebody else changed meanwhile
                return f"FAULT: {type(fault).__name__}"

    with _pausing(aggregate.tables), ThreadPoolExecutor(2) as both:
        first, second = both.map(press, pair)
    return Ending((first, second), _picture(aggregate, at))


def outcome(move: Move, at: int) -> str:
    try:
        move(at)
    except Refused as refusal:
        return f"{type(refusal).__name__}: {refusal.code}"
    return "done"


def _picture(aggregate: Aggregate, at: int) -> object:
    with Session(db.engine) as session:
        return aggregate.picture(session, at)


def verbs_of(session: Session, subject: str, subject_id: int) -> tuple[str, ...]:
    """What was done to something, in the order in which it was written down."""
    wanted = select(Event.verb).where(Event.subject == subject, Event.subject_id == subject_id)
    return tuple(session.scalars(wanted.order_by(Event.id)))


@contextmanager
def _pausing(tables: Sequence[str]) -> Iterator[None]:
    """Pause before a thread's first write of all, and before its first to each of these tables."""
    done: set[tuple[int, str]] = set()

    def pause(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        written = _WRITE.match(statement)
        if written:
            which = threading.get_ident(), written[1] if written[1] in tables else "any"
            if which not in done:
                done.add(which)
                time.sleep(PAUSE_SECONDS)

    with listening("before_cursor_execute", pause):
        yield


@contextmanager
def unlocked(tables: Sequence[str]) -> Iterator[None]:
    """Read the rows of these tables without their locks; `name` stands for what has no row yet (`lock_name()`,
    `hold_name_of()`)."""
    of_these = re.compile(rf'FROM "?({"|".join(tables)})"?\s')

    def strip(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
        if "name" in tables and "pg_advisory_xact_lock" in statement:
            return re.sub("pg_advisory_xact_lock(_shared)?", "", statement), parameters
        return (_LOCK.sub("", statement) if of_these.search(statement) else statement), parameters

    with listening("before_cursor_execute", strip, retval=True):
        yield


@contextmanager
def listening(name: str, listener: Callable[..., object], **how: bool) -> Iterator[None]:
    event.listen(db.engine, name, listener, **how)
    try:
        yield
    finally:
        event.remove(db.engine, name, listener)
