"""A commune without hamlets takes them from its first register: with one button that names them."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from market.base.db import reading, transaction
from market.places.models import Hamlet
from market.places.queries import hamlets_of
from tests.access import keeps_out
from tests.cast import Cast
from tests.nights import by_day_on
from tests.pages import press
from tests.web.office.register.test_register_import_answer import csv, look

ROWS = ("Quán Sen,HKD,thôn Mới Trong,", "Quán Súng,HKD,Mới Ngoài,", "Quán Gốc,HKD,moi ngoai,", "Quán Xa,HKD,A/B,")


def without_hamlets() -> None:
    with transaction() as session:
        session.execute(update(Hamlet).values(is_active=False))


def test_the_hamlets_that_a_file_names_become_the_commune_s_list(hung: FlaskClient, cast: Cast) -> None:
    without_hamlets()
    kept = look(hung, csv(*ROWS))
    page = hung.get(kept).text
    assert "thôn Mới Trong, thôn Mới Ngoài" in page, "each once; a cell of two places is none"
    assert press(hung, kept, f"{kept}/thon").status_code == 303
    assert [one.name for one in hamlets_of(reading(), cast.commune)] == ["thôn Mới Ngoài", "thôn Mới Trong"]
    assert "Ghi 3 dòng vào sổ" in hung.get(kept).text
    assert "Xã chưa có danh sách thôn" not in hung.get(kept).text


@by_day_on("sqlite")
def test_a_commune_with_hamlets_is_asked_what_a_word_means(app: Flask, hung: FlaskClient, cast: Cast) -> None:
    kept = look(hung, csv(*ROWS))
    assert "Xã chưa có danh sách thôn" not in hung.get(kept).text
    before = len(hamlets_of(reading(), cast.commune))
    assert hung.post(f"{kept}/thon").status_code == 303
    assert len(hamlets_of(reading(), cast.commune)) == before
    assert keeps_out(app, f"{kept}/thon", [cast.lan.person, cast.vy], method="POST")
