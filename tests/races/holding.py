"""One request is held in the middle of its transaction, its rows locked, while another one is started."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from market.base.db import db

PATIENCE = 20
"""Seconds after which a test gives up waiting for a thread; none waits so long."""
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def race(first: Callable[[], int], second: Callable[[], int], *, after: str) -> tuple[int, int]:
    """Run `first` until it has sent a statement that begins so, and hold it there; start `second` and wait until the
    database lets it wait, or until it is done; let `first` go on. Returns what the two returned."""
    with ThreadPoolExecutor(2) as threads, _holding(after) as (hold, held, let_go):
        one = threads.submit(hold, first)
        assert held.wait(PATIENCE), f"nothing began with {after!r}"
        other = threads.submit(second)
        try:
            _until_waiting(other.done)
        finally:
            let_go.set()
        return one.result(PATIENCE), other.result(PATIENCE)


def _until_waiting(is_done: Callable[[], bool]) -> None:
    tick = threading.Event()
    with db.engine.connect() as connection:
        for _ in range(PATIENCE * 100):
            if is_done() or connection.scalar(WAITING):
                return
            tick.wait(0.01)
    raise AssertionError("the second request neither waits nor ends")


@contextmanager
def _holding(
    after: str,
) -> Iterator[tuple[Callable[[Callable[[], int]], int], threading.Event, threading.Event]]:
    """What runs a request so that its thread stops after that statement."""
    held, let_go, holder = threading.Event(), threading.Event(), threading.local()

    def stop(*context: Any) -> None:
        if getattr(holder, "is_here", False) and context[2].startswith(after) and not held.is_set():
            held.set()
            let_go.wait(PATIENCE)

    def hold(work: Callable[[], int]) -> int:
        holder.is_here = True
        return work()

    event.listen(db.engine, "after_cursor_execute", stop)
    try:
        yield hold, held, let_go
    finally:
        let_go.set()
        event.remove(db.engine, "after_cursor_execute", stop)
