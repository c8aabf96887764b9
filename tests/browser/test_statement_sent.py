"""A seller sends a statement from her phone, sees what would be written, and writes it; what is told twice waits."""

from pathlib import Path

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page

from market.base.db import transaction
from market.base.jobs import work_once
from market.base.jobs.long_tasks import LONG_TASK
from market.cli import HANDLERS
from market.payments.models import BankCredit
from market.payments.rules.matching import Unmatched
from tests.browser.looking import faults_of, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.payments.statement_files import as_xlsx, vcb, vcb_row
from tests.payments.steps import buy, notice

LANE = {LONG_TASK: HANDLERS[LONG_TASK]}


def test_a_statement_is_sent_looked_at_and_written(
    page: Page, phone: BrowserContext, address: str, client: FlaskClient, cast: Cast, now: Clock, tmp_path: Path
) -> None:
    sign_in(client, cast.lan.person, now())
    cookie = client.get_cookie("choso")
    assert cookie
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page.emulate_media(color_scheme="dark")
    order = buy(cast, now())
    twin = notice(5, 12_000, "Nguyễn Thị Hồng Ngọc Phương Thảo chuyển tiền mua rau muống và đậu xanh", now())
    with transaction() as session:
        session.get_one(BankCredit, twin).unmatched_reason = Unmatched.TOLD_TWICE
    rows = [vcb_row(1, now(), "12.000", f"{order.code} Nguyễn Thị Hồng Ngọc Phương Thảo trả tiền", reference="FT1")]
    rows += [vcb_row(2, now(), "700.000", "=HYPERLINK lương tháng mười một của công ty may Đại Sơn", reference="FT2")]
    file = tmp_path / "sao-ke.xlsx"
    file.write_bytes(as_xlsx(vcb(*rows)))
    faults = []
    page.goto(f"/ban-hang/{cast.lan.slug}/tien")
    picture(page, "tien-nghi-trung")
    faults += faults_of(page)
    page.goto(f"/ban-hang/{cast.lan.slug}/tien/sao-ke")
    picture(page, "gui-sao-ke")
    faults += faults_of(page)
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Đọc tệp").click()
    page.wait_for_url("**/viec/*")
    work_once(LANE)
    page.reload()
    page.get_by_role("link", name="Xem trước").click()
    page.locator("summary", has_text="Các cột chợ đọc được").click()
    picture(page, "xem-truoc-sao-ke")
    faults += faults_of(page)
    page.get_by_role("button", name="Ghi 1 khoản vào sổ tiền").click()
    page.wait_for_url("**/viec/*")
    work_once(LANE)
    page.reload()
    assert page.get_by_text("Đã ghi 1 khoản vào sổ tiền.").first.is_visible()
    for name in ("casso", "payos"):
        page.goto(f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien?nguon={name}")
        picture(page, f"noi-{name}")
        faults += faults_of(page)
    assert faults == []
