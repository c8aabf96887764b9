"""A helper's week on a phone: a visit in six touches, whole; the month's sheet on one page of A4."""

import io
import re
from contextlib import closing

import pypdfium2
from playwright.sync_api import Locator, Page

from market.adoption.actions.planning import plan_week
from market.base.db import transaction
from tests.browser.looking import PICTURES, faults_everywhere, picture
from tests.browser.test_tracing import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.stall.settings.test_mandates import mandate
from tests.web.stall.visits.steps import visits

A4_POINTS = (595, 842)
MOST_TOUCHES = 6


class Finger:
    """Touches what is on the page, and counts how often."""

    def __init__(self) -> None:
        self.touches = 0

    def touch(self, what: Locator) -> None:
        what.tap()
        self.touches += 1


def test_a_first_visit_takes_six_touches_and_the_next_one_fewer(page: Page, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        plan_week(writing, cast.commune, cast.nghia_dung, clock=now)
    sign_in(page, "0900 000 002")
    page.goto("/to-cong-nghe")
    picture(page, "visits-home")

    first = Finger()
    first.touch(page.get_by_role("link", name="Ghi lượt ghé Tranh thêu Xuân Nẻo cô Thêu"))
    page.wait_for_url(re.compile("/luot$"))
    assert faults_everywhere(page) == []
    picture(page, "visits-form")
    first.touch(page.get_by_label("Lập tài khoản"))
    first.touch(page.get_by_label("Tại nhà"))
    first.touch(page.get_by_label("Còn dở, hẹn quay lại"))
    first.touch(page.get_by_label("Chủ hộ đồng ý"))
    first.touch(page.get_by_role("button", name="Lưu lượt hỗ trợ"))
    page.wait_for_url(re.compile(f"/to-cong-nghe/{cast.theu}$"))
    assert first.touches <= MOST_TOUCHES
    [one] = visits()
    assert (one.business_id, one.steps[0].value, one.place.value, one.outcome.value, one.consent.value) == (
        cast.theu,
        "tai_khoan",
        "tai_nha",
        "con_do",
        "noi_mieng",
    )
    assert one.next_on is not None
    picture(page, "visits-household")

    page.goto("/to-cong-nghe/tuan-nay")
    assert faults_everywhere(page) == []
    picture(page, "visits-week")
    second = Finger()
    second.touch(page.get_by_role("link", name="Ghi lượt ghé Rau bà Lan"))
    page.wait_for_url(re.compile("/luot$"))
    second.touch(page.get_by_label("Đơn đầu tiên"))
    second.touch(page.get_by_label("Xong, hộ tự làm tiếp được"))
    second.touch(page.get_by_label("Chủ hộ đồng ý"))
    second.touch(page.get_by_role("button", name="Lưu lượt hỗ trợ"))
    page.wait_for_url(re.compile(f"/to-cong-nghe/{cast.lan.business}$"))
    assert second.touches == 5
    assert visits()[1].place.value == "tai_nha"

    page.goto("/to-cong-nghe/chi-tieu")
    picture(page, "visits-targets")
    page.goto("/to-cong-nghe/so-luot")
    assert faults_everywhere(page) == []
    picture(page, "visits-sheet")
    with closing(pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))) as sheet:
        keep_paper(sheet)
        assert len(sheet) == 1
        assert tuple(round(side) for side in sheet[0].get_size()) == A4_POINTS
        words = " ".join(sheet[0].get_textpage().get_text_bounded().split())
    assert "PHIẾU THEO DÕI HỖ TRỢ" in words
    assert "Tranh thêu Xuân Nẻo cô Thêu" in words
    assert "Tài khoản" not in words, "the page's own ways are not printed"


def keep_paper(sheet: pypdfium2.PdfDocument) -> None:
    if PICTURES:
        for number, leaf in enumerate(sheet):
            leaf.render(scale=1).to_pil().save(f"{PICTURES}/visits-paper-{number}.png")


def test_the_office_sees_its_hamlets_and_who_sells_alone_on_either_screen(page: Page, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    sign_in(page, "0900 000 001")
    for address, name in (
        ("chi-tieu-thon", "help-board"),
        ("tu-lam", "help-alone"),
    ):
        page.goto(f"/van-phong/to-cong-nghe/{address}")
        assert faults_everywhere(page) == []
        picture(page, f"visits-{name}")
        page.set_viewport_size({"width": 1280, "height": 800})
        picture(page, f"visits-{name}-wide")
        page.set_viewport_size({"width": 360, "height": 640})
