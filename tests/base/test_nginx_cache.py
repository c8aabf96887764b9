"""What the shipped nginx file keeps for a second, and what never: the market itself behind a real nginx.
Growth finding 11."""

import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from flask import Flask

from market.base.db import transaction
from market.catalog.models import ProductState
from market.places.models import Commune
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.services import nginx
from tests.services.databases import copied_sqlite
from tests.services.loopback import listening
from tests.services.nginx import HOST

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TRIES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def is_hit(self) -> bool:
        return self.headers.get("X-Cache") == "HIT"


class Market:
    """The market, which counts what reaches it, behind nginx; what a path should set as a cookie can be planted."""

    def __init__(self, app: Flask) -> None:
        self._app, self.asked, self.front = app, Counter[str](), 0
        self.plants: dict[str, str] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> object:
        path = environ["PATH_INFO"]
        self.asked[path] += 1

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> object:
            cookie = [("Set-Cookie", self.plants[path])] if path in self.plants else []
            return start_response(status, headers + cookie, *error)  # type: ignore[arg-type]

        return self._app.wsgi_app(environ, start)  # type: ignore[arg-type]

    def get(self, path: str, cookie: str = "") -> Answer:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with closing(HTTPSConnection("127.0.0.1", self.front, context=context, timeout=10)) as connection:
            connection.request("GET", path, headers={"Host": HOST} | ({"Cookie": cookie} if cookie else {}))
            answer = connection.getresponse()
            return Answer(
                status=answer.status, headers=dict(answer.getheaders()), text=answer.read().decode(errors="replace")
            )

    def gone(self, path: str) -> bool:
        """Whether it answers 404 before long."""
        for _ in range(TRIES):
            if self.get(path).status == 404:
                return True
            time.sleep(0.1)
        return False


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """One database is enough: what is kept here asks none."""
    return copied_sqlite(request)


@pytest.fixture
def market(app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    with transaction() as session:
        session.get_one(Commune, cast.commune).host = HOST
    picture = app.view_functions["stall.photo"]
    monkeypatch.setattr(picture, "cache_policy", "public, max-age=3600, s-maxage=1")  # one second is soon waited for
    market = Market(app)
    with listening(market) as address:  # type: ignore[arg-type]
        port = urlsplit(address).port
        assert port
        (tmp_path / "nginx").mkdir()
        with nginx.serving(tmp_path / "nginx", port) as front:
            market.front = front.https
            yield market


def filled(market: Market, path: str) -> Answer:
    """A hit, after as many requests as it takes: a second may end between two."""
    for _ in range(TRIES):
        market.get(path)
        answer = market.get(path)
        if answer.is_hit:
            return answer
    raise AssertionError(f"{path} is never kept")


def test_a_hit_is_served_without_the_market(market: Market) -> None:
    for path in ("/", "/tim?q=gao", "/tim"):
        asked = market.asked.total()
        answer = filled(market, path)
        assert answer.status == 200
        assert "Gạo nếp" in answer.text
        assert market.asked.total() < asked + 2 * TRIES
    before = market.asked.copy()
    hits = [one for one in (market.get("/") for _ in range(30)) if one.is_hit]
    assert len(hits) > market.asked["/"] - before["/"]
    assert all(not one.headers.get("Set-Cookie") for one in hits)


def test_who_has_a_session_neither_gets_a_kept_page_nor_leaves_one(
    market: Market, app: Flask, cast: Cast, now: Clock
) -> None:
    client = app.test_client()
    sign_in(client, cast.mai, now())
    session = client.get_cookie("choso")
    assert session
    own = f"choso={session.value}"
    for cookie in (own, f"gio=2; {own}", "gio=2; __Host-choso=x; khach=y", "choso="):
        filled(market, "/")
        before = market.asked["/"]
        answer = market.get("/", cookie)
        assert market.asked["/"] == before + 1, cookie
        assert answer.headers["X-Cache"] == "BYPASS", cookie
    assert market.get("/", f"gio=7; {own}").headers["Cache-Control"] == "no-store"
    assert '<span class="count">7</span>' in market.get("/", f"gio=7; {own}").text
    market.get("/gian-hang/" + cast.lan.slug, f"gio=7; {own}")
    first = market.get("/gian-hang/" + cast.lan.slug)
    assert not first.is_hit, "what was made for somebody is not kept"
    assert '<span class="count">' not in first.text


def test_a_cart_alone_is_no_session(market: Market) -> None:
    filled(market, "/")
    assert any(market.get("/", f"gio={n}; gio_ma=secret{n}; khach=a{n}").is_hit for n in range(TRIES))


def test_an_answer_that_sets_a_cookie_is_never_kept(market: Market) -> None:
    market.plants["/tim"] = "choso=somebody"
    for n in range(1, 4):
        assert not market.get("/tim").is_hit
        assert market.asked["/tim"] == n


def test_a_page_of_one_s_own_is_asked_for_each_time(market: Market) -> None:
    for n in range(1, 4):
        for path in ("/gio-hang", "/don", "/nhom/khong-co"):
            answer = market.get(path)
            assert not answer.is_hit
            assert market.asked[path] == n
            assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_taken_down_is_gone_page_and_picture(market: Market, cast: Cast, now: Clock) -> None:
    key = shelf.show_picture(cast.dau_xanh, now())
    product = shelf.read(cast.dau_xanh)[0]
    page, picture = f"/san-pham/{product.id}-{product.slug}", f"/anh/{key}-320.webp"
    assert filled(market, page).headers["Cache-Control"].startswith("public")
    assert filled(market, picture).headers["Content-Type"] == "image/webp"
    before = market.asked[picture]
    assert any(market.get(f"{picture}?{n}").is_hit for n in range(TRIES)), "a query makes no other picture"
    assert market.asked[picture] < before + TRIES

    shelf.change(cast.dau_xanh, state=ProductState.TAKEN_DOWN)

    assert market.gone(page)
    assert market.gone(picture)
