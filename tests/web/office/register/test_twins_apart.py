"""Two lines of the register that are like one another are two businesses, once an officer says so."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.web.office.register.pairs import NAME, second_line

PATH = "/van-phong/so-ho/co-the-trung"


def test_the_pair_is_listed_no_more(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    second = second_line(cast, now)
    action = f"{PATH}/{cast.lan.business}/{second}/la-hai"
    assert press(hung, PATH, action).location == PATH
    assert NAME not in hung.get(PATH).text
    assert hung.post(f"{PATH}/{second}/{second}/la-hai").status_code in (404, 400)


def test_others_find_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    people = [cast.lan.person, cast.vy, cast.mai, cast.stranger]
    action = f"{PATH}/{cast.lan.business}/{second_line(cast, now)}/la-hai"
    assert keeps_out(app, action, people, method="POST")
