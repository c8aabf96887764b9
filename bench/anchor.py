"""Anchor b: a bare Flask view that renders a 16 KB page of 24 cards, a macro per card, from rows already in memory.

Every budget of a page is a ratio to it, taken in the same run: CPU per request hardly moves from run to run.
"""

import time
from collections.abc import Callable, Iterable
from io import BytesIO

from flask import Flask, render_template
from jinja2 import DictLoader

QUIET_US = 332
"""What the anchor took on the quiet machine the budgets were set on: 15 ms there are 45 b anywhere."""
CALLS, ROUNDS = 6, 300
Request = Callable[[], int]

_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/choso.css"></head>
<body>{% macro card(row) %}
<li><a class="product-card" href="/san-pham/{{ row.id }}-{{ row.slug }}">
  <img src="/anh/{{ row.photo }}-320.webp"
    srcset="/anh/{{ row.photo }}-320.webp 320w, /anh/{{ row.photo }}-640.webp 640w"
    sizes="(min-width: 860px) 220px, 45vw" alt="" width="320" height="240" loading="lazy">
  <span class="badge badge-stamp">Có tem lô</span>
  <span class="product-card-text">
    <span><span class="price">{{ "{:,}".format(row.price) }} ₫</span> <span class="per">/ {{ row.unit }}</span></span>
    <span class="product-card-name">{{ row.name }}</span>
    <span class="soft small">{{ row.hamlet }} · còn {{ row.left }} {{ row.unit }}</span>
  </span>
</a></li>
{% endmacro %}
<header><h1>{{ title }}</h1></header>
<main><ul class="product-grid">{% for row in rows %}{{ card(row) }}{% endfor %}</ul></main>
<nav>{% for word in ("Chợ", "Tìm", "Giỏ", "Đơn", "Tôi") %}<a href="/{{ word }}">{{ word }}</a>{% endfor %}</nav>
</body></html>"""
_ROWS = [
    {
        "id": 10_000 + i,
        "slug": "gao-nep-cai-hoa-vang-hut-chan-khong",
        "photo": f"benchmark-{i:034d}",
        "price": 35_000 + i,
        "unit": "kg",
        "name": "Gạo nếp cái hoa vàng hút chân không",
        "hamlet": "thôn Nghĩa Dũng",
        "left": 12,
    }
    for i in range(24)
]


def anchor_app() -> Flask:
    app = Flask("anchor")
    app.jinja_loader = DictLoader({"page.html": _PAGE})

    @app.get("/")
    def page() -> str:
        return render_template("page.html", title="Rau, củ, quả", rows=_ROWS)

    return app


def request_of(app: Flask, path: str, cookies: str = "") -> Request:
    """One GET straight into the application, without a server or a test client; answers the body's length."""
    path, _, query = path.partition("?")

    def start_response(status: str, _headers: object, _error: object = None, /) -> Callable[[bytes], object]:
        if not status.startswith("200"):
            raise RuntimeError(f"{path} answered {status}")
        return _unused

    def ask() -> int:
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": cookies,
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
        }
        body: Iterable[bytes] = app.wsgi_app(environ, start_response)
        length = sum(map(len, body))
        getattr(body, "close", lambda: None)()
        return length

    return ask


def cpu_us(*requests: Request, rounds: int = ROUNDS, calls: int = CALLS) -> list[float]:
    """Microseconds of this process's CPU per request, for each: the quietest of short rounds in which they take turns.

    Short, because whatever else the machine does pushes a round's code and rows out of the processor's caches.
    """
    taken: list[list[float]] = [[] for _ in requests]
    for request in requests:
        _spent(request, calls)
    for _ in range(rounds):
        for request, spent in zip(requests, taken, strict=True):
            spent.append(_spent(request, calls))
    return [min(spent) for spent in taken]


def _spent(request: Request, calls: int) -> float:
    started = time.process_time()
    for _ in range(calls):
        request()
    return (time.process_time() - started) / calls * 1e6


def _unused(_chunk: bytes) -> None:
    """WSGI's old way to write a body, which nobody here takes."""
