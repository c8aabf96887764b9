"""One business as its helper sees it: what can be done for it now."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.settings.test_mandates import mandate


def path(business: int) -> str:
    return f"/to-cong-nghe/{business}"


@pytest.fixture
def vy(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.vy, now())
    return client


def test_without_account_the_page_says_how_to_begin(vy: FlaskClient, cast: Cast) -> None:
    page = vy.get(path(cast.theu)).text

    assert "Chưa có tài khoản trên chợ" in page
    assert "Hộ nông dân không cần đăng ký kinh doanh" in page


def test_without_mandate_the_sellers_code_is_asked_for(vy: FlaskClient, cast: Cast) -> None:
    page = vy.get(path(cast.lan.business)).text

    assert "Nhận ủy quyền" in page
    assert "Mở gian hàng" not in page
    assert "Đặt lại mật khẩu" not in page


def test_under_a_mandate_the_stall_opens_and_a_forgotten_password_is_for_the_office(
    vy: FlaskClient, cast: Cast, now: Clock
) -> None:
    mandate(cast, now)

    page = vy.get(path(cast.lan.business)).text
    assert f'href="/ban-hang/{cast.lan.slug}"' in page
    assert "Mời mang giấy tờ tùy thân tới" in page
    assert "Đặt lại mật khẩu cho" not in page
    assert vy.get(f"/ban-hang/{cast.lan.slug}").status_code == 200


def test_another_hamlets_business_is_not_there(vy: FlaskClient, cast: Cast) -> None:
    assert vy.get(path(cast.tu.business)).status_code == 404
    assert vy.get(path(99999)).status_code == 404


def test_who_is_no_helper_finds_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast.lan.business), [cast.lan.person, cast.hung, cast.mai])
