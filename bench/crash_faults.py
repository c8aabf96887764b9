"""What `bench.crash` asks a market once all in hand has come to its end: orders, money, stock, pictures, jobs."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session

from bench.crash_jobs import KIND, STEPS
from bench.crash_stories import Ledger
from bench.visitors import Thing
from market.base.db import Base, db
from market.base.jobs import Job, JobState
from market.base.storage import storage
from market.catalog.actions.uploads import FORGET_PHOTO
from market.catalog.models import Reservation, StockMove, StoredPicture, Variant
from market.catalog.pictures import WIDTHS
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.models import Allocation, BankCredit, PaymentRequest

STOCK = 10**9
"""Of the thing that is bought, before the first order."""


def faults_of_market(ledger: Ledger, thing: Thing) -> Iterator[str]:
    """What is not there, or there twice, or does not sum up."""
    yield from _faults_of_orders(ledger)
    yield from _faults_of_money(ledger)
    yield from _faults_of_stock(thing, len(ledger.handed_over))
    yield from _faults_of_pictures(ledger)
    yield from _faults_of_jobs(ledger)


def _faults_of_orders(ledger: Ledger) -> Iterator[str]:
    statuses = dict(rows_of(select(Order.code, Order.status)))
    yield from (f"order {code} is lost" for code in set(ledger.placed) - statuses.keys())
    if len(statuses) != len(ledger.placed):
        yield f"{len(statuses)} orders for {len(ledger.placed)} check-outs"
    yield from (f"order {one} is not accepted" for one in ledger.accepted if statuses.get(one) is OrderStatus.PLACED)
    handed = [one for one in ledger.handed_over if statuses.get(one) is not OrderStatus.DELIVERED]
    yield from (f"order {one} is not handed over" for one in handed)


def _faults_of_money(ledger: Ledger) -> Iterator[str]:
    told = Counter(number for (number,) in rows_of(select(BankCredit.provider_txn_id)))
    yield from (f"notice {one} is there {told[str(one)]} times" for one in ledger.noticed if told[str(one)] != 1)
    given, got = Counter[object](), Counter[object]()
    for credit_id, request_id, amount in rows_of(
        select(Allocation.credit_id, Allocation.request_id, Allocation.amount).where(Allocation.credit_id.is_not(None))
    ):
        given[credit_id] += amount
        got[request_id] += amount
    for credit_id, amount, counted in rows_of(select(BankCredit.id, BankCredit.amount, BankCredit.allocated)):
        if not given[credit_id] == counted == amount:
            yield f"credit {credit_id} of {amount}: {counted} counted, {given[credit_id]} allocated"
    for request_id, received in rows_of(select(PaymentRequest.id, PaymentRequest.received)):
        if request_id in got and received != got[request_id]:
            yield f"request {request_id}: {received} received, {got[request_id]} allocated"


def _faults_of_stock(thing: Thing, handed_over: int) -> Iterator[str]:
    own = Variant.id == thing.variant_id
    [(on_hand, reserved)] = rows_of(select(Variant.on_hand, Variant.reserved).where(own))
    [(moved,)] = rows_of(select(func.sum(StockMove.delta)).where(StockMove.variant_id == thing.variant_id))
    live = Reservation.variant_id == thing.variant_id, Reservation.released_at.is_(None)
    [(held,)] = rows_of(select(func.coalesce(func.sum(Reservation.amount), 0)).where(*live))
    if (on_hand, reserved) != (moved, held):
        yield f"{on_hand} on hand of {moved} moved, {reserved} reserved of {held} held"
    if on_hand != STOCK - 1000 * handed_over:
        yield f"{(STOCK - on_hand) // 1000} sold for {handed_over} hand-overs"


def _faults_of_pictures(ledger: Ledger) -> Iterator[str]:
    kept, forgotten = set(storage().all_keys()), dict(rows_of(select(StoredPicture.key, StoredPicture.forgotten_at)))
    waits = {
        str(payload["key"])
        for (payload,) in rows_of(select(Job.payload).where(Job.kind == FORGET_PHOTO, Job.state != JobState.DONE))
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
        payload["number"]: state for payload, state in rows_of(select(Job.payload, Job.state).where(Job.kind == KIND))
    }
    yield from (
        f"job {one} is {states.get(one, 'lost')}" for one in ledger.jobs if states.get(one) is not JobState.DONE
    )
    if dead := count_of(Job, Job.state == JobState.DEAD):
        yield f"{dead} jobs are dead"
    steps, done = _scalar("SELECT count(*) FROM bench_step"), _scalar("SELECT done FROM bench_total")
    if not steps == done == STEPS * len(states):
        yield f"{steps} steps, counted {done} times, of {len(states)} jobs"


def rows_of(query: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with Session(db.engine) as session:
        return [tuple(row) for row in session.execute(query)]


def count_of(table: type[Base], *scope: ColumnElement[bool]) -> int:
    with Session(db.engine) as session:
        return session.scalar(select(func.count()).select_from(table).where(*scope)) or 0


def jobs_half_done() -> int:
    """How many jobs are between two of their steps."""
    of_each = func.count().label("steps")
    steps = select(of_each).select_from(text("bench_step")).group_by(text("job")).subquery()
    [(half_done,)] = rows_of(select(func.count()).where(steps.c.steps < STEPS))
    return int(half_done)


def _scalar(query: str) -> int:
    with db.engine.connect() as connection:
        found: int = connection.exec_driver_sql(query).scalar_one()
        return found
