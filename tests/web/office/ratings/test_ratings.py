"""The office reads every rating of its commune, and no other's."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.rating.steps import delivered, fields


def test_they_are_read_as_they_were_written(client: FlaskClient, hung: FlaskClient, cast: Cast, now: Clock) -> None:
    code = delivered(client, cast, now)
    assert "Chưa có đánh giá nào" in hung.get("/van-phong/danh-gia").text
    client.post(f"/don/{code}/danh-gia", data=fields(code, "1", "Gọi 0900 000 099 mắng bà ấy"))
    assert "0900 000 099" in hung.get("/van-phong/danh-gia").text
