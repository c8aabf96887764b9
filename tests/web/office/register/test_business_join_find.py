"""A second line of the register that nobody was asked about is found by its name."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.office.register.pairs import second_line


def test_it_is_found_without_marks_and_never_itself(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    second = second_line(cast, now, name="Quán ốc cô Lan")
    page = f"/van-phong/so-ho/{cast.lan.business}/gop-voi"
    assert f"{page}/{second}" in hung.get(page, query_string={"q": "oc co lan"}).text
    assert "Không thấy cơ sở nào khác" in hung.get(page, query_string={"q": "rau ba lan"}).text
    assert page in hung.get(f"/van-phong/so-ho/{cast.lan.business}").text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    page = f"/van-phong/so-ho/{cast.lan.business}/gop-voi"
    assert keeps_out(app, page, [cast.lan.person, cast.vy, cast.mai, cast.stranger])
