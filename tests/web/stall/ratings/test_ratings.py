"""A stall reads what buyers say, and how many wait for its answer."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.shop.rating.steps import delivered, fields


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def test_what_waits_is_counted(client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    code, page = delivered(client, cast, now), f"/ban-hang/{cast.lan.slug}/danh-gia"
    assert "Chưa có đánh giá nào" in lan.get(page).text
    client.post(f"/don/{code}/danh-gia", data=fields(code, "2", "Rau hơi già"))
    assert "1 đánh giá đang chờ bạn trả lời." in lan.get(page).text
