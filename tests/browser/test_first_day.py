"""An officer of a new commune comes from an empty installation to the first hamlet on sale, on a phone of 360 pixels:
in at most 40 inputs over at most 12 pages, with nothing from outside but the register's file."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
from flask import Flask
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from market.accounts.second_factor import STEP_SECONDS
from market.base.db import reading
from market.communes.queries.first_day import first_day_of
from market.communes.queries.rollout import rollout_of
from market.places.models import Commune
from market.values.period import local_day
from tests.browser.looking import faults_everywhere, faults_of, picture
from tests.conftest import Clock

REGISTER = "Tên cơ sở,Loại hình,Thôn,Điện thoại\n" + "".join(
    f"Rau nhà số {at:02},Hộ kinh doanh,{('thôn Thượng', 'Hạ', 'thôn Trung')[at % 3]},\n" for at in range(30)
)
ME = "Nguyễn Văn Cán"


@dataclass
class Officer:
    """Counts what is typed, chosen, ticked and pressed, and the pages that open, each once."""

    page: Page
    inputs: int = 0
    pages: set[str] = field(default_factory=set)

    def watch(self) -> None:
        self.page.on("framenavigated", lambda frame: self.note(frame.url) if frame == self.page.main_frame else None)

    def note(self, address: str) -> None:
        path = urlsplit(address).path
        if path not in ("", "blank"):
            self.pages.add(re.sub(r"/nhap/[^/]+$", "/nhap/<tệp>", re.sub(r"\d+", "<số>", path)))

    def fill(self, label: str, text: str) -> None:
        self.inputs += 1
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str, choice: str) -> None:
        self.inputs += 1
        self.page.get_by_label(label).select_option(label=choice)

    def press(self, what: Locator) -> None:
        self.inputs += 1
        what.first.click()
        self.page.wait_for_load_state()

    def button(self, name: str | re.Pattern[str]) -> None:
        self.press(self.page.get_by_role("button", name=name))

    def next_step(self, says: str) -> None:
        """The one button of the checklist leads on, and to what it says."""
        assert says in self.page.locator("li[aria-current=step]").inner_text()
        self.press(self.page.get_by_role("link", name="Làm việc này"))


def test_a_new_commune_has_its_first_hamlet_on_sale(app: Flask, page: Page, now: Clock, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    named = ("--name", "xã Khác", "--province-code", "31", "--province-name", "thành phố Hải Phòng", "--letters", "KH")
    assert run(args=["commune", "add", "10507", *named]).exit_code == 0
    code = re.search(r": (\w{4}[ \w]*)\. Người", run(args=["appoint", "--name", ME]).stdout)
    assert code
    register = tmp_path / "so-ho.csv"
    register.write_text(REGISTER, "utf-8")
    me = Officer(page)
    me.watch()

    page.goto("/dang-ky?tiep=/tai-khoan/nhan-nhiem-vu")
    me.fill("Họ và tên", ME)
    me.fill("Số điện thoại", "0912 345 678")
    me.fill("Mật khẩu", "ba con trâu đồng")
    me.press(page.locator("label:has(input[name=agrees])"))
    me.button("Lập tài khoản")
    me.fill("Mã", code[1])
    me.button(re.compile("Nhận"))
    assert "xong 0/9 việc" in page.content()
    assert faults_everywhere(page) == []
    picture(page, "first-day-begun")

    page.goto("/tai-khoan/ma-xac-thuc?tiep=/van-phong/bat-dau")
    me.button(re.compile("Bắt đầu|Thêm|Lập"))
    secret = page.locator("[data-copy]").first.get_attribute("data-copy") or ""
    me.inputs += 1
    page.locator("input[name=code]").fill(pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // STEP_SECONDS))
    me.button(re.compile("Xác nhận|Xong|Bật"))
    me.press(page.locator("main a[href='/van-phong/bat-dau']"))

    me.next_step("Ghi nơi liên hệ")
    me.fill("Điện thoại của phòng", "0220 3000 001")
    me.fill("Địa chỉ của phòng", "UBND xã Khác")
    me.button("Lưu")
    me.next_step("Gửi tệp sổ hộ")
    me.inputs += 1
    page.locator("input[type=file]").set_input_files(register)
    me.button("Chạy thử")
    page.get_by_text("Xã chưa có danh sách thôn").wait_for()
    assert faults_of(page) == []
    picture(page, "first-day-hamlets")
    me.button("Ghi 3 thôn này")
    me.button("Ghi 30 dòng vào sổ")
    me.next_step("Ghi mục tiêu")
    me.fill("Số mới", "50")
    me.fill("Dùng từ ngày", local_day(now()).isoformat())
    me.fill("Căn cứ", "Kế hoạch của xã, mục III.2.2")
    me.button("Ghi số mới")
    me.next_step("Ghi điểm nhận")
    me.choose("Thôn", "thôn Thượng")
    me.fill("Tên điểm nhận", "Nhà văn hóa thôn Thượng")
    me.fill("Người giữ", "Ông Bảo")
    me.fill("Điện thoại người giữ", "0912 345 679")
    me.fill("Giờ mở", "16:00–18:00 hằng ngày")
    me.button("Thêm điểm này")
    me.next_step("Bật chợ ở thôn đầu tiên")
    assert faults_everywhere(page) == []
    picture(page, "rollout-off")
    me.press(page.get_by_role("link", name="thôn Thượng"))
    me.fill("Căn cứ", "Quyết định thí điểm chợ số")
    assert faults_of(page) == []
    me.button("Bật chợ ở thôn này")

    commune = reading().scalars(select(Commune)).one()
    assert first_day_of(reading(), commune.id, local_day(now())).is_on_sale
    assert rollout_of(reading(), commune.id, local_day(now())).on == 1
    picture(page, "rollout-on")
    page.set_viewport_size({"width": 1280, "height": 800})
    picture(page, "rollout-on-wide")
    assert me.inputs <= 40, me.inputs
    assert len(me.pages) <= 12, sorted(me.pages)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/van-phong/bat-dau")
    assert "Thôn đầu tiên đã mở chợ" in page.content()
    picture(page, "first-day-on-sale")
