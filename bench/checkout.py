"""Budget 2: a whole guest check-out, from the first tap to the receipt: CPU and statements over all its requests."""

from collections.abc import Iterator

from flask import Flask

from bench.anchor import QUIET_US, anchor_app, cpu_us, request_of
from bench.databases import markets
from bench.figures import Figure, at_most
from bench.visitors import InsideVisitor, Thing, check_out, look, something_to_buy
from tests.queries import counting

GOODS = 10_000
WARM_UP, ROUNDS, VISITS = 20, 12, 10
MOST_MS, MOST_STATEMENTS = 15.0, 30


def run() -> Iterator[Figure | str]:
    anchor = request_of(anchor_app(), "/")
    for database, app in markets(GOODS):
        with app.app_context():
            thing = something_to_buy()
            visitor = InsideVisitor(app)
            look(visitor, thing)
            with counting() as seen:
                check_out(visitor, thing)
        _visits(app, thing, WARM_UP)
        us = min(_visits(app, thing, VISITS) for _ in range(ROUNDS))
        (anchor_us,) = cpu_us(anchor)
        note = f"where b takes {QUIET_US} us: {us / anchor_us:.1f} b; here {us / 1000:.1f} ms, b {anchor_us:.0f} us"
        yield at_most(f"{database} whole check-out", us / anchor_us * QUIET_US / 1000, "ms", MOST_MS, note=note)
        yield at_most(f"{database} whole check-out: statements", len(seen), "", MOST_STATEMENTS)


def _visits(app: Flask, thing: Thing, count: int) -> float:
    """Microseconds of CPU per check-out, over so many new visitors."""
    spent = 0.0
    for _ in range(count):
        visitor = InsideVisitor(app)
        look(visitor, thing)
        visitor.spent = 0.0
        check_out(visitor, thing)
        spent += visitor.spent
    return spent / count * 1e6
