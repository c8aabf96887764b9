"""What the office's KPI takes at 100,000 and at 1,000,000 orders: a day's figure, the board, its pages, one sale, and
whether its job has anything to look at. The rests between heavy pages are left out: it is CPU that is measured.

`python -m bench kpi`, or with the sizes: `CHOSO_BENCH_ORDERS=100000 python -m bench kpi`.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from math import inf

from flask import Flask
from sqlalchemy import select

from bench.anchor import QUIET_US, anchor_app, cpu_us, request_of
from bench.databases import markets, settle
from bench.figures import Figure, at_most, free
from bench.sales import fill_sales
from market.accounts.models import Person
from market.adoption.queries import board_of, risk_flags_about, sale_of
from market.adoption.queries.figures import day_before, figure_in, line_of, points_of, sources_of
from market.adoption.queries.traces import trace_of_sources
from market.adoption.rules import Figure as KpiFigure
from market.base import clock
from market.base.db import reading, transaction
from market.orders.models import Order
from market.values.period import add_months, local_day, months_back, trailing_year
from market.web.base import heavy
from tests.factories import sign_in
from tests.queries import counting

SIZES = tuple(int(size) for size in os.environ.get("CHOSO_BENCH_ORDERS", "100000 1000000").split())
ROUNDS = 5
COMMUNE = 1
BUDGETS = {"month": 10.0, "whole history": 400.0, "page": 60.0}
"""In milliseconds, at 1,000,000 orders as at 100,000, on a machine where b takes `QUIET_US`."""
YEARS = 2
"""So long is the history that is drawn."""
Ask = Callable[[], object]


def run() -> Iterator[Figure | str]:
    heavy.LIGHT_SECONDS = inf
    for size in SIZES:
        for database, app in markets(0):
            with app.app_context(), transaction() as writing:
                fill_sales(writing.connection(), size)
            with app.app_context():
                settle()
            (anchor_us,) = cpu_us(request_of(anchor_app(), "/"))
            yield f"{database}, {size:,} orders: b takes {anchor_us:.0f} us"
            for what, ask in _asked(app).items():
                yield _figure(app, f"{database} {size // 1000:,}k {what}", ask, anchor_us, budget=BUDGETS.get(what))


def _figure(app: Flask, what: str, ask: Ask, anchor_us: float, *, budget: float | None) -> Figure:
    with app.app_context():
        with counting() as seen:
            size = ask()
        spent = [_spent(ask) for _ in range(ROUNDS)]
    cpu, clocked = min(cpu for cpu, _ in spent), min(clocked for _, clocked in spent)
    quiet = cpu * QUIET_US / anchor_us
    note = f"{cpu * 1e6 / anchor_us:.0f} b; here {cpu * 1e3:.0f} ms CPU, {clocked * 1e3:.0f} ms with the database"
    note += f", {len(seen)} statements" + (f", {size / 1000:.0f} kB" if isinstance(size, int) else "")
    if budget is not None:
        return at_most(what, quiet * 1e3, "ms", budget, note=note)
    return free(what, quiet * 1e3, "ms", note=note)


def _month(day: date, known_at: datetime) -> KpiFigure:
    """The figure of a day alone."""
    days = trailing_year(day)
    sources = sources_of(reading(), COMMUNE, (day, day_before(days)), known_at=known_at)
    [(_, sellers)] = points_of(reading(), sources, [days])
    return figure_in(reading(), sources, days, sellers)


def _history(today: date, known_at: datetime) -> None:
    """The share at the end of every month since the first sale, a year of them at a time."""
    for back in range(YEARS):
        days = months_back(add_months(today, -12 * back), 12)
        years = [trailing_year(day) for day in days]
        line_of(reading(), sources_of(reading(), COMMUNE, days, known_at=known_at), years)


def _spent(ask: Ask) -> tuple[float, float]:
    cpu, clocked = time.process_time(), time.perf_counter()
    ask()
    return time.process_time() - cpu, time.perf_counter() - clocked


def _asked(app: Flask) -> dict[str, Ask]:
    now = clock.now()
    today = local_day(now)
    with app.app_context():
        client = app.test_client()
        sign_in(client, reading().scalars(select(Person.id).order_by(Person.id).limit(1)).one(), now)
        proof = select(Order.id, Order.code).where(Order.completed_on.is_not(None), Order.id % 10 == 1)
        order_id, code = reading().execute(proof.order_by(Order.id).limit(1)).one()
        sale = sale_of(reading(), COMMUNE, order_id, known_at=now)
    session = client.get_cookie("choso", domain="127.0.0.1") or client.get_cookie("choso")
    cookie = f"choso={session.value if session else ''}"
    if sale is None:
        raise RuntimeError("no sale to look at")
    return {
        "month": lambda: _month(today, now) and None,
        "whole history": lambda: _history(today, now),
        "board": lambda: board_of(reading(), COMMUNE, today, known_at=now) and None,
        "page": request_of(app, "/van-phong/chi-tieu", cookie),
        "a sale's page": request_of(app, f"/van-phong/chi-tieu/don/{code}", cookie),
        "has the job to look": lambda: trace_of_sources(reading(), COMMUNE, known_at=now) and None,
        "a sale's flags": lambda: risk_flags_about(reading(), COMMUNE, sale, today, known_at=now) and None,
    }
