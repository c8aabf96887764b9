"""A stall reads what buyers say of its goods."""

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


def test_it_says_what_waits_and_never_another_stall_s(
    app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code, page = delivered(client, cast, now), f"/ban-hang/{cast.lan.slug}/danh-gia"
    assert f'href="{page}"' in lan.get(f"/ban-hang/{cast.lan.slug}/don").text
    client.post(f"/don/{code}/danh-gia", data=fields(code, "2", "Rau hơi già"))
    shown = lan.get(page).text
    assert "1 đánh giá đang chờ bạn trả lời." in shown
    assert "Rau hơi già" in shown
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now())
    assert "Rau hơi già" not in htx.get(f"/ban-hang/{cast.htx.slug}/danh-gia").text
    assert htx.get(page).status_code == 404
