"""A commune's year (100,000 orders, two million rows): what is old of it is forgotten all at once, as by a jobs process
that had not run; then the archive out, in and tried. `bench.year` forgets day by day.

CPU is the program's and the database server's together; on the clock two cores share it.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from bench.anchor import anchor_app, cpu_us, request_of
from bench.databases import markets, size_mb
from bench.figures import Figure, at_most, free
from bench.holding import MOST_HELD, holds
from bench.resident import children, cpu_seconds
from bench.year import fill_year
from market.base.backup import back_up, check_backup, restore
from market.base.db import db
from market.cli import forget_old

ORDERS = 100_000
OUT_SECONDS, OUT_CPU, IN_CPU = 20.0, 40.0, 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds on the clock, and of CPU here and in the database server."""

    clock: float
    cpu: float


def run() -> Iterator[Figure | str]:
    [micros] = cpu_us(request_of(anchor_app(), "/"))
    for kind, app in markets(0):
        with app.app_context(), TemporaryDirectory() as folder:
            yield from _measured(kind, app, Path(folder) / "market.tar.gz", micros / 1e6)


def _measured(kind: str, app: Flask, archive: Path, anchor: float) -> Iterator[Figure | str]:
    now = datetime.now(UTC)
    rows = fill_year(ORDERS, until=now)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    yield f"{kind}: {rows:,} rows, {size_mb():,.0f} MB"
    yield from _forgetting(kind, now)
    for what, do, seconds, cpu in (
        ("out", lambda: back_up(archive, now=now), OUT_SECONDS, OUT_CPU),
        ("in", lambda: restore(archive, replace=True), None, IN_CPU),
        ("tried", lambda: check_backup(archive), None, None),
    ):
        yield from _told(f"{kind}: archive {what}", _spent(do), anchor, seconds, cpu)
    yield free(f"{kind}: archive", archive.stat().st_size / 1e6, "MB")


def _told(what: str, spent: Spent, anchor: float, seconds: float | None, cpu: float | None) -> Iterator[Figure]:
    note = f"{spent.cpu / anchor:,.0f} b"
    yield at_most(what, spent.clock, "s", seconds) if seconds else free(what, spent.clock, "s")
    yield at_most(f"{what}: CPU", spent.cpu, "s", cpu, note=note) if cpu else free(f"{what}: CPU", spent.cpu, "s")


def _forgetting(kind: str, now: datetime) -> Iterator[Figure | str]:
    forgotten: dict[str, int] = {}
    with holds() as held:
        spent = _spent(lambda: forgotten.update(forget_old(now)))
    yield ", ".join(f"{table} {rows:,}" for table, rows in forgotten.items() if rows)
    yield free(f"{kind}: forgetting {sum(forgotten.values()):,} rows", spent.clock, "s")
    longest = max(one.seconds for one in held)
    yield at_most(f"{kind}: longest batch under the lock", longest, "s", MOST_HELD, note=f"of {len(held)}")


def _spent(do: Callable[[], object]) -> Spent:
    began, cpu = time.perf_counter(), time.process_time() + _server_seconds()
    do()
    return Spent(clock=time.perf_counter() - began, cpu=time.process_time() + _server_seconds() - cpu)


def _server_seconds() -> float:
    """CPU of all processes of PostgreSQL since it started, those that have ended too."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return 0.0
        backend = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() or 0)
        fields = Path(f"/proc/{backend}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        server = int(fields[1])
        own = Path(f"/proc/{server}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        ended = (int(own[13]) + int(own[14])) / os.sysconf("SC_CLK_TCK")
        return ended + cpu_seconds(server) + sum(cpu_seconds(one) for one in children(server))
