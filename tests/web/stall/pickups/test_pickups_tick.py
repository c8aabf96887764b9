"""The ticks of a printed sheet are entered at once, once the network is back."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.stall.pickups.steps import bring
from tests.web.stall.pickups.test_pickups import keeper as keeper
from tests.web.stall.steps import order_of

ADDRESS = "/diem-nhan/phieu/da-giao"


def test_all_ticks_are_entered_by_one_button_and_the_same_again_adds_nothing(
    keeper: FlaskClient, cast: Cast, now: Clock
) -> None:
    beans, rice = bring(cast, now)
    other, _ = bring(cast, now)
    sent = hidden(keeper.get(ADDRESS).text, ADDRESS) | {"ticked": [beans, rice]}
    for said in ("Đã ghi 2 đơn khách đã lấy theo phiếu", "Đã ghi 0 đơn"):
        assert keeper.post(ADDRESS, data=sent).location == "/diem-nhan"
        assert said in keeper.get("/diem-nhan").text
    assert [order_of(code).fetched_at is None for code in (beans, rice, other)] == [False, False, True]
    assert order_of(beans).buyer_confirmed_at is None
    assert other in keeper.get(ADDRESS).text


def test_nothing_ticked_is_asked_about(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    bring(cast, now)
    answer = keeper.post(ADDRESS, data=hidden(keeper.get(ADDRESS).text, ADDRESS))
    assert answer.status_code == 422
    assert "Mời đánh dấu ít nhất một đơn" in answer.text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, ADDRESS, [cast.lan.person, cast.vy, cast.hung, cast.mai], method=method)
