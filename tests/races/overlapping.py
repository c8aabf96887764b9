"""Two moves that overlap for certain: the first is held open, all its work done, until the second waits for it or is
through as well. Without the lock that a move needs, the second has then decided on what the first was changing."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from market.base.db import db, transaction
from market.base.errors import Refused

Move = Callable[[Session], object]

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite lets one writer in at a time: nothing overlaps there."""

BLOCKED = text("SELECT cardinality(pg_blocking_pids(:pid)) > 0")
LOOK_EVERY = 0.005


def ordered(*names: str) -> list[tuple[str, str]]:
    """Every pair of moves, each with itself too, in both orders."""
    return [*permutations(names, 2), *((name, name) for name in names)]


def overlap(app: Flask, first: Move, second: Move) -> tuple[object, object]:
    """What each move returned, or the type of its refusal. Anything else that it raises is raised here."""
    worked, go_on = threading.Event(), threading.Event()
    pids: Future[int] = Future()

    def hold(session: Session) -> object:
        try:
            result = first(session)
            session.flush()
            return result
        finally:
            worked.set()
            go_on.wait(timeout=20)

    def follow(session: Session) -> object:
        pids.set_result(session.scalars(select(text("pg_backend_pid()"))).one())
        return second(session)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(_done, app, hold)
        assert worked.wait(timeout=20)
        other = pool.submit(_done, app, follow)
        try:
            _wait_until_blocked(pids.result(timeout=20), other)
        finally:
            go_on.set()
        return one.result(timeout=20), other.result(timeout=20)


def _done(app: Flask, move: Move) -> object:
    try:
        with app.app_context(), transaction() as session:
            return move(session)
    except Refused as refusal:
        return type(refusal)


def _wait_until_blocked(pid: int, other: "Future[object]") -> None:
    with db.engine.connect() as watching:
        while not other.done() and not watching.scalar(BLOCKED, {"pid": pid}):
            threading.Event().wait(LOOK_EVERY)
