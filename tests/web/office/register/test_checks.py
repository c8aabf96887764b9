"""The office's list of the register's yearly look, by hamlet, paged."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press
from tests.queries import counting

PATH = "/van-phong/so-ho/ra-soat"


def test_who_is_left_is_listed_by_hamlet_with_the_progress_of_each(hung: FlaskClient, cast: Cast) -> None:
    with counting() as statements:
        page = hung.get(PATH, query_string={"thon": cast.nghia_dung}).text
    assert ("Rau bà Lan" in page, "Rươi anh Tư" in page, "0/2" in page) == (True, False, True)
    assert len(statements) < 20

    still = f"/van-phong/so-ho/{cast.lan.business}/ra-soat/van-con"
    done = press(hung, f"{PATH}?thon={cast.nghia_dung}", still)

    assert done.location == f"{PATH}?thon={cast.nghia_dung}"
    left = hung.get(done.location).text
    assert ("Rau bà Lan" in left, "1/2" in left) == (False, True)
    seen = hung.get(PATH, query_string={"xem": "roi"}).text
    assert ("Rau bà Lan" in seen, "Vẫn như trong sổ" in seen, "Nguyễn Văn Hùng xem" in seen) == (True, True, True)


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy, cast.mai, cast.stranger])
