"""What buyers say in the commune, for its office."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.rating.steps import delivered, fields


def test_an_officer_reads_whose_goods_are_meant(client: FlaskClient, hung: FlaskClient, cast: Cast, now: Clock) -> None:
    code = delivered(client, cast, now)
    client.post(f"/don/{code}/danh-gia", data=fields(code, "3", "Tạm được"))
    page = hung.get("/van-phong/danh-gia").text
    for told in ("Rau bà Lan", code, "Tạm được", "3 trên 5 sao"):
        assert told in page
    assert 'href="/van-phong/danh-gia"' in hung.get("/van-phong/nhat-ky").text
