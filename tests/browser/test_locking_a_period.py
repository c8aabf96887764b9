"""An officer opens a reporting period, looks through what is open, locks it, writes down that the report left, and
replaces it once more came in: on a phone and at a desk."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from market.base.db import transaction
from market.places.models import DatedFact
from market.sellers.models import Business
from market.values.phone import Phone
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_while_the_commune_looks import cookie_of
from tests.cast import Cast
from tests.conftest import Clock

AFTER = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("width", [360, 1280])
def test_an_officer_takes_a_period_from_draft_to_its_replacement(
    app: Flask, chromium: Browser, address: str, cast: Cast, now: Clock, width: int
) -> None:
    with transaction() as session:
        sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 20), is_known=True))
        sell(session, cast.commune, cast.htx, Sold(on=date(2026, 12, 1), is_known=True, phone="0900 000 012"))
        theu = session.get_one(Business, cast.theu)
        theu.name, theu.phone = "Hộ rau bà Lan", Phone("0900 000 011")
        fact = {"valid_from": date(2026, 1, 1), "source": "Kế hoạch 120/KH-UBND"}
        session.add(DatedFact(commune_id=cast.commune, key="kpi.target.plan", value="50", **fact))
    now.at = AFTER
    look_everywhere(cast.commune)
    with new_phone(chromium, address) as phone:
        page = phone.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        phone.add_cookies([cookie_of(app, cast.hung, now, address)])
        page.goto("/van-phong/chi-tieu/ky")
        assert faults_everywhere(page) == []
        picture(page, f"periods_{width}")
        page.get_by_role("button", name="Mở kỳ này").click()
        expect(page.get_by_text("Đơn cần kiểm tra: 1")).to_be_visible()
        expect(page.get_by_text("Có thể ghi trùng trong sổ: 1 cặp")).to_be_visible()
        assert faults_everywhere(page) == []
        picture(page, f"period_draft_{width}")
        page.get_by_role("button", name="Chốt số của kỳ này").click()
        expect(page.get_by_text("Tính lại từ bằng chứng ra đúng số đã chốt.")).to_be_visible()
        page.get_by_label("Số, ký hiệu báo cáo").fill("05/BC-PKT")
        page.get_by_role("button", name="Ghi là đã gửi").click()
        expect(page.get_by_text("số 05/BC-PKT")).to_be_visible()
        now.at = AFTER + timedelta(days=2)
        with transaction() as session:
            sell(session, cast.commune, cast.htx, Sold(on=date(2026, 12, 2), is_known=True, phone="0900 000 559"))
        look_everywhere(cast.commune)
        phone.add_cookies([cookie_of(app, cast.hung, now, address)])
        page.reload()
        expect(page.get_by_text("Nay được tính thêm: 1")).to_be_visible()
        page.get_by_text("Chi tiết của bản chốt").click()
        assert faults_everywhere(page) == []
        picture(page, f"period_locked_{width}")
        page.get_by_role("link", name=re.compile("hộ được tính")).click()
        assert faults_everywhere(page) == []
        picture(page, f"period_businesses_{width}")
        page.go_back()
        page.get_by_role("link", name="Ghi bản thay thế").click()
        assert faults_everywhere(page) == []
        picture(page, f"period_replace_{width}")
        page.get_by_label("Vì sao phải thay").fill("Thiếu đơn của HTX, báo về sau ngày chốt")
        page.get_by_role("button", name="Ghi bản thay thế").click()
        expect(page.get_by_text("Thay bản 1: Thiếu đơn của HTX")).to_be_visible()
        picture(page, f"period_replaced_{width}")
