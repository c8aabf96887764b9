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
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, Select, func, select, text, update
from sqlalchemy.orm import Session

from bench.crash_jobs import KIND, STEPS, TABLES
from bench.crash_market import Running, running
from bench.crash_stories import Ledger, Stories
from bench.databases import market
from bench.figures import Figure, at_least, at_most, free, promised
from bench.visitors import Thing
from market.base import clock
from market.base.db import Base, db, time_there, transaction
from market.base.jobs import Job, JobState
from market.base.storage import storage
from market.catalog.actions.uploads import FORGET_PHOTO
from market.catalog.models import MoveReason, Product, Reservation, StockMove, StoredPicture, Variant
from market.catalog.pictures import WIDTHS
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.models import Allocation, BankCredit, PaymentRequest
from tests.cast import Cast
from tests.services.postgres import Server, durable

ROUNDS = 10
SEED = 20261129
LOAD_SECONDS = (0.5, 2.5)
DONE_WITHIN = 90.0
STOCK = 10**9
OFTEN = {"web worker": 3, "jobs process": 4, "postgres backend": 3}
"""What is killed more often than the others: it comes back sooner, or is in the midst of more."""


@dataclass(slots=True)
class Report:
    """What the rounds of one database came to."""

    kills: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    inside_jobs: int = 0
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
    yield from report.wrong
    kills = ", ".join(f"{count} {name}" for name, count in sorted(report.kills.items()))
    yield free(f"{database} rounds", report.kills.total(), "", note=kills)
    ledger = report.ledger
    note = (
        f"{len(ledger.placed)} check-outs, {len(ledger.accepted)} acceptances, {len(ledger.handed_over)} hand-overs, "
        f"{len(ledger.noticed)} notices, {len(ledger.pictures)} pictures, {len(ledger.jobs)} jobs"
    )
    yield free(f"{database} acknowledged", ledger.total(), "", note=note)
    yield at_least(f"{database} kills inside a job", report.inside_jobs, "", 1)
    yield promised(at_most(f"{database} lost, doubled or half done", len(report.wrong), "", 0))


# --- rounds -----------------------------------------------------------------------------------------------------------


def killed(app: Flask, postgres: Server | None, *, rounds: int, report: Report) -> Iterator[str]:
    """So many rounds of load and a kill, each looked at once what was in hand has come to its end."""
    with app.app_context():
        cast, thing = _furnish()
    with running(app, postgres) as served:
        stories = Stories(app, served.port, thing, (cast.lan.person, cast.lan.slug))
        report.ledger = stories.ledger
        for number in range(rounds):
            name = _round(served, stories, number, report)
            with app.app_context():
                _bring_jobs_on()
                _wait_for_jobs()
                found = [*_faults(stories.ledger, thing), *_pop(stories.ledger.faults)]
                _forget_some(number)
                db.session.remove()
            report.wrong += [f"round {number}, {name}: {one}" for one in found]
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


def _round(served: Running, stories: Stories, number: int, report: Report) -> str:
    kills = served.kills()
    often = [name for name in kills for _ in range(OFTEN.get(name, 1))]
    name = [*kills][number] if number < len(kills) else random.choice(often)
    stories.begin()
    time.sleep(random.uniform(*LOAD_SECONDS))
    kills[name]()
    report.kills[name] += 1
    report.inside_jobs += served.count_half_done()
    time.sleep(random.uniform(0, 0.5))
    served.come_back()
    stories.end()
    return name


def _bring_jobs_on() -> None:
    """Let the claims of workers that are no more run out now, not in five minutes."""
    with transaction() as session:
        claimed = Job.state == JobState.WAITING, Job.attempts > 0
        session.execute(update(Job).where(*claimed).values(run_at=time_there()))


def _wait_for_jobs() -> None:
    until = time.monotonic() + DONE_WITHIN
    while _count(Job, Job.kind == KIND, Job.state != JobState.DONE) and time.monotonic() < until:
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


# --- looking ----------------------------------------------------------------------------------------------------------


def _faults(ledger: Ledger, thing: Thing) -> Iterator[str]:
    """What is not there, or there twice, or does not sum up."""
    yield from _faults_of_orders(ledger)
    yield from _faults_of_money(ledger)
    yield from _faults_of_stock(thing, len(ledger.handed_over))
    yield from _faults_of_pictures(ledger)
    yield from _faults_of_jobs(ledger)


def _faults_of_orders(ledger: Ledger) -> Iterator[str]:
    statuses = dict(_rows(select(Order.code, Order.status)))
    yield from (f"order {code} is lost" for code in set(ledger.placed) - statuses.keys())
    if len(statuses) != len(ledger.placed):
        yield f"{len(statuses)} orders for {len(ledger.placed)} check-outs"
    yield from (f"order {one} is not accepted" for one in ledger.accepted if statuses.get(one) is OrderStatus.PLACED)
    handed = [one for one in ledger.handed_over if statuses.get(one) is not OrderStatus.DELIVERED]
    yield from (f"order {one} is not handed over" for one in handed)


def _faults_of_money(ledger: Ledger) -> Iterator[str]:
    told = Counter(number for (number,) in _rows(select(BankCredit.provider_txn_id)))
    yield from (f"notice {one} is there {told[str(one)]} times" for one in ledger.noticed if told[str(one)] != 1)
    given, got = Counter[object](), Counter[object]()
    for credit_id, request_id, amount in _rows(
        select(Allocation.credit_id, Allocation.request_id, Allocation.amount).where(Allocation.credit_id.is_not(None))
    ):
        given[credit_id] += amount
        got[request_id] += amount
    for credit_id, amount, counted in _rows(select(BankCredit.id, BankCredit.amount, BankCredit.allocated)):
        if not given[credit_id] == counted == amount:
            yield f"credit {credit_id} of {amount}: {counted} counted, {given[credit_id]} allocated"
    for request_id, received in _rows(select(PaymentRequest.id, PaymentRequest.received)):
        if request_id in got and received != got[request_id]:
            yield f"request {request_id}: {received} received, {got[request_id]} allocated"


def _faults_of_stock(thing: Thing, handed_over: int) -> Iterator[str]:
    own = Variant.id == thing.variant_id
    [(on_hand, reserved)] = _rows(select(Variant.on_hand, Variant.reserved).where(own))
    [(moved,)] = _rows(select(func.sum(StockMove.delta)).where(StockMove.variant_id == thing.variant_id))
    live = Reservation.variant_id == thing.variant_id, Reservation.released_at.is_(None)
    [(held,)] = _rows(select(func.coalesce(func.sum(Reservation.amount), 0)).where(*live))
    if (on_hand, reserved) != (moved, held):
        yield f"{on_hand} on hand of {moved} moved, {reserved} reserved of {held} held"
    if on_hand != STOCK - 1000 * handed_over:
        yield f"{(STOCK - on_hand) // 1000} sold for {handed_over} hand-overs"


def _faults_of_pictures(ledger: Ledger) -> Iterator[str]:
    kept, forgotten = set(storage().all_keys()), dict(_rows(select(StoredPicture.key, StoredPicture.forgotten_at)))
    waits = {
        str(payload["key"])
        for (payload,) in _rows(select(Job.payload).where(Job.kind == FORGET_PHOTO, Job.state != JobState.DONE))
    }
    for key in ledger.pictures:
        files = [f"photo/{key}-{width}.webp" in kept for width in WIDTHS]
        if key not in forgotten:
            yield f"picture {key} has no row"
        elif not forgotten[key] and not all(files):
            yield f"picture {key} has {sum(files)} files of {len(WIDTHS)}"
        elif forgotten[key] and key not in waits and any(files):
            yield f"picture {key} was forgotten, and {sum(files)} of its files are there"


def _faults_of_jobs(ledger: Ledger) -> Iterator[str]:
    states = {
        payload["number"]: state for payload, state in _rows(select(Job.payload, Job.state).where(Job.kind == KIND))
    }
    yield from (
        f"job {one} is {states.get(one, 'lost')}" for one in ledger.jobs if states.get(one) is not JobState.DONE
    )
    if dead := _count(Job, Job.state == JobState.DEAD):
        yield f"{dead} jobs are dead"
    steps, done = _scalar("SELECT count(*) FROM bench_step"), _scalar("SELECT done FROM bench_total")
    if not steps == done == STEPS * len(states):
        yield f"{steps} steps, counted {done} times, of {len(states)} jobs"


def _rows(query: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with Session(db.engine) as session:
        return [tuple(row) for row in session.execute(query)]


def _count(table: type[Base], *scope: ColumnElement[bool]) -> int:
    with Session(db.engine) as session:
        return session.scalar(select(func.count()).select_from(table).where(*scope)) or 0


def _scalar(query: str) -> int:
    with db.engine.connect() as connection:
        found: int = connection.exec_driver_sql(query).scalar_one()
        return found
