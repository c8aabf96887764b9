"""Two pieces of work that overlap for certain: the first stops on its way until the second waits for it or is through.

`race` stops the first after a statement, `overlap` before its commit, all its work done. Without the lock that is
needed the second then decides on what the first is changing.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import permutations
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from market.base.db import db, transaction
from market.base.errors import Refused

A = TypeVar("A")
B = TypeVar("B")
Move = Callable[[Session], object]
Stop = Callable[[], None]

PATIENCE = 20
"""Seconds after which a test gives up waiting for a thread; none waits so long."""
LOOK_EVERY = 0.005
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def ordered(*names: str) -> list[tuple[str, str]]:
    """Every pair of moves, each with itself too, in both orders."""
    return [*permutations(names, 2), *((name, name) for name in names)]


def race(first: Callable[[], A], second: Callable[[], B], *, after: str) -> tuple[A, B]:
    """Run `first` until it has sent a statement that begins so, and hold it there; start `second` and wait until the
    database lets it wait, or until it is done; let `first` go on. Returns what the two returned."""

    engine = db.engine

    def held_after(stop: Stop) -> A:
        with _stopping(engine, stop, after):
            return first()

    return _both(held_after, second)


def overlap(app: Flask, first: Move, second: Move) -> tuple[object, object]:
    """What each move returned, or the type of its refusal. Anything else that it raises is raised here."""

    def held_at_the_end(stop: Stop) -> object:
        def move(session: Session) -> object:
            try:
                result = first(session)
                session.flush()
                return result
            finally:
                stop()

        return _done(app, move)

    return _both(held_at_the_end, lambda: _done(app, second))


def _both(first: Callable[[Stop], A], second: Callable[[], B]) -> tuple[A, B]:
    """Start `second` once `first` has stopped itself, and let `first` go on once `second` waits or is done."""
    stopped, go_on = threading.Event(), threading.Event()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            go_on.wait(PATIENCE)

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(first, stop)
        _wait_until(lambda: stopped.is_set() or one.done())
        assert stopped.is_set(), f"the first did not stop on its way: {one.result()!r}"
        other = threads.submit(second)
        try:
            with db.engine.connect() as watching:
                _wait_until(lambda: other.done() or watching.scalar(WAITING))
        finally:
            go_on.set()
        return one.result(PATIENCE), other.result(PATIENCE)


def _wait_until(happens: Callable[[], object]) -> None:
    tick = threading.Event()
    for _ in range(int(PATIENCE / LOOK_EVERY)):
        if happens():
            return
        tick.wait(LOOK_EVERY)
    raise AssertionError("neither waits nor ends")


@contextmanager
def _stopping(engine: Engine, stop: Stop, after: str) -> Iterator[None]:
    """Stop this thread once it has sent a statement that begins so."""
    here = threading.get_ident()

    def look(*context: Any) -> None:
        if threading.get_ident() == here and context[2].startswith(after):
            stop()

    event.listen(engine, "after_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", look)


def _done(app: Flask, move: Move) -> object:
    try:
        with app.app_context(), transaction() as session:
            return move(session)
    except Refused as refusal:
        return type(refusal)
