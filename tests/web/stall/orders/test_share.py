"""Không đủ hàng: chia. How much there is, who gets what, and one tap."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.orders.rules import OrderStatus
from market.orders.rules.sharing import SHARE_RULE
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/chia/{cast.dau_xanh}"


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


@pytest.fixture
def two(app: Flask, cast: Cast, now: Clock) -> list[str]:
    codes = []
    for number in (31, 32):
        codes.append(buy(app.test_client(), cast.dau_xanh, "2", phone=f"0900 000 0{number}"))
        now.move(minutes=1)
    return codes


def test_what_each_would_get_is_looked_at_and_given_by_one_tap(lan: FlaskClient, cast: Cast, two: list[str]) -> None:
    assert path(cast) in lan.get(f"/ban-hang/{cast.lan.slug}/don/{two[0]}").text
    assert path(cast) in lan.get(f"/ban-hang/{cast.lan.slug}/san-pham/{cast.dau_xanh}").text
    page = lan.get(path(cast)).text
    assert (SHARE_RULE in page, "cần <strong>4\u00a0kg" in page, "Chia, báo" in page) == (True, True, False)
    assert "Đủ cho mọi đơn" in lan.get(f"{path(cast)}?con=4").text
    page = lan.get(f"{path(cast)}?con=2,5").text
    assert (">đủ 2\u00a0kg<" in page, ">500\u00a0g<" in page or ">0,5\u00a0kg<" in page) == (True, True)
    assert "Chia, báo 1 khách" in page
    sent = hidden(page, path(cast)) | {"stops": "y"}
    answer = lan.post(path(cast), data=sent)
    assert (answer.status_code, answer.location) == (303, f"/ban-hang/{cast.lan.slug}/don")
    assert lan.post(path(cast), data=sent).status_code == 303, "the same form again"
    assert "1 khách được hỏi" in lan.get(answer.location).text
    assert [order_of(code).status for code in two] == [OrderStatus.PLACED, OrderStatus.ACCEPTED]
    assert "Lý do: " + SHARE_RULE.rstrip(".") in lan.get(f"/ban-hang/{cast.lan.slug}/don/{two[1]}").text


def test_an_order_that_came_meanwhile_is_shown(
    client: FlaskClient, lan: FlaskClient, cast: Cast, two: list[str]
) -> None:
    sent = hidden(lan.get(f"{path(cast)}?con=1").text, path(cast))
    code = buy(client, cast.dau_xanh, "1")
    answer = lan.post(path(cast), data=sent)
    assert answer.status_code == 409
    assert f"đơn {code} (nay là 1\u00a0kg" in answer.text
    assert "Chia, báo 3 khách" in answer.text, "what was typed is kept, and shared among all"
    assert order_of(two[1]).asked_until is None


@pytest.mark.parametrize("typed", ["", "hai", "-1", "2,55555"])
def test_what_is_no_amount_shares_nothing(lan: FlaskClient, cast: Cast, two: list[str], typed: str) -> None:
    assert "Chia, báo" not in lan.get(path(cast), query_string={"con": typed}).text
    answer = lan.post(path(cast), data=hidden(lan.get(path(cast)).text, path(cast)) | {"con": typed})
    assert answer.status_code == 422


def test_only_its_own_people_share(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast), [cast.htx.person, cast.mai])
