"""Budget 6: 32 clients press the last button at once for one product, against four worker processes."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select, update

from bench.databases import markets, served
from bench.figures import Figure, at_most
from bench.visitors import HttpVisitor, Thing, come_to_the_button, press, something_to_buy
from market.base.db import reading, transaction
from market.catalog.models import Variant
from market.orders.models import OrderLine

GOODS = 1_000
CLIENTS, WORKERS, ROUNDS = 32, 4, 3
STOCK = 20
MOST_SECONDS = 2.0
PLACED, SOLD_OUT = 303, 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What pressing the button came to, and how long it took."""

    status: int
    page: str
    seconds: float


def run() -> Iterator[Figure | str]:
    for database, app in markets(GOODS):
        with app.app_context():
            thing = something_to_buy()
        with served(app, workers=WORKERS) as server:
            presses, oversold = [], 0
            for _ in range(ROUNDS):
                sold_before = _sold(app, thing)
                _put_on_the_shelf(app, thing)
                presses += _round(server.port, thing)
                oversold += max(0, _sold(app, thing) - sold_before - STOCK)
        others = [one for one in presses if one.status != PLACED and not _says_sold_out(one)]
        longest = max(one.seconds for one in presses)
        placed = sum(one.status == PLACED for one in presses)
        note = f"{placed} orders of {len(presses)} presses on {ROUNDS} times {STOCK}"
        yield at_most(f"{database} {CLIENTS} clients: oversold", oversold, "", 0, note=note)
        yield at_most(f"{database} {CLIENTS} clients: errors shown", len(others), "", 0)
        yield at_most(f"{database} {CLIENTS} clients: longest wait", longest, "s", MOST_SECONDS)


def _round(port: int, thing: Thing) -> list[Press]:
    start = threading.Barrier(CLIENTS)
    visitors = [HttpVisitor(port) for _ in range(CLIENTS)]

    def pressed(visitor: HttpVisitor, fields: dict[str, str]) -> Press:
        start.wait(60)
        started = time.perf_counter()
        answer = press(visitor, fields)
        return Press(status=answer.status, page=answer.page, seconds=time.perf_counter() - started)

    with ThreadPoolExecutor(CLIENTS) as crowd:
        buttons = list(crowd.map(lambda one: come_to_the_button(one, thing), visitors))
        return list(crowd.map(pressed, visitors, buttons))


def _says_sold_out(one: Press) -> bool:
    return one.status == SOLD_OUT and "Hết hàng" in one.page


def _put_on_the_shelf(app: Flask, thing: Thing) -> None:
    """So many of it are left, whatever was sold before."""
    with app.app_context(), transaction() as writing:
        free = Variant.reserved + STOCK * 1000
        writing.execute(update(Variant).where(Variant.id == thing.variant_id).values(on_hand=free))


def _sold(app: Flask, thing: Thing) -> int:
    """How many of it stand in orders."""
    with app.app_context():
        amount = select(func.coalesce(func.sum(OrderLine.amount), 0)).where(OrderLine.variant_id == thing.variant_id)
        return int(reading().scalars(amount).one()) // 1000
