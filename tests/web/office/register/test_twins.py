"""Lines of the register that may be one business are listed, 20 a page."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting
from tests.web.office.register.pairs import NAME, second_line

PATH = "/van-phong/so-ho/co-the-trung"


def test_a_line_like_another_is_listed_beside_it(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Không thấy cơ sở nào trùng nhau" in hung.get(PATH).text
    second = second_line(cast, now)
    with counting() as statements:
        page = hung.get(PATH).text
    assert (NAME in page, "Rau bà Lan" in page, "1 cặp" in page) == (True, True, True)
    assert f"/van-phong/so-ho/{cast.lan.business}/gop-voi/{second}" in page
    assert len(statements) < 20
    assert PATH in hung.get("/van-phong/so-ho").text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy, cast.mai, cast.stranger])
