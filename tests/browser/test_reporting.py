"""An officer makes a report, reads it with its figures, opens one of them down to the order that proves it, and takes
the file along: on a phone and on the office's screen."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import docx
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from market.base.db import transaction
from market.catalog.models import Variant
from market.places.models import DatedFact
from market.sellers.models import Certificate
from tests import factories as make
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock

SEEN_AT = datetime(2026, 3, 2, tzinfo=UTC)


def signed_in(app: Flask, phone: BrowserContext, address: str, person: int, now: Clock) -> Page:
    client = app.test_client()
    make.sign_in(client, person, now())
    kept = client.get_cookie("choso")
    assert kept
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    return phone.new_page()


def looked_at(page: Page, name: str) -> None:
    """At 360 px with every other size looked through, then wide."""
    picture(page, name)
    assert faults_everywhere(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 800})
    picture(page, f"{name}_wide")
    page.set_viewport_size({"width": 360, "height": 640})


def sold(cast: Cast) -> str:
    """The code of an order that counts; rươi is in season."""
    with transaction() as session:
        target = {"key": "kpi.target.plan", "value": "50", "valid_from": date(2025, 1, 1), "source": "kế hoạch"}
        session.add(DatedFact(commune_id=cast.commune, **target))
        ruoi = session.get_one(Variant, cast.ruoi).product
        ruoi.season_from, ruoi.season_to = 10, 12
        paper = {"kind": "OCOP 4 sao", "number": "1234/QĐ-UBND", "issuer": "UBND thành phố Hải Phòng"}
        held = {"valid_from": date(2026, 3, 1), "valid_to": date(2029, 3, 1), "checked_at": SEEN_AT}
        session.add(Certificate(business_id=cast.tu.business, scope="Chả rươi", checked_by=cast.hung, **paper, **held))
        code = sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 20), is_known=True)).code
    look_everywhere(cast.commune)
    return code


def test_a_report_is_made_read_and_proved(
    app: Flask, phone: BrowserContext, address: str, cast: Cast, now: Clock
) -> None:
    order = sold(cast)
    page = signed_in(app, phone, address, cast.hung, now)
    page.goto("/van-phong/chi-tieu")
    page.get_by_role("navigation").get_by_role("link", name="Báo cáo").click()
    looked_at(page, "report_1_form")
    page.get_by_label("Báo cáo của Phòng Kinh tế").check()
    page.get_by_label("Kỳ báo cáo").select_option("Tháng 12 năm 2026")
    page.get_by_label("Theo NĐ 09/2019").check()
    page.get_by_label("Ai ký").select_option("Phó trưởng phòng ký thay (KT.)")
    page.get_by_label("Họ và tên người ký").fill("Công Tằng Tôn Nữ Nguyễn Thị Thanh Phương Thảo")
    page.get_by_label("TT. Đảng ủy xã").check()
    page.get_by_role("button", name="Lập dự thảo").click()
    expect(page.get_by_role("heading", name="I. KẾT QUẢ")).to_be_visible()
    expect(page.get_by_text("Có 1/3 cơ sở")).to_be_visible()
    looked_at(page, "report_2_read")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải văn bản").click()
    paper = docx.Document(BytesIO(Path(download.value.path()).read_bytes()))
    assert any("Có 1/3 cơ sở" in one.text for one in paper.paragraphs)
    page.get_by_role("link", name="-KD").first.click()
    expect(page.get_by_role("link", name=order)).to_be_visible()
    looked_at(page, "report_3_rows")
    page.get_by_role("link", name=order).click()
    expect(page.get_by_role("heading", name="Bằng chứng")).to_be_visible()
    page.goto("/van-phong/bao-cao/ban-tin-loa")
    expect(page.get_by_text("Rươi tươi: Rươi anh Tư")).to_be_visible()
    looked_at(page, "report_4_bulletin")
    page.goto("/van-phong/bao-cao/ocop")
    expect(page.get_by_text("Chả rươi")).to_be_visible()
    looked_at(page, "report_5_ocop")
    page.goto("/van-phong/bao-cao")
    looked_at(page, "report_6_made")
