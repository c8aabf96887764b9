"""A slow page never takes the shop with it: browsing beside four officers who open the KPI and the log every two
seconds, against the same browsing alone."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import insert, select

from bench.databases import markets, served, settle
from bench.figures import Figure, at_least, free
from bench.goods import fill_goods
from bench.sales import fill_sales
from bench.serving import SECONDS, asked_by, pages_asked, seconds_of, spread
from market.base import clock
from market.base.audit import Event
from market.base.db import db, reading, transaction
from market.places.models import Commune
from market.sellers.models import Stall

OFFICERS, EVERY_SECONDS, WORKERS = 4, 2.0, 2
ROUNDS = 3
GOODS, ORDERS = 10_000, 100_000
EVENTS, EVENTS_AT_ONCE = 100_000, 10_000
LEAST_KEPT = 70.0


def run() -> Iterator[Figure | str]:
    for database, app in markets(0):
        _fill(app)
        pages = pages_asked(app)
        browsing, looking = [pages[page] for page in ("home", "category", "product")], [pages["KPI"], pages["log"]]
        alone, beside = list[float | None](), list[float | None]()
        with served(app, workers=WORKERS) as server:
            asked_by(server.port, browsing)  # its first pages are made cold
            for _ in range(ROUNDS):
                alone += asked_by(server.port, browsing)
                with _officers(server.port, looking):
                    beside += asked_by(server.port, browsing)
        seconds = ROUNDS * SECONDS
        yield free(f"{database} browsing alone", len(alone) / seconds, "/s", note=spread(alone))
        yield free(f"{database} beside {OFFICERS} officers", len(beside) / seconds, "/s", note=spread(beside))
        yield at_least(f"{database} kept of it", 100 * len(beside) / len(alone), "%", LEAST_KEPT)


def _fill(app: Flask) -> None:
    """Goods to browse, sales for the KPI, events for the log, all of one commune."""
    with app.app_context():
        with transaction() as writing:
            fill_sales(writing.connection(), ORDERS)
            stalls = writing.execute(select(Stall.commune_id, Stall.id).order_by(Stall.id)).all()
            fill_goods(writing.connection(), stalls[0].commune_id, [stall.id for stall in stalls], GOODS)
        commune_id = reading().scalars(select(Commune.id).order_by(Commune.id)).first()
        event = {"at": clock.now(), "verb": "edit_business", "subject": "business", "subject_id": 1, "fields": ""}
        for _ in range(EVENTS // EVENTS_AT_ONCE):
            with transaction() as writing:
                writing.execute(insert(Event), [event | {"commune_id": commune_id}] * EVENTS_AT_ONCE)
        db.session.remove()
        settle()


@contextmanager
def _officers(port: int, pages: Sequence[bytes]) -> Iterator[None]:
    """Each opens one page after the other, every two seconds."""
    stop = threading.Event()

    def look(number: int) -> None:
        turn = number
        while not stop.wait(EVERY_SECONDS if turn > number else 0):
            seconds_of(port, pages[turn % len(pages)], or_busy=True)
            turn += 1

    with ThreadPoolExecutor(OFFICERS) as officers:
        looking = officers.map(look, range(OFFICERS))
        try:
            yield
        finally:
            stop.set()
    list(looking)
