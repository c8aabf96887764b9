"""Chỉ tiêu từng thôn: every hamlet of the commune, and every helper's sheet."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.places.models import Commune, Hamlet
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting

PATH = "/van-phong/to-cong-nghe/chi-tieu-thon"


def test_every_hamlet_has_its_row_and_every_helper_a_sheet(app: Flask, hung: FlaskClient, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.vy, cast.lan.person, cast.mai])
    page = hung.get(PATH).text
    assert "thôn Nghĩa Dũng" in page
    assert "thôn Mỗ Đoạn" in page
    assert f"/van-phong/to-cong-nghe/{cast.vy}/so-luot" in page
    assert "1/2" in page
    assert "₫" not in page


def test_the_number_of_statements_does_not_grow_with_the_hamlets(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    hung.get(PATH)
    with counting() as few:
        hung.get(PATH)
    with transaction() as writing:
        commune = writing.get_one(Commune, cast.commune)
        for number in range(6):
            make.make_hamlet(writing, commune, f"thôn {number}")
        make.make_business(writing, writing.get_one(Hamlet, cast.mo_doan), "Hộ mới", now())
    with counting() as many:
        assert "thôn 5" in hung.get(PATH).text
    assert len(many) == len(few)
