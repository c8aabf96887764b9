"""One tap of a helper says that a business is still there."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press

PATH = "/to-cong-nghe/ra-soat"


def test_one_tap_says_who_is_still_there_and_nothing_of_another_hamlet(vy: FlaskClient, cast: Cast) -> None:
    assert press(vy, PATH, f"{PATH}/{cast.lan.business}/van-con").location == PATH
    left, seen = vy.get(PATH).text, vy.get(PATH, query_string={"xem": "roi"}).text
    assert ("Rau bà Lan" in left, "1/2" in left, "Rau bà Lan" in seen) == (False, True, True)
    assert vy.post(f"{PATH}/{cast.tu.business}/van-con").status_code in (400, 404)


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.lan.person, cast.hung, cast.mai, cast.stranger]
    assert keeps_out(app, f"{PATH}/{cast.lan.business}/van-con", people, method="POST")
