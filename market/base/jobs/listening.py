"""Hearing of new jobs from PostgreSQL as soon as they are committed, on a connection of its own."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from market.base.db import db
from market.base.jobs.queue import CHANNEL
from market.base.logs import fault_of

if TYPE_CHECKING:  # PostgreSQL's driver is an extra
    import psycopg

log = logging.getLogger(__name__)

LISTEN_SECONDS = 1.0
"""A listener looks this often whether it is to stop."""
PAUSE_SECONDS = 5.0


class NotifyListener:
    """Calls `wake` for each NOTIFY. Without one (SQLite, a lost connection) workers still look every two seconds."""

    def __init__(self, app: Flask, wake: Callable[[], object]) -> None:
        self._app, self._wake = app, wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        with self._app.app_context():
            is_postgresql = db.engine.dialect.name == "postgresql"
        if is_postgresql:
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2 * LISTEN_SECONDS)

    def _run(self) -> None:
        import psycopg

        while not self._stopping.is_set():
            try:
                with self._app.app_context(), _own_connection() as connection:
                    self._listen(connection)
            except (psycopg.Error, SQLAlchemyError) as error:
                log.warning("the listener lost its connection", extra={"fault": fault_of(error)})
                self._stopping.wait(PAUSE_SECONDS)

    def _listen(self, connection: "psycopg.Connection[Any]") -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._wake()  # for what was written while nobody listened
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                self._wake()


@contextmanager
def _own_connection() -> "Iterator[psycopg.Connection[Any]]":
    """A connection as the pool makes them, outside of it, each statement by itself."""
    pooled = db.engine.raw_connection()
    connection = cast("psycopg.Connection[Any]", pooled.driver_connection)
    pooled.detach()
    with closing(pooled):
        connection.set_autocommit(True)
        yield connection
