"""The page on which a buyer rates what was handed to them."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.buying import buy
from tests.web.shop.rating.steps import delivered, fields


def test_each_line_stands_there_with_nothing_chosen_or_with_what_was_said(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = delivered(client, cast, now)
    page = f"/don/{code}/danh-gia"
    assert page in client.get(f"/don/{code}").text
    assert "checked" not in client.get(page).text
    client.post(page, data=fields(code, "4", "Rau tươi lắm"))
    assert "4 trên 5 sao" in client.get(page).text
    assert "Gửi đánh giá" not in client.get(page).text


def test_before_it_is_handed_over_there_is_nothing_to_rate(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    assert "danh-gia" not in client.get(f"/don/{code}").text
    answer = client.post(f"/don/{code}/danh-gia", data=fields(code, "5"))
    assert answer.status_code == 422
    assert "Nhận hàng rồi mới đánh giá" in answer.text
