"""How long transactions keep others waiting: from their first lock until their COMMIT has ended. As a program it is the
market's jobs process, which tells so of itself: `python -m bench.holding FILE`."""

import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.engine.default import DefaultDialect

from market.app import create_app
from market.base.config import ROOT
from market.base.db import db
from market.base.garbage import freeze_what_is_loaded
from market.base.jobs import Worker
from market.base.patience import JOBS, limit_waits
from market.cli import HANDLERS, PERIODIC_TASKS

MOST_HELD = 0.3
SINCE = "held_since"
LOCKS = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """So many seconds, and by which function of the market."""

    seconds: float
    by: str


@contextmanager
def holds() -> Iterator[list[Held]]:
    """What transactions of this process have held, in the order of their ends."""
    held: list[Held] = []
    commit = DefaultDialect.do_commit

    def timed_commit(self: DefaultDialect, connection: PoolProxiedConnection) -> None:
        commit(self, connection)
        since = connection.info.pop(SINCE, None)
        if since is not None:
            held.append(Held(seconds=time.perf_counter() - since, by=_caller()))

    def forget(connection: Connection) -> None:
        connection.connection.info.pop(SINCE, None)

    event.listen(Engine, "after_cursor_execute", _note_lock)
    event.listen(Engine, "rollback", forget)
    try:
        with patch.object(DefaultDialect, "do_commit", timed_commit):
            yield held
    finally:
        event.remove(Engine, "after_cursor_execute", _note_lock)
        event.remove(Engine, "rollback", forget)


def _note_lock(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
    if statement.startswith(LOCKS) or "FOR NO KEY UPDATE" in statement:
        connection.connection.info.setdefault(SINCE, time.perf_counter())


def _caller() -> str:
    """Who has opened the transaction."""
    frames = [one for one in traceback.extract_stack() if one.filename.startswith(f"{ROOT}/market/")]
    names = [f"{Path(one.filename).stem}.{one.name}" for one in frames if Path(one.filename).stem != "db"]
    return " > ".join(names[-2:])


def told_holds(file: Path) -> list[Held]:
    """What a jobs process that was started so has told at its end."""
    lines = (line.partition(" ") for line in file.read_text().splitlines())
    return [Held(seconds=float(seconds), by=by) for seconds, _, by in lines]


def main() -> None:
    app = create_app()
    with app.app_context():
        limit_waits(db.engine, JOBS)
    worker = Worker(app, HANDLERS, PERIODIC_TASKS)
    signal.signal(signal.SIGTERM, worker.stop)
    freeze_what_is_loaded()
    with holds() as held:
        worker.run()
    Path(sys.argv[1]).write_text("".join(f"{one.seconds:.4f} {one.by}\n" for one in held))


if __name__ == "__main__":
    main()
