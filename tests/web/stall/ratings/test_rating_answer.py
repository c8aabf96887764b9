"""A stall reads what buyers say and answers each once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.web.shop.rating.steps import delivered, fields


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def test_what_waits_is_said_and_answered_once_for_everybody(
    app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code, page = delivered(client, cast, now), f"/ban-hang/{cast.lan.slug}/danh-gia"
    assert "Chưa có đánh giá nào" in lan.get(page).text
    client.post(f"/don/{code}/danh-gia", data=fields(code, "2", "Rau hơi già"))
    shown = lan.get(page).text
    assert "1 đánh giá đang chờ bạn trả lời." in shown
    to = f"{page}/1"
    empty = press(lan, page, to)
    assert empty.status_code == 422
    assert "Mời viết câu trả lời." in empty.text
    assert press(lan, page, to, **{"dg1-text": "Mai bà hái sớm hơn"}).location == page
    assert "Mai bà hái sớm hơn" in app.test_client().get(f"/gian-hang/{cast.lan.slug}/danh-gia").text
    assert "đang chờ bạn" not in lan.get(page).text
    again = lan.post(to, data={"dg1-text": "Lời khác"})
    assert again.status_code == 422
    assert "trả lời rồi" in again.text
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now())
    assert htx.post(f"/ban-hang/{cast.htx.slug}/danh-gia/1", data={"dg1-text": "x"}).status_code == 404
