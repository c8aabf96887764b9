"""Budget 1: CPU per page against anchor b, and its statements: a category's page, a product's, and others beside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import cycle

from flask import Flask
from sqlalchemy import select

from bench.anchor import Request, anchor_app, cpu_us, request_of
from bench.databases import markets
from bench.figures import Figure, at_most, free
from market.accounts.models import Person
from market.base import clock
from market.base.db import reading
from market.catalog.models import Product
from tests.factories import sign_in
from tests.queries import counting

GOODS = 10_000
MANY_PAGES = 200
AT = "http://127.0.0.1"
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
UNSEEN = "category, no card seen before"
OF_BOTH = {"home": 6.0, "search": 3.5}
BUDGETS = {
    "SQLite": {"category, anonymous": 2.0, "category, signed in": 2.6, "product": 1.5, **OF_BOTH, UNSEEN: 3.0},
    "PostgreSQL": {"category, anonymous": 3.0, "category, signed in": 3.6, "product": 2.5, **OF_BOTH, UNSEEN: 4.0},
}
STATEMENTS = {"category, anonymous": 3, "category, signed in": 5, "product": 4, UNSEEN: 3, "home": 5, "search": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one request took: CPU, statements, the body's size."""

    us: float
    anchor_us: float
    statements: int
    size: int


def run() -> Iterator[Figure | str]:
    anchor = request_of(anchor_app(), "/")
    for database, app in markets(GOODS):
        requests = _requests(app)
        anchor_us, *spent = cpu_us(anchor, *requests.values())
        yield f"{database}: anchor b takes {anchor_us:.0f} us for {anchor() / 1000:.1f} kB"
        for (what, request), us in zip(requests.items(), spent, strict=True):
            with app.app_context(), counting() as seen:
                size = request()
            yield from _told(database, what, Taken(us=us, anchor_us=anchor_us, statements=len(seen), size=size))


def _told(database: str, what: str, taken: Taken) -> Iterator[Figure]:
    ratio, most = taken.us / taken.anchor_us, BUDGETS[database].get(what)
    label, note = f"{database} {what}", f"{taken.us:.0f} us, {taken.size / 1000:.1f} kB"
    if most is None:
        yield free(label, ratio, "b", note=f"{note}, {taken.statements} statements")
        return
    yield at_most(label, ratio, "b", most, note=note)
    yield at_most(f"{label}: statements", taken.statements, "", STATEMENTS[what])


def _requests(app: Flask) -> dict[str, Request]:
    with app.app_context():
        product_id, slug = (
            reading().execute(select(Product.id, Product.slug).order_by(Product.id.desc()).limit(1)).one()
        )
        person_id = reading().scalars(select(Person.id)).one()
        client = app.test_client()
        sign_in(client, person_id, clock.now())
    session = client.get_cookie("choso", domain="127.0.0.1") or client.get_cookie("choso")
    cookie = f"gio=2; choso={session.value if session else ''}"
    product = f"/san-pham/{product_id}-{slug}"
    return {
        "category, anonymous": request_of(app, "/nhom/nhom-0", "gio=2"),
        "category, signed in": request_of(app, "/nhom/nhom-0", cookie),
        "product": request_of(app, product, "gio=2"),
        "product, signed in": request_of(app, product, cookie),
        UNSEEN: _leafing(app),
        "home": request_of(app, "/", "gio=2"),
        "search": request_of(app, "/tim?q=gao+nep", "gio=2"),
    }


def _leafing(app: Flask) -> Request:
    """One page of a category after the other, as its links lead on: more cards than a process keeps rendered, so that
    none is found kept."""
    client, paths = app.test_client(), ["/nhom/nhom-0"]
    while len(paths) < MANY_PAGES and (following := _NEXT.search(client.get(paths[-1], base_url=AT).text)):
        paths.append(unescape(following[1]))
    pages = cycle([request_of(app, path, "gio=2") for path in paths])
    return lambda: next(pages)()
