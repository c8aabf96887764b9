"""A seller says that she knows what could not be sent to her: it is told no more."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.stall.today.test_unreached import PATH, TODAY, lan, miss

__all__ = ["lan"]
KNOWN = f"{PATH}/da-biet"


def test_what_she_knows_is_told_no_more_and_what_came_since_is(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    [first] = miss(now, cast.lan.business, "a")
    assert f'name="den" value="{first}"' in lan.get(PATH).text
    miss(now, cast.lan.business, "b")
    for _ in range(2):
        assert lan.post(KNOWN, data={"den": str(first)}).status_code == 303
    assert "1 tin chưa gửi được tới bạn." in lan.get(TODAY).text
    assert "Tin a." not in lan.get(PATH).text


def test_nonsense_puts_nothing_away(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    miss(now, cast.lan.business, "a")
    for typed in ("", "x", "-1", "9" * 40):
        lan.post(KNOWN, data={"den": typed})
    assert "1 tin chưa gửi được tới bạn." in lan.get(TODAY).text


def test_nobody_else_says_so(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, KNOWN, [cast.htx.person, cast.mai, cast.vy, cast.hung], method="POST")
