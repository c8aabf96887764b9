"""Real faults of what the market writes to: a database open for reading alone or full, a disk that takes no file."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, text

from market.base.db import db, end_reading, reading

READ_ONLY = {"sqlite": ["PRAGMA query_only = ON"], "postgresql": ["SET default_transaction_read_only = on"]}


@contextmanager
def database_reads_only() -> Iterator[None]:
    """Every new connection is one that may only read; those that were open are closed."""
    with _each_connection_begins_with(READ_ONLY[db.engine.dialect.name]):
        yield


@contextmanager
def sqlite_full() -> Iterator[None]:
    """The file may not grow, and has no page left."""
    pages = reading().scalar(text("PRAGMA page_count"))
    with _each_connection_begins_with([f"PRAGMA max_page_count = {pages}"]):
        yield


@contextmanager
def _each_connection_begins_with(statements: list[str]) -> Iterator[None]:
    engine = db.engine
    end_reading()
    engine.dispose()

    def begin(connection: object, _record: object) -> None:
        for one in statements:
            connection.execute(one)  # type: ignore[attr-defined]

    event.listen(engine, "connect", begin)
    try:
        yield
    finally:
        event.remove(engine, "connect", begin)
        end_reading()
        engine.dispose()


@contextmanager
def no_room_for_files(most: int = 0) -> Iterator[None]:
    """No file of this process grows past so many bytes: each write beyond fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
