"""An officer hides a rating with a reason that stands where it stood."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.web.shop.rating.steps import delivered, fields


def test_hiding_needs_a_reason_which_everybody_reads(
    app: Flask, client: FlaskClient, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    code, page = delivered(client, cast, now), "/van-phong/danh-gia"
    assert "Chưa có đánh giá nào" in hung.get(page).text
    client.post(f"/don/{code}/danh-gia", data=fields(code, "1", "Gọi 0900 000 099 mắng bà ấy"))
    assert "0900 000 099" in hung.get(page).text
    empty = press(hung, page, f"{page}/1/an")
    assert empty.status_code == 422
    assert "Mời ghi lý do" in empty.text
    assert press(hung, page, f"{page}/1/an", **{"dg1-reason": "Lộ số máy người khác"}).location == page
    shown = app.test_client().get(f"/gian-hang/{cast.lan.slug}/danh-gia").text
    assert "0900 000 099" not in shown
    assert "1 đánh giá đã ẩn" in shown
    assert "Lý do: Lộ số máy người khác." in shown
    assert "ẩn đánh giá, có ghi lý do" in hung.get("/van-phong/nhat-ky").text
