"""One button asks the provider; only the account's own person presses it, and it counts once."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import database_by_day_on
from tests.pages import press
from tests.sellers.linking import stand_in, states
from tests.web.stall.identity.test_identity import lan, page_of

__all__ = ["lan", "stand_in"]
database_url = database_by_day_on("sqlite")


def test_she_presses_once_or_twice_and_one_attempt_waits(lan: FlaskClient, cast: Cast, stand_in: object) -> None:
    path = page_of(cast)
    assert press(lan, path, path).location == path
    assert lan.post(path).status_code == 303
    assert [state.value for state in states()] == ["dang_cho"]
    assert "Yêu cầu đã ghi lại" in lan.get(path).text


def test_nothing_is_sent_where_the_market_is_connected_to_nobody(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(page_of(cast))
    assert (answer.status_code, answer.headers["X-Refused"]) == (422, "not_connected")
    assert states() == []


def test_nobody_asks_for_somebody_else(app: Flask, cast: Cast, now: Clock, stand_in: object) -> None:
    shelf.give_mandate(cast, now())
    for person, status in ((cast.vy, 403), (cast.htx.person, 404)):
        other = app.test_client()
        sign_in(other, person, now(), visitor=f"phone-{person}")
        assert other.post(page_of(cast)).status_code == status
    assert states() == []
