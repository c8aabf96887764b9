"""The memory of a worker process after 10,000 requests: 60 % listings, 30 % products, 10 % of check-outs."""

from collections.abc import Iterator
from itertools import cycle, islice

from sqlalchemy import select

from bench.databases import markets, served
from bench.figures import Figure, at_most, free
from bench.resident import children, is_readable, peak_mb, resident_mb
from bench.visitors import HttpVisitor, Thing, check_out, look, something_to_buy
from market.base.db import reading
from market.catalog.models import Product

GOODS = 10_000
REQUESTS = 10_000
LISTINGS, PRODUCTS, CHECK_OUT = 48, 24, 8
"""The requests of one turn: 60, 30 and 10 in a hundred. A check-out is eight requests with the page it begins on."""
TURNS = REQUESTS // (LISTINGS + PRODUCTS + CHECK_OUT)
MOST_MB = 150.0


def run() -> Iterator[Figure | str]:
    if not is_readable():
        yield "memory is read from Linux's /proc, which is not here"
        return
    for database, app in markets(GOODS):
        with app.app_context():
            listings, products, thing = list(_listings()), list(_products()), something_to_buy()
        with served(app, workers=1) as server:
            (worker,) = children(server.process_id)
            at_first = resident_mb(worker)
            for turn in range(TURNS):
                _take_turn(server.port, turn, listings, products, thing)
                if turn % (TURNS // 4) == 0 and turn:
                    yield f"{database}: {turn * REQUESTS // TURNS:,} requests, {resident_mb(worker):.0f} MB"
            (still,) = children(server.process_id)
            if still != worker:
                raise RuntimeError("the worker was replaced on the way")
            yield free(f"{database} worker before any request", at_first, "MB")
            at_last, note = resident_mb(worker), f"{peak_mb(worker):.0f} MB at its peak"
            yield at_most(f"{database} worker after {REQUESTS:,} requests", at_last, "MB", MOST_MB, note=note)


def _take_turn(port: int, turn: int, listings: list[str], products: list[str], thing: Thing) -> None:
    visitor = HttpVisitor(port)
    for path in islice(cycle(listings), turn * LISTINGS, (turn + 1) * LISTINGS):
        visitor.get_on("GET", path)
    for path in islice(cycle(products), turn * PRODUCTS, (turn + 1) * PRODUCTS):
        visitor.get_on("GET", path)
    look(visitor, thing)
    check_out(visitor, thing)


def _listings() -> Iterator[str]:
    """The first page, and pages of every category: 7,700 of the goods are in the first one."""
    yield "/"
    for page in range(1, 101):
        yield f"/nhom/nhom-0?page={page}"
    for number in range(1, 26):
        yield f"/nhom/nhom-{number}"


def _products() -> Iterator[str]:
    newest = select(Product.id, Product.slug).order_by(Product.id.desc()).limit(3000)
    for product_id, slug in reading().execute(newest):
        yield f"/san-pham/{product_id}-{slug}"
