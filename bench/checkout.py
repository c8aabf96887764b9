"""Budget 2: a whole guest check-out, from the first tap to the receipt: CPU and statements over all its requests."""

import time
from collections.abc import Iterable, Iterator
from http.cookies import SimpleCookie
from io import BytesIO
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.anchor import anchor_app, cpu_us, request_of
from bench.databases import markets
from market.base.db import reading
from market.catalog.models import Product, Variant
from tests.queries import counting
from tests.shop.buying import WHO, hidden_fields, terms

GOODS = 10_000
WARM_UP, ROUNDS, VISITS = 20, 9, 10
MOST_MS, MOST_STATEMENTS = 15.0, 30
QUIET_ANCHOR_US = 332
"""Anchor b on the quiet machine of the budget: 15 ms there are 45 b anywhere."""


class Visitor:
    """A browser without a server or a test client between it and the application."""

    def __init__(self, app: Flask) -> None:
        self.app, self.cookies, self.spent = app, SimpleCookie(), 0.0

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[dict[str, str], str]:
        """The headers and the body of an answer; the CPU it took is added to `spent`."""
        body = urlencode(fields or {}).encode()
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_HOST": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": "; ".join(f"{name}={one.value}" for name, one in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
        }
        answered: list[tuple[str, str]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            if not status.startswith(("200", "303")):
                raise RuntimeError(f"{path} answered {status}")
            answered.extend(headers)

        started = time.process_time()
        chunks: Iterable[bytes] = self.app.wsgi_app(environ, start_response)
        page = b"".join(chunks).decode()
        getattr(chunks, "close", lambda: None)()
        self.spent += time.process_time() - started
        for name, value in answered:
            if name == "Set-Cookie":
                self.cookies.load(value)
        return dict(answered), page


def buy(visitor: Visitor, product: str, variant_id: int, stall_id: int) -> None:
    """Put one thing into the cart, look at it, fill the form, look once more, place it, see the receipt."""
    token = {"csrf_token": hidden_fields(visitor.ask("GET", product)[1])["csrf_token"]}
    visitor.spent = 0.0
    visitor.ask("POST", "/gio-hang/them", token | {"variant_id": str(variant_id), "amount": "1"})
    visitor.ask("GET", "/gio-hang")
    visitor.ask("GET", "/dat-hang")
    visitor.ask("POST", "/dat-hang", token | WHO | terms(stall_id))
    _, page = visitor.ask("GET", "/dat-hang/xem-lai")
    headers, _ = visitor.ask("POST", "/dat-hang/gui", hidden_fields(page))
    visitor.ask("GET", headers["Location"])


def run() -> Iterator[str]:
    for database, app in markets(GOODS):
        with app.app_context():
            product, variant_id, stall_id = _something_to_buy()
            with counting() as seen:
                buy(Visitor(app), product, variant_id, stall_id)
        _visits(app, product, variant_id, stall_id, WARM_UP)
        us = min(_visits(app, product, variant_id, stall_id, VISITS) for _ in range(ROUNDS))
        (anchor,) = cpu_us(request_of(anchor_app(), "/"))
        quiet_ms = us / anchor * QUIET_ANCHOR_US / 1000
        kept = "ok" if quiet_ms <= MOST_MS and len(seen) <= MOST_STATEMENTS else "OVER"
        yield (
            f"checkout {database:<10} whole check-out {us:7.0f} us {us / anchor:5.1f} b, {quiet_ms:.1f} ms where b is "
            f"{QUIET_ANCHOR_US} us (budget {MOST_MS:.0f}), {len(seen)} statements (budget {MOST_STATEMENTS}) {kept}"
        )


def _something_to_buy() -> tuple[str, int, int]:
    """The path of a product whose stock is not counted, its variant and its stall."""
    query = (
        select(Product.id, Product.slug, Variant.id, Variant.stall_id)
        .join(Variant.product)
        .where(Variant.on_hand.is_(None), Variant.unit == "kg", ~Variant.is_sold_out)
        .limit(1)
    )
    product_id, slug, variant_id, stall_id = reading().execute(query).one()
    return f"/san-pham/{product_id}-{slug}", variant_id, stall_id


def _visits(app: Flask, product: str, variant_id: int, stall_id: int, count: int) -> float:
    """Microseconds of CPU per check-out, over so many new visitors."""
    visitors = [Visitor(app) for _ in range(count)]
    for visitor in visitors:
        buy(visitor, product, variant_id, stall_id)
    return sum(visitor.spent for visitor in visitors) / count * 1e6
