"""How long the market waits for its database, and when that is told as "not answering" instead of as a fault."""

import select
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Dialect, Engine, event, exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:  # PostgreSQL's driver is an extra
    import psycopg

REQUEST_THREADS = 32
"""How many requests one web process holds at once. Most of them wait: for a slow sender's body, or for a connection."""
SLOW_BODIES = 20
"""How many of them may wait for a body; beside those that wait for other machines, some are left that wait for none."""
OUTSIDE_CALLS = 8
"""How many of them may wait for other machines' answers: where those hang, the other threads go on."""
CONNECTIONS = 16
POOL_SECONDS = 10

POOL: dict[str, object] = {
    "pool_size": CONNECTIONS // 2,
    "max_overflow": CONNECTIONS // 2,
    "pool_timeout": POOL_SECONDS,
    "pool_use_lifo": True,  # the one used last knows this market's pages and plans; what few need grows cold, not all
}
SQLITE: dict[str, object] = POOL | {"pool_recycle": 3600}
"""Opened anew every hour, a connection plans by what `base.statistics` has counted since."""
POSTGRESQL: dict[str, object] = POOL | {
    # A machine that is gone is noticed within half a minute, also where nothing is being asked (the listener).
    "connect_args": {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    },
}

AWAY_CODES = frozenset({"57014", "55P03", "53300", "57P01", "57P02", "57P03", "58030"})
"""PostgreSQL: stopped at its time limit, lock not given, too many connections, shutting down or starting, its disk
fails."""
AWAY_NAMES = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_READONLY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds of PostgreSQL: for one statement, for a lock, and until it must have answered at all.

    A server that hangs does not keep its own limits; `answer` is kept on this side, by closing the connection.
    """

    statement: float
    lock: float
    answer: float


WEB = Patience(statement=10, lock=8, answer=12)
JOBS = Patience(statement=300, lock=30, answer=330)


def engine_options(url: str) -> dict[str, object]:
    return SQLITE if url.startswith("sqlite") else POSTGRESQL


def refuse_closed(engine: Engine) -> None:
    """Take a connection of a PostgreSQL engine whose server has closed it, or says anything unasked, only once it
    answers; else all that are older are opened anew. To ask each time would be a statement more for every page."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "checkout")
    def look(connection: "psycopg.Connection[Any]", _record: ConnectionPoolEntry, _held: object) -> None:
        if connection.closed or _has_something_to_say(connection):
            try:
                engine.dialect.do_ping(cast(DBAPIConnection, connection))
            except engine.dialect.loaded_dbapi.Error as error:
                raise exc.InvalidatePoolError from error


def _has_something_to_say(connection: "psycopg.Connection[Any]") -> bool:
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    return bool(looking.poll(0))


def limit_waits(engine: Engine, patience: Patience) -> None:
    """Give every new connection of a PostgreSQL engine these limits. SQLite's is its busy timeout."""
    if engine.dialect.name != "postgresql":
        return
    connection_class = _patient(patience.answer)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Dialect, _record: ConnectionPoolEntry, given: list[Any], named: dict[str, Any]) -> object:
        return connection_class.connect(*given, **named)

    @event.listens_for(engine, "connect")
    def set_limits(connection: "psycopg.Connection[Any]", _record: ConnectionPoolEntry) -> None:
        limits = {"statement_timeout": patience.statement, "lock_timeout": patience.lock}
        before, connection.autocommit = connection.autocommit, True
        for name, seconds in limits.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, f"{seconds * 1000:.0f}"))
        connection.autocommit = before


def _patient(seconds: float) -> "type[psycopg.Connection[Any]]":
    """A connection that is closed where an answer takes longer than this."""
    import psycopg
    from psycopg.errors import _WaitTimeout

    class PatientConnection(psycopg.Connection[Any]):
        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            if timeout is not None:
                return super().wait(gen, interval, timeout)
            try:
                return super().wait(gen, interval, seconds)
            except _WaitTimeout as error:
                self.close()
                raise psycopg.OperationalError(f"no answer within {seconds:g} seconds") from error

    return PatientConnection


def is_away(error: exc.SQLAlchemyError) -> bool:
    """Whether the database did not answer, in time or at all; anything else is a fault of the program."""
    if isinstance(error, exc.TimeoutError):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorname", "").startswith(AWAY_NAMES)
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        return error.connection_invalidated or type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return code in AWAY_CODES or code.startswith("08")
