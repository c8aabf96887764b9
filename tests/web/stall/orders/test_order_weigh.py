"""A stall types what the goods of an order weigh, all on one screen; the buyer sees the exact sum and pays that."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import locked, transaction
from market.catalog.models import Variant
from market.sellers.models import Stall
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.payments.steps import notice
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


@pytest.fixture
def hen(cast: Cast) -> int:
    """Her beans, sold as if they were hens: as they weigh, 10 % off at most."""
    with transaction() as session:
        locked(session, Variant, Variant.id == cast.dau_xanh).row.weighed_within = 10
    return cast.dau_xanh


def weigh(lan: FlaskClient, cast: Cast, code: str, typed: str) -> tuple[int, str]:
    (line,) = order_of(code).lines
    page = path(cast, code, "can")
    answer = press(lan, page, page, **{f"can-{line.id}": typed})
    return answer.status_code, answer.text


def test_a_buyer_reads_before_ordering_what_it_may_weigh_and_cost(client: FlaskClient, cast: Cast, hen: int) -> None:
    client.get("/gio-hang")
    assert "lệch nhiều nhất 10&nbsp;%" in client.get(f"/san-pham/{hen}-dau-xanh").text
    code = buy(client, hen, "1,5")
    page = client.get(f"/don/{code}").text.replace("\u00a0", " ")
    assert "khoảng 1,5 kg, thực cân 1,35–1,65 kg, tiền từ 60.750 ₫ đến 74.250 ₫" in page
    assert "Cộng, tạm tính" in page


def test_nothing_is_asked_for_before_it_is_weighed_and_then_the_exact_sum(
    client: FlaskClient, lan: FlaskClient, cast: Cast, hen: int
) -> None:
    code = buy(client, hen, "1,5", pay="chuyen_khoan")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    assert "Đơn chờ cân hàng" in client.get(f"/don/{code}/tra-tien").text
    assert client.get(f"/don/{code}/qr.png").status_code == 404
    page = lan.get(path(cast, code)).text
    assert "Cân hàng" in page
    assert "Hàng sẵn sàng</button>" not in page
    status, text = weigh(lan, cast, code, "1,43 kg")
    assert (status, order_of(code).total) == (303, 64_350), text
    assert "64.350" in client.get(f"/don/{code}/tra-tien").text
    assert client.get(f"/don/{code}/qr.png").status_code == 200
    assert "cân thực tế, đặt khoảng" in client.get(f"/don/{code}").text


@pytest.mark.parametrize(("typed", "says"), [("", "Đậu xanh"), ("nặng", "Chưa đọc được"), ("15", "xem lại dấu phẩy")])
def test_a_weight_that_is_none_comes_back_as_it_was_typed(
    client: FlaskClient, lan: FlaskClient, cast: Cast, hen: int, typed: str, says: str
) -> None:
    code = buy(client, hen, "1,5")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    status, text = weigh(lan, cast, code, typed)
    assert status == 422
    assert says in text
    assert f'value="{typed}"' in text
    assert order_of(code).to_weigh == 1


def test_further_off_the_buyer_answers_in_one_tap(client: FlaskClient, lan: FlaskClient, cast: Cast, hen: int) -> None:
    code = buy(client, hen, "1,5")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    assert weigh(lan, cast, code, "2,1")[0] == 303
    page = client.get(f"/don/{code}").text.replace("\u00a0", " ")
    assert "Cân lệch mức đã hẹn" in page
    assert "cân được 2,1 kg Đậu xanh" in page
    assert "không đủ hàng" not in page


def test_only_kilos_are_weighed(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    page = f"/ban-hang/{cast.lan.slug}/san-pham/{cast.rau_muong}"
    wrong = press(lan, page, page, name="Rau muống", price="12000", unit="bo", weighed="10")
    assert wrong.status_code == 422
    assert "chỉ dùng cho hàng bán theo kg" in wrong.text
    page = f"/ban-hang/{cast.lan.slug}/san-pham/{cast.dau_xanh}"
    assert press(lan, page, page, name="Đậu xanh", price="45000", unit="kg", weighed="10").status_code == 303
    assert "cân thực tế lệch đến 10" in lan.get(page).text.replace("\u00a0", " ")


def test_a_deposit_is_asked_for_before_it_is_weighed_and_the_rest_after(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock, hen: int
) -> None:
    with transaction() as session:
        locked(session, Stall, Stall.id == cast.lan.stall).row.deposit_percent = 30
    code = buy(client, hen, "2")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    assert "Trả tiền cọc · 27.000" in client.get(f"/don/{code}").text
    assert client.get(f"/don/{code}/qr.png").status_code == 200
    notice(1, 27_000, code, now())
    assert client.get(f"/don/{code}/qr.png").status_code == 404, "what is left nobody knows yet"
    assert weigh(lan, cast, code, "2,2")[0] == 303
    assert order_of(code).due_at is None
    assert "Còn 72.000" in client.get(f"/don/{code}/tra-tien").text
