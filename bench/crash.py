"""kill -9 of web workers, their master, the jobs process, PostgreSQL's backends and postmaster while orders, notices,
pictures and jobs go on: what was acknowledged is there once after each round. `python -m bench crash --rounds 100`."""

import argparse
import logging
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import text, update

from bench.crash_faults import STOCK, count_of, faults_of_market, jobs_half_done
from bench.crash_jobs import KIND, LONGEST_PAUSE, TABLES
from bench.crash_market import Running, running
from bench.crash_office import Officer, faults_of_office, imports_midway, wait_until_midway
from bench.crash_stories import Ledger, Stories
from bench.databases import market
from bench.figures import Figure, at_least, at_most, free, promised
from bench.visitors import Thing
from market.base import clock
from market.base.db import db, transaction
from market.base.db_time import time_there
from market.base.jobs import Job, JobState
from market.base.jobs.long_tasks import LONG_TASK
from market.catalog.actions.uploads import FORGET_PHOTO
from market.catalog.models import MoveReason, Product, StockMove, StoredPicture, Variant
from tests.cast import Cast
from tests.services.postgres import Server, durable

ROUNDS = 10
SEED = 20261129
LOAD_SECONDS = (0.5, 2.5)
DONE_WITHIN = 600.0
"""How long jobs may take to come to their end on a machine that does much besides; most do within seconds."""
OFTEN = {"web worker": 3, "jobs process": 4, "postgres backend": 3}
"""What is killed more often than the others: it comes back sooner, or is in the midst of more."""
ENDS_JOBS = {"jobs process", "all at once"}


@dataclass(slots=True)
class Report:
    """What the rounds of one database came to."""

    kills: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    inside_jobs: int = 0
    inside_imports: int = 0
    ledger: Ledger = field(default_factory=Ledger)


def run() -> Iterator[Figure | str]:
    yield from crashed(ROUNDS, SEED)


def main(arguments: Sequence[str]) -> int:
    """The command with words of its own; returns what the process answers."""
    parser = argparse.ArgumentParser(prog="python -m bench crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="kills, shared between both kinds of database")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    is_kept = True
    for one in crashed(asked.rounds, asked.seed):
        print(f"  {one}", flush=True)
        is_kept = is_kept and not (isinstance(one, Figure) and one.is_kept is False)
    return 0 if is_kept else 1


def crashed(rounds: int, seed: int) -> Iterator[Figure | str]:
    random.seed(seed)
    for database, (app, postgres) in _markets():
        report = Report()
        yield from killed(app, postgres, rounds=-(-rounds // 2), report=report)
        yield from _told(database, report)


@contextmanager
def _on_sqlite() -> Iterator[tuple[Flask, Server | None]]:
    with TemporaryDirectory() as folder, market(f"sqlite:///{folder}/crash.db", Path(folder), 0) as app:
        yield app, None


@contextmanager
def _on_postgresql() -> Iterator[tuple[Flask, Server | None] | None]:
    with TemporaryDirectory() as folder, durable() as server:
        if server is None:
            yield None
            return
        with market(server.url, Path(folder), 0) as app:
            yield app, server


def _markets() -> Iterator[tuple[str, tuple[Flask, Server | None]]]:
    with _on_sqlite() as made:
        yield "SQLite", made
    with _on_postgresql() as found:
        if found is not None:
            yield "PostgreSQL", found


def _told(database: str, report: Report) -> Iterator[Figure | str]:
    kills = ", ".join(f"{count} {name}" for name, count in sorted(report.kills.items()))
    yield free(f"{database} rounds", report.kills.total(), "", note=kills)
    ledger = report.ledger
    note = (
        f"{len(ledger.placed)} check-outs, {len(ledger.accepted)} acceptances, {len(ledger.handed_over)} hand-overs, "
        f"{len(ledger.noticed)} notices, {len(ledger.pictures)} pictures, {len(ledger.jobs)} jobs, "
        f"{len(ledger.imports)} imports, {ledger.lists} lists"
    )
    yield free(f"{database} acknowledged", ledger.total(), "", note=note)
    yield at_least(f"{database} kills inside a job", report.inside_jobs, "", 1)
    yield promised(at_least(f"{database} kills inside an import", report.inside_imports, "", 1))
    yield promised(at_most(f"{database} lost, doubled or half done", len(report.wrong), "", 0))


# --- rounds -----------------------------------------------------------------------------------------------------------


def killed(app: Flask, postgres: Server | None, *, rounds: int, report: Report) -> Iterator[str]:
    """So many rounds of load and a kill, each looked at once what was in hand has come to its end."""
    with app.app_context():
        cast, thing = _furnish()
    with running(app, postgres) as served:
        stories = Stories(app, served.port, thing, (cast.lan.person, cast.lan.slug))
        report.ledger = stories.ledger
        officer = Officer(app, served.port, cast, stories.ledger)
        officer.work()
        with app.app_context():
            _wait_for_jobs()
        for number in range(rounds):
            stories.begin(officer.work)
            name = _killed_one(app, served, number, report)
            stories.end()
            with app.app_context():
                _bring_jobs_on()
                _wait_for_jobs()
                found = [
                    *faults_of_market(stories.ledger, thing),
                    *faults_of_office(stories.ledger),
                    *_pop(stories.ledger.faults),
                ]
                _forget_some(number)
                db.session.remove()
            wrong = [f"round {number + 1}, {name}: {one}" for one in found]
            report.wrong += wrong
            yield from wrong
            yield f"round {number + 1}: killed a {name}, {len(found)} faults, {stories.ledger.total()} acknowledged"


def _furnish() -> tuple[Cast, Thing]:
    """People, stalls and goods; a thing whose stock is counted; the tables of the jobs with steps."""
    cast = Cast.enter(clock.now())
    with transaction() as session:
        for one in TABLES:
            session.execute(text(one))
        variant = session.get_one(Variant, cast.dau_xanh)
        session.add(
            StockMove(
                variant_id=variant.id, delta=STOCK - (variant.on_hand or 0), reason=MoveReason.RECOUNT, at=clock.now()
            )
        )
        variant.on_hand = STOCK
        product = session.get_one(Product, variant.product_id)
        return cast, Thing(
            path=f"/san-pham/{product.id}-{product.slug}", variant_id=variant.id, stall_id=cast.lan.stall
        )


def _killed_one(app: Flask, served: Running, number: int, report: Report) -> str:
    """Kill something after a while, the jobs process in the midst of an import; what it was, once it is back."""
    kills = served.kills()
    often = [name for name in kills for _ in range(OFTEN.get(name, 1))]
    name = [*kills][number] if number < len(kills) else random.choice(often)
    time.sleep(random.uniform(*LOAD_SECONDS))
    if name in ENDS_JOBS:
        with app.app_context():
            wait_until_midway()
        time.sleep(random.uniform(0, LONGEST_PAUSE))
    kills[name]()
    report.kills[name] += 1
    if served.has_lost_jobs():
        with app.app_context():
            report.inside_jobs += jobs_half_done()
            report.inside_imports += imports_midway()
    time.sleep(random.uniform(0, 0.5))
    served.come_back()
    return name


def _bring_jobs_on() -> None:
    """Let the claims of workers that are no more run out now, not in five minutes."""
    with transaction() as session:
        claimed = Job.state == JobState.WAITING, Job.attempts > 0
        session.execute(update(Job).where(*claimed).values(run_at=time_there()))


def _wait_for_jobs() -> None:
    until = time.monotonic() + DONE_WITHIN
    while count_of(Job, Job.kind.in_((KIND, LONG_TASK)), Job.state != JobState.DONE) and time.monotonic() < until:
        time.sleep(0.3)


def _forget_some(number: int) -> None:
    """Have the pictures that nobody took forgotten in the next round, while something is killed: a job of the market's
    own, of a transaction and three files."""
    with transaction() as session:
        waiting = Job.kind == FORGET_PHOTO, Job.state == JobState.WAITING
        session.execute(update(Job).where(*waiting).values(run_at=time_there()))
        session.execute(update(StoredPicture).values(keep_until=clock.now()))


def _pop(faults: list[str]) -> list[str]:
    found = faults[:]
    faults.clear()
    return found
