"""A buyer says what they think of one line, once."""

import re

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.rating.steps import delivered, fields


def test_without_stars_what_is_typed_comes_back(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = delivered(client, cast, now)
    answer = client.post(f"/don/{code}/danh-gia", data=fields(code, "", "Rau tươi"))
    assert answer.status_code == 422
    assert "Mời chọn số sao." in answer.text
    assert "Rau tươi</textarea>" in answer.text
    for odd in ("0", "6", "4.5", "x"):
        assert client.post(f"/don/{code}/danh-gia", data=fields(code, odd)).status_code == 422


def test_a_second_word_is_refused_and_the_first_stays(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = delivered(client, cast, now)
    said = fields(code, "4", "Rau tươi")
    for _ in range(2):
        assert client.post(f"/don/{code}/danh-gia", data=said).status_code == 303
    again = client.post(f"/don/{code}/danh-gia", data=fields(code, "1", "Thôi"))
    assert again.status_code == 422
    assert "mỗi món một lần. Lời đã ghi" in again.text
    assert re.search("Rau tươi", client.get(f"/gian-hang/{cast.lan.slug}/danh-gia").text)
