"""Servers beside one another on the demonstration: pages a second, silent and slow connections, and the KPI beside all.

Measured is the market's own command, and beside it the servers of a folder that `CHOSO_BENCH_SERVERS` names, made by
`pip install --target FOLDER gunicorn gunicorn_h1c granian`. Loopback only; every wait has an end.
"""

import os
import re
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.machinery import PathFinder
from itertools import cycle
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from bench.databases import markets
from bench.figures import Figure, free
from bench.resident import children, cpu_seconds, is_readable
from market.base import clock, processes
from market.base.config import Settings
from market.base.db import reading
from market.base.patience import REQUEST_THREADS
from market.catalog.models import Product
from market.sellers.models import Post, PostRole
from tests.factories import sign_in
from tests.services.workers import Server, serving_with

WORKERS, THREADS = 2, 4
CLIENTS, SECONDS = 8, 3.0
OFFICERS = 4
PATIENCE = 10.0
ASKED_TIMES = 20
GIVEN_SERVERS = "CHOSO_BENCH_SERVERS"
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: cho.test\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /dang-nhap HTTP/1.1\r\nHost: cho.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 4000\r\n\r\nphone="
)

Start = Callable[[int], list[str]]


def run() -> Iterator[Figure | str]:
    for database, app in markets(None):
        pages = pages_asked(app)
        for name, start in _servers():
            with _served(app, start) as server:
                yield from _told(f"{database} {name}", server, pages)


def _told(what: str, server: Server, pages: Mapping[str, bytes]) -> Iterator[Figure]:
    port = server.port
    for page, request in pages.items():
        before = _cpu_seconds(server)
        asked = asked_by(port, [request])
        spent = (_cpu_seconds(server) - before) / (len(asked) or 1)
        note = f"{spent * 1000:.2f} ms CPU each, {spread(asked)}"
        yield free(f"{what}: {page}", len(asked) / SECONDS, "/s", note=note)
    browsing = [pages[page] for page in ("home", "category", "product")]
    with _officers(port, pages["KPI"]):
        asked = asked_by(port, browsing)
        yield free(f"{what}: beside {OFFICERS} on the KPI", len(asked) / SECONDS, "/s", note=spread(asked))
        yield _health(f"{what}: /healthz beside {OFFICERS} on the KPI", port)
    for kind, first, connections in (
        ("silent", b"", 20),
        ("silent", b"", 200),
        ("slow heads", HALF_A_HEAD, 20),
        ("slow bodies", HALF_A_BODY, 20),
    ):
        with _held_open(port, first, connections):
            yield _health(f"{what}: /healthz, {connections} {kind}", port)


# --- what is served ---------------------------------------------------------------------------------------------------


def _servers() -> Iterator[tuple[str, Start]]:
    yield f"as shipped, granian {WORKERS}x{REQUEST_THREADS}", lambda port: processes.web_command(port, WORKERS)
    if _is_there("granian"):
        yield f"granian {WORKERS}x{THREADS}", _granian
    if not _is_there("gunicorn"):
        return
    yield "gunicorn sync", lambda port: _gunicorn(port, "sync")
    threads = f"gthread --threads {THREADS} --http-parser"
    yield "gunicorn gthread", lambda port: _gunicorn(port, f"{threads} python")
    if _is_there("gunicorn_h1c"):
        yield "gunicorn gthread fast", lambda port: _gunicorn(port, f"{threads} fast")


def _gunicorn(port: int, worker_class: str) -> list[str]:
    asked = f"--bind 127.0.0.1:{port} --workers {WORKERS} --log-level critical --worker-class {worker_class}"
    return [sys.executable, "-m", "gunicorn", "wsgi:app", *asked.split()]


def _granian(port: int) -> list[str]:
    asked = f"--interface wsgi --host 127.0.0.1 --port {port} --workers {WORKERS} --blocking-threads {THREADS}"
    return [sys.executable, "-m", "granian", *asked.split(), "--log-level", "critical", "wsgi:app"]


def _is_there(module: str) -> bool:
    return PathFinder.find_spec(module, [*_more_folders(), *sys.path]) is not None


def _more_folders() -> list[str]:
    return [os.environ[GIVEN_SERVERS]] if GIVEN_SERVERS in os.environ else []


@contextmanager
def _served(app: Flask, start: Start) -> Iterator[Server]:
    settings: Settings = app.config["CHOSO"]
    more = {"PYTHONPATH": os.pathsep.join(_more_folders())}
    folder = Path(settings.storage_url).parent
    with serving_with(start, settings.database_url, folder, more=more) as server:
        yield server


def pages_asked(app: Flask) -> dict[str, bytes]:
    """One request for each kind of page, as a browser sends it."""
    with app.app_context():
        is_officer = Post.role == PostRole.OFFICER
        officer = reading().scalars(select(Post.person_id).where(is_officer).order_by(Post.id).limit(1)).one()
        product_id, slug = reading().execute(select(Product.id, Product.slug).order_by(Product.id).limit(1)).one()
        client = app.test_client()
        sign_in(client, officer, clock.now())
        home = client.get("/").text
    session = client.get_cookie("choso", domain="127.0.0.1") or client.get_cookie("choso")
    category, css = re.search(r'"(/nhom/[^"?]+)"', home), re.search(r'"(/static/css/[^"]+)"', home)
    if not (category and css and session):
        raise RuntimeError("the first page is not what this bench knows")
    return {
        "home": request_bytes("/"),
        "category": request_bytes(category[1]),
        "product": request_bytes(f"/san-pham/{product_id}-{slug}"),
        "static": request_bytes(css[1]),
        "KPI": request_bytes("/van-phong/chi-tieu", f"choso={session.value}"),
        "log": request_bytes("/van-phong/nhat-ky", f"choso={session.value}"),
    }


def request_bytes(path: str, cookie: str = "gio=2") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: cho.test\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()


# --- asking -----------------------------------------------------------------------------------------------------------


def seconds_of(port: int, request: bytes, *, or_busy: bool = False) -> float | None:
    """How long a whole answer took; None where none came in ten seconds. Anything but 200 (`or_busy`: or 503) stops the
    measurement."""
    started, answer = time.perf_counter(), b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            while chunk := connection.recv(1 << 18):
                answer = answer or chunk[:12]
    except OSError:
        return None
    if answer[9:12] != b"200" and not (or_busy and answer[9:12] == b"503"):
        raise RuntimeError(f"{request.split()[1].decode()} answered {answer.decode('ascii', 'replace')}")
    return time.perf_counter() - started


def asked_by(port: int, requests: Sequence[bytes]) -> list[float | None]:
    """Eight clients ask as fast as they are answered, for three seconds; how long each answer took."""
    end = time.perf_counter() + SECONDS

    def ask(_number: int) -> list[float | None]:
        took, asked = [], cycle(requests)
        while time.perf_counter() < end:
            took.append(seconds_of(port, next(asked), or_busy=True))
        return took

    with ThreadPoolExecutor(CLIENTS) as crowd:
        return [one for each in crowd.map(ask, range(CLIENTS)) for one in each]


def _cpu_seconds(server: Server) -> float:
    """What the server and its workers have used: the figure that a busy machine changes least. Linux's /proc."""
    if not is_readable():
        return 0.0
    return sum(cpu_seconds(one) for one in (server.process_id, *children(server.process_id)))


def _health(what: str, port: int) -> Figure:
    """The longest of twenty looks at /healthz, one after the other; the first that is not answered is the last."""
    took: list[float | None] = []
    while len(took) < ASKED_TIMES and None not in took:
        took.append(seconds_of(port, request_bytes("/healthz")))
    known = [one for one in took if one is not None]
    if len(known) < len(took):
        return free(what, PATIENCE, "s", note=f"no answer after {len(known)} looks")
    return free(what, max(known), "s", note=spread(took))


def spread(took: Sequence[float | None]) -> str:
    known = sorted(one for one in took if one is not None)
    if len(known) < 2:
        return f"{len(took) - len(known)} without an answer"
    p50, p99 = statistics.median(known), statistics.quantiles(known, n=100)[98]
    lost = f", {len(took) - len(known)} without an answer" if len(known) < len(took) else ""
    return f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms{lost}"


@contextmanager
def _officers(port: int, request: bytes) -> Iterator[None]:
    """Four officers look at the KPI again and again."""
    stop = threading.Event()

    def look(_number: int) -> None:
        while not stop.is_set():
            seconds_of(port, request, or_busy=True)

    with ThreadPoolExecutor(OFFICERS) as officers:
        looking = officers.map(look, range(OFFICERS))
        try:
            yield
        finally:
            stop.set()
    list(looking)


@contextmanager
def _held_open(port: int, first: bytes, connections: int) -> Iterator[None]:
    """Connections that have sent `first` and go on with a byte a second, or stay silent where that is empty."""
    stop = threading.Event()
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 5)) for _ in range(connections)]

        def drip() -> None:
            while not stop.wait(1 if first else PATIENCE):
                for one in held if first else ():
                    _send(one, b"x")

        for one in held:
            _send(one, first)
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            time.sleep(0.5)
            yield
        finally:
            stop.set()
            dripping.join()


def _send(connection: socket.socket, some: bytes) -> None:
    try:
        connection.sendall(some)
    except OSError:
        return  # the server has closed it, which is what it should do
