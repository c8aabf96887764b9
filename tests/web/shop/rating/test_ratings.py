"""What everybody reads of what a stall's buyers say."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.web.shop.rating.steps import delivered, fields


def test_what_one_says_stands_on_the_stall_s_page_without_a_name(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = delivered(client, cast, now)
    page = f"/don/{code}/danh-gia"
    assert press(client, page, page, **fields(code, "4", "Rau tươi lắm")).location == page
    assert "4 trên 5 sao" in client.get(page).text
    shown = app.test_client().get(f"/gian-hang/{cast.lan.slug}/danh-gia").text
    assert "Rau tươi lắm" in shown
    assert "Vũ Thị Mai" not in shown
    assert "chưa đủ để tính điểm chung" in shown
    assert f"/gian-hang/{cast.lan.slug}/danh-gia" in client.get(f"/gian-hang/{cast.lan.slug}").text


def test_a_stall_that_there_is_none_of_has_no_ratings(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/gian-hang/khong-co/danh-gia").status_code == 404
