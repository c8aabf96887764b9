"""On PostgreSQL a worker hears of a job as soon as it is committed, and again after its connection was lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text

from market.base.db import db, transaction
from market.base.jobs import Handler, Worker, enqueue, listening, worker
from tests.conftest import Clock

PATIENCE = 60
LISTENERS = text("SELECT pid FROM pg_stat_activity WHERE query ILIKE 'LISTEN %' AND datname = current_database()")

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def rings(app: Flask, now: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """A worker that would look again only after an hour; its job counts up."""
    monkeypatch.setattr(worker, "WAKE_SECONDS", 3600)
    monkeypatch.setattr(listening, "PAUSE_SECONDS", 0.05)
    rung = threading.Semaphore(0)
    with at_work(Worker(app, {"ring": Handler(do=lambda _payload: rung.release())})):
        yield rung


@contextmanager
def at_work(one: Worker) -> Iterator[None]:
    thread = threading.Thread(target=one.run)
    thread.start()
    try:
        yield
    finally:
        one.stop()
        thread.join(PATIENCE)


def listeners() -> list[int]:
    with db.engine.connect() as connection:
        return list(connection.scalars(LISTENERS))


def until(truth: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not truth():
        assert time.monotonic() < end
        time.sleep(0.05)


def ring(now: Clock) -> None:
    with transaction() as session:
        enqueue(session, "ring", {})


def test_a_new_job_wakes_the_worker(rings: threading.Semaphore, now: Clock) -> None:
    until(lambda: len(listeners()) == 1)
    for _ in range(3):
        ring(now)
        assert rings.acquire(timeout=PATIENCE)


def test_a_listener_that_lost_its_connection_listens_again(rings: threading.Semaphore, now: Clock) -> None:
    until(lambda: len(listeners()) == 1)
    [old] = listeners()
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": old})
    until(lambda: listeners() not in ([], [old]))
    ring(now)
    assert rings.acquire(timeout=PATIENCE)


def test_a_job_of_a_transaction_that_fails_wakes_nobody(rings: threading.Semaphore, now: Clock) -> None:
    until(lambda: len(listeners()) == 1)
    with pytest.raises(RuntimeError), transaction() as session:
        enqueue(session, "ring", {})
        raise RuntimeError
    ring(now)
    assert rings.acquire(timeout=PATIENCE)
    assert not rings.acquire(blocking=False)
