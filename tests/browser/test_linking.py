"""A seller links her account on her phone: told by when, one tap, the provider's page; and what the office sees."""

from datetime import UTC, datetime

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from market.base.db import reading
from market.sellers import jobs
from market.sellers.identity.stand_in import StandIn, yes
from market.sellers.queries.identity_links import open_attempt
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.sellers.linking import pass_the_law, since, stand_in

__all__ = ["stand_in"]


def signed_in(app: Flask, phone: BrowserContext, address: str, person: int, now: Clock) -> Page:
    client = app.test_client()
    make.sign_in(client, person, now())
    kept = client.get_cookie("choso")
    assert kept
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    return phone.new_page()


def looked_at(page: Page, name: str) -> None:
    picture(page, name)
    assert faults_everywhere(page) == [], name


def test_she_links_her_account_and_the_office_sees_who_has_not(
    app: Flask, phone: BrowserContext, address: str, cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    pass_the_law()
    since(cast.lan, datetime(2026, 9, 1, tzinfo=UTC))
    page = signed_in(app, phone, address, cast.lan.person, now)
    page.goto("/ban-hang/rau-ba-lan")
    page.get_by_role("link", name="Xem phải làm gì").click()
    expect(page.get_by_text("còn 37 ngày")).to_be_visible()
    looked_at(page, "linking_1_asked")
    page.get_by_role("button", name="Xác thực điện tử").click()
    expect(page.get_by_text("Đang chờ bên xác thực trả lời")).to_be_visible()
    looked_at(page, "linking_2_recorded")
    attempt = open_attempt(reading(), cast.lan.person)
    assert attempt
    jobs.ask_identity({"attempt": attempt.attempt})
    page.get_by_role("link", name="Xem lại").click()
    expect(page.get_by_role("link", name="Mở VNeID")).to_be_visible()
    looked_at(page, "linking_3_sent_there")
    stand_in.answers[attempt.attempt] = yes(attempt.attempt, told_at=now())
    jobs.ask_identity({"attempt": attempt.attempt})
    page.get_by_role("link", name="Xem lại").click()
    expect(page.get_by_text("Đã xác thực điện tử")).to_be_visible()
    looked_at(page, "linking_4_linked")
    office = signed_in(app, phone, address, cast.hung, now)
    office.goto("/van-phong/so-ho/xac-thuc")
    expect(office.get_by_text("Đỗ Văn Sơn")).to_be_visible()
    looked_at(office, "linking_5_office")
    office.set_viewport_size({"width": 1100, "height": 800})
    picture(office, "linking_6_office_wide")
