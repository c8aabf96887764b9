"""A helper's round through their hamlet: who is left."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast

PATH = "/to-cong-nghe/ra-soat"


def test_only_the_helper_s_hamlet_is_listed(vy: FlaskClient, cast: Cast) -> None:
    page = vy.get(PATH).text
    assert ("Rau bà Lan" in page, "Rươi anh Tư" in page, "0/2" in page) == (True, False, True)
    assert PATH in vy.get("/to-cong-nghe").text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.hung, cast.mai, cast.stranger])
