"""Budget 1: CPU per page against anchor b: a category's page, anonymous and signed in, and a product's page."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import select

from bench.anchor import Request, anchor_app, cpu_us, request_of
from bench.databases import markets
from market.accounts.models import Person
from market.base import clock
from market.base.db import reading
from market.catalog.models import Product
from tests.factories import sign_in

GOODS = 10_000
BUDGETS = {
    "SQLite": {"category, anonymous": 2.0, "category, signed in": 2.6, "product": 1.5},
    "PostgreSQL": {"category, anonymous": 3.0, "category, signed in": 3.6, "product": 2.5},
}


def run() -> Iterator[str]:
    for database, app in markets(GOODS):
        requests = _requests(app)
        anchor, *spent = cpu_us(request_of(anchor_app(), "/"), *requests.values())
        yield f"pages    {database}: anchor b {anchor:.0f} us, {request_of(anchor_app(), '/')() / 1000:.1f} kB"
        for (what, request), us in zip(requests.items(), spent, strict=True):
            most = BUDGETS[database].get(what)
            verdict = "" if most is None else f" (budget {most:.1f} b) {'ok' if us / anchor <= most else 'OVER'}"
            size = f"{request() / 1000:.1f} kB"
            yield f"pages    {database:<10} {what:<20} {us:6.0f} us {us / anchor:5.2f} b, {size}{verdict}"


def _requests(app: Flask) -> dict[str, Request]:
    with app.app_context():
        product_id, slug = reading().execute(select(Product.id, Product.slug).order_by(Product.id.desc())).first() or (
            0,
            "",
        )
        person_id = reading().scalars(select(Person.id)).first() or 0
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
        "home": request_of(app, "/", "gio=2"),
        "search": request_of(app, "/tim?q=gao+nep", "gio=2"),
    }
