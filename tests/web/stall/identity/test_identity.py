"""A seller reads where her account stands, until when goods go up without it, and what nobody can do yet."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.sellers.identity.stand_in import StandIn
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import database_by_day_on
from tests.sellers.linking import begun, leave_unconnected, link, pass_the_law, since, stand_in

__all__ = ["stand_in"]
database_url = database_by_day_on("sqlite")


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def page_of(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/xac-thuc"


def test_she_reads_by_when_with_the_days_counted_on_both_pages(
    lan: FlaskClient, cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    pass_the_law()
    since(cast.lan, datetime(2026, 9, 1, tzinfo=UTC))
    page = lan.get(page_of(cast)).text
    for told in ("30/12/2026", "còn <strong>37 ngày</strong>", "Nghị định 320/2026/NĐ-CP", "đã xem CCCD"):
        assert told in page
    assert "Xem giấy tờ không phải là xác thực điện tử." in page
    assert "hạn đến hết 30/12/2026, còn 37 ngày" in lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert f'href="{page_of(cast)}"' in lan.get(f"/ban-hang/{cast.lan.slug}/gian-hang").text


def test_a_market_connected_to_nobody_says_so_and_what_the_commune_does(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    pass_the_law()
    page = lan.get(page_of(cast)).text
    assert "Chợ xã chưa kết nối xác thực điện tử (VNeID)" in page
    assert "Chưa đăng được hàng mới" in page
    assert "button-main" not in page
    assert "chợ xã chưa kết nối" in lan.get(f"/ban-hang/{cast.lan.slug}/san-pham/moi").text
    refused = shelf.post(lan, f"/ban-hang/{cast.lan.slug}/san-pham/moi", shelf.form())
    assert (refused.status_code, refused.headers["X-Refused"]) == (422, "identity_needed")
    assert "Cà chua vườn nhà" in refused.text
    leave_unconnected(cast.commune)
    page = lan.get(page_of(cast)).text
    assert "xã vẫn cho đăng hàng mới" in page
    assert "Thông báo 7/TB-UBND" in page
    assert shelf.post(lan, f"/ban-hang/{cast.lan.slug}/san-pham/moi", shelf.form()).status_code == 303


def test_each_state_is_said_as_it_is(app: Flask, lan: FlaskClient, cast: Cast, now: Clock, stand_in: StandIn) -> None:
    pass_the_law()
    assert "Tài khoản chưa liên kết" in lan.get(page_of(cast)).text
    attempt = begun(cast.lan, stand_in)
    waiting = lan.get(page_of(cast)).text
    assert "Đang chờ bên xác thực trả lời" in waiting
    assert f"https://dinh-danh.invalid/{attempt}" in waiting
    now.move(minutes=30)
    assert "không mất và không phải bấm lần nữa" in lan.get(page_of(cast)).text
    stand_in.answers_by_itself = True
    link(cast.lan)
    linked = lan.get(page_of(cast)).text
    assert "Đã xác thực điện tử" in linked
    assert "giả lập để xem thử, không có giá trị" in linked
    assert "chưa xác thực điện tử" not in lan.get(f"/ban-hang/{cast.lan.slug}").text


def test_a_helper_reads_how_to_help_and_holds_nothing(app: Flask, cast: Cast, now: Clock, stand_in: StandIn) -> None:
    pass_the_law()
    shelf.give_mandate(cast, now())
    begun(cast.lan, stand_in)
    vy = app.test_client()
    sign_in(vy, cast.vy, now(), visitor="vy-phone")
    page = vy.get(page_of(cast)).text
    assert "không gõ mật khẩu, không cầm mã thay" in page
    assert "dinh-danh.invalid" not in page
