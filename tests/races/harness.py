"""Two moves of one aggregate at a barrier: they must end as one after the other would have, in one order or the other.

An aggregate lists its moves, how a fresh one comes to be, and what is compared of it afterwards. Each pair runs once in
the suite and 20 times with CHOSO_NIGHTLY=1 (`make races`). Both moves pause before they first write, so that what they
read without a lock is old by then. `unlocked` takes the locks of some tables away, so that a test can say that it would
notice.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations_with_replacement
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from market.base.audit import Event
from market.base.db import db
from market.base.errors import Refused
from tests.services import postgres

ROUNDS = 20 if os.environ.get("CHOSO_NIGHTLY") else 1
PAUSE_SECONDS = 0.02
_LOCK = re.compile(r" FOR NO KEY UPDATE( OF \"?\w+\"?)?")
_WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')

Start = Callable[[], int]
Move = Callable[[int], object]
Picture = Callable[[Session, int], object]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """`start` makes a fresh one and returns its id; `moves` act on that id; `picture` is what of its rows is compared,
    without ids, codes and times. `tables` are those whose locks keep it."""

    start: Start
    moves: Mapping[str, Move]
    picture: Picture
    tables: Sequence[str]

    @property
    def pairs(self) -> list[Pair]:
        return list(combinations_with_replacement(self.moves, 2))


@dataclass(frozen=True, slots=True)
class Ending:
    """How both moves ended (`done`, or the class of the refusal) and what is in the database then."""

    results: tuple[str, str]
    picture: object


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """PostgreSQL alone: SQLite has one writer at a time."""
    server: postgres.Databases = request.getfixturevalue("postgres_server")
    return server.lend(request.getfixturevalue("postgres_peopled").name)


def real_now() -> datetime:
    """The time as it is: what is decided under a lock is decided after it was waited for."""
    return datetime.now(UTC)


def unexplained(app: Flask, aggregate: Aggregate, *, rounds: int = ROUNDS) -> Iterator[str]:
    """The pairs that ended, run at once, as they never end one after the other; each said in a line."""
    for one, other in aggregate.pairs:
        orders = [(0, 1), (1, 0)] if one != other else [(0, 1)]
        allowed = [_in_order(aggregate, (one, other), order) for order in orders]
        if one == other:
            allowed.append(Ending(allowed[0].results[::-1], allowed[0].picture))
        for _ in range(rounds):
            ending = _at_once(app, aggregate, (one, other))
            if ending not in allowed:
                yield f"{one} x {other}: {ending}, but in order: {allowed}"
                break


def _in_order(aggregate: Aggregate, pair: Pair, order: tuple[int, int]) -> Ending:
    at = aggregate.start()
    results = {which: _run(aggregate.moves[pair[which]], at) for which in order}
    return Ending((results[0], results[1]), _picture(aggregate, at))


def _at_once(app: Flask, aggregate: Aggregate, pair: Pair) -> Ending:
    at, barrier = aggregate.start(), threading.Barrier(2)

    def press(name: str) -> str:
        with app.app_context():
            barrier.wait(timeout=10)
            return _run(aggregate.moves[name], at)

    with _pausing(aggregate.tables), ThreadPoolExecutor(2) as both:
        first, second = both.map(press, pair)
    return Ending((first, second), _picture(aggregate, at))


def _run(move: Move, at: int) -> str:
    try:
        move(at)
    except Refused as refusal:
        return type(refusal).__name__
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

    with _listening("before_cursor_execute", pause):
        yield


@contextmanager
def unlocked(tables: Sequence[str]) -> Iterator[None]:
    """Read the rows of these tables without their locks."""
    of_these = re.compile(rf'FROM "?({"|".join(tables)})"?\s')

    def strip(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
        return (_LOCK.sub("", statement) if of_these.search(statement) else statement), parameters

    with _listening("before_cursor_execute", strip, retval=True):
        yield


@contextmanager
def _listening(name: str, listener: Callable[..., object], **how: bool) -> Iterator[None]:
    event.listen(db.engine, name, listener, **how)
    try:
        yield
    finally:
        event.remove(db.engine, name, listener)


def assert_orderly(app: Flask, aggregate: Aggregate) -> None:
    """Every pair at once ends as in one order or the other."""
    assert list(unexplained(app, aggregate)) == []


def assert_noticed(app: Flask, aggregate: Aggregate) -> None:
    """Without the locks some pair ends as it should not: what `assert_orderly` says is not said of itself."""
    with unlocked(aggregate.tables):
        assert next(unexplained(app, aggregate), None) is not None
