"""The page on which a buyer rates what was handed to them."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.web.shop.buying import buy
from tests.web.shop.rating.steps import fields


def test_before_it_is_handed_over_there_is_nothing_to_rate(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    assert "danh-gia" not in client.get(f"/don/{code}").text
    answer = client.post(f"/don/{code}/danh-gia", data=fields(code, "5"))
    assert answer.status_code == 422
    assert "Nhận hàng rồi mới đánh giá" in answer.text
