"""A body that comes slowly holds a thread: only so many may, and only whole ones are worked on."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from market.base.config import MEGABYTE
from market.base.patience import OUTSIDE_CALLS, REQUEST_THREADS, SLOW_BODIES
from market.web.base.bodies import MOST_UNSAID, WholeBodies, places
from market.web.base.error_pages import BUSY
from tests.cast import Cast

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PAGE = "/dang-nhap"
SENT = {"phone": "0900 000 011", "password": "x"}


@pytest.fixture
def others() -> Iterator[ExitStack]:
    """As many others as may wait for their bodies; closed, they are done."""
    with ExitStack() as others:
        for _ in range(SLOW_BODIES):
            assert places.acquire(blocking=False)
            others.callback(places.release)
        yield others


@pytest.mark.parametrize("is_guarded", [True, False])
def test_beside_as_many_slow_bodies_as_may_be_another_one_is_told_to_come_again(
    app: Flask, client: FlaskClient, cast: Cast, others: ExitStack, is_guarded: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = is_guarded
    answer = client.post(PAGE, data=SENT, headers={"Referer": f"http://localhost{PAGE}"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert BUSY in answer.text
    assert "Mở lại trang đó" in answer.text
    for path in (PAGE, "/", "/healthz"):
        assert client.get(path).status_code == 200, "what has no body waits for none"
    others.close()
    assert client.post(PAGE, data=SENT).status_code == (400 if is_guarded else 422), "looked at again"


def test_what_waits_for_nothing_has_threads_left() -> None:
    assert SLOW_BODIES + OUTSIDE_CALLS < REQUEST_THREADS


class Coming(io.BytesIO):
    """A body, and what is done whenever some of it is asked for."""

    def __init__(self, raw: bytes, look: Callable[[], object] = lambda: None) -> None:
        super().__init__(raw)
        self.look = look

    def read(self, size: int | None = -1, /) -> bytes:
        self.look()
        return super().read(min(size or 0, 1000))


def posted(body: Coming, length: int | None) -> tuple[Response, list[bytes]]:
    """The answer to a body that says this of its length, and what the application has read."""
    read: list[bytes] = []

    def application(environ: "WSGIEnvironment", start: "StartResponse") -> object:
        try:
            read.append(Request(environ).get_data())
        except HTTPException as error:
            return error(environ, start)
        return Response()(environ, start)

    said = {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    there = said | {"wsgi.input_terminated": True}
    answer = Client(WholeBodies(application)).post("/", input_stream=body, environ_overrides=there)  # type: ignore[arg-type]
    return answer, read


def test_a_place_is_held_only_while_the_body_comes(others: ExitStack) -> None:
    places.release()
    others.callback(places.acquire)
    free: list[bool] = []

    def look() -> None:
        free.append(places.acquire(blocking=False))

    answer, read = posted(Coming(b"x" * 1500, look), 1500)
    assert (answer.status_code, read, set(free)) == (200, [b"x" * 1500], {False})
    assert places.acquire(blocking=False)
    places.release()


@pytest.mark.parametrize("size", [0, 1, 2 * MEGABYTE])
def test_a_body_arrives_as_it_was_sent(size: int) -> None:
    raw = b"0123456789abcdef" * (size // 16) + b"x" * (size % 16)
    for length in (size, None):
        assert posted(Coming(raw), length)[1] == [raw]


def test_half_a_body_is_none() -> None:
    answer, read = posted(Coming(b"price=12"), len(b"price=12000"))
    assert (answer.status_code, read) == (400, [])


def test_a_body_that_does_not_say_how_long_it_is_has_its_limit() -> None:
    class Endless(Coming):
        def read(self, size: int | None = -1, /) -> bytes:
            return b"x" * (size or 0)

    answer, read = posted(Endless(b""), None)
    assert (answer.status_code, read) == (413, [])
    assert MOST_UNSAID == 16 * MEGABYTE
