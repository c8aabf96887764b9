"""A page that waits, as js/watch.js asks about it."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages import parse


def watched(page: str) -> tuple[str, str]:
    """The address that a page asks, and the mark of what it shows; AssertionError where it watches nothing."""
    (main,) = parse(page).all("main")
    assert main.get("data-watch"), "this page watches nothing"
    return main.get("data-watch"), main.get("data-mark")


def look(client: FlaskClient, page: str, base_url: str | None = None) -> TestResponse:
    """What is answered to the page, once more after so many seconds."""
    address, mark = watched(page)
    return client.get(address, headers={"If-None-Match": f'"{mark}"'}, base_url=base_url)


def has_news(client: FlaskClient, page: str) -> bool:
    """Whether what the page waits for has changed since it was made; AssertionError where it may not ask."""
    answer = look(client, page)
    assert answer.status_code in (200, 304), answer.status
    return answer.status_code == 200
