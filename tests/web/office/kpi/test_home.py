"""Phòng Kinh tế: its door leads to the figures."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def test_an_officer_is_led_to_the_figures(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())

    assert client.get("/van-phong").location == "/van-phong/chi-tieu"


def test_others_find_no_door(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/van-phong", [cast.lan.person, cast.vy, cast.mai])
