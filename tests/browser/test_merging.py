"""An officer joins two lines of the register, and a helper goes round the hamlet: on a phone and on a desk's screen."""

from playwright.sync_api import Page
from sqlalchemy import select

from market.base.db import transaction
from market.sellers.models import BusinessMerge, RegisterCheck
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_tracing import sign_in, tap
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.office.register.pairs import NAME, second_line


def test_two_lines_are_set_side_by_side_joined_and_can_be_parted(page: Page, cast: Cast, now: Clock) -> None:
    second_line(cast, now)
    sign_in(page, "0900 000 001")
    page.goto("/van-phong/so-ho/co-the-trung")
    assert faults_everywhere(page) == []
    picture(page, "merging-list")
    page.get_by_role("link", name="So hai bên để gộp").click()
    page.wait_for_load_state()
    assert faults_everywhere(page) == []
    picture(page, "merging-sides")
    for name in ("name", "phone"):
        page.locator(f"input[name={name}]").first.check()
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, "merging-sides-wide")
    tap(page, "Gộp làm một")
    page.wait_for_load_state()
    assert page.get_by_text("Đã gộp hai cơ sở").is_visible()
    picture(page, "merging-done-wide")
    page.get_by_role("link", name="Tách ra").click()
    page.wait_for_load_state()
    assert NAME in page.content()
    assert faults_everywhere(page) == []
    picture(page, "merging-part-wide")
    page.set_viewport_size({"width": 360, "height": 740})
    picture(page, "merging-part")
    tap(page, "Tách ra")
    page.wait_for_load_state()
    with transaction() as session:
        assert session.scalars(select(BusinessMerge)).one().undone_at is not None


def test_a_helper_says_with_one_tap_who_is_still_there(page: Page, cast: Cast, now: Clock) -> None:
    sign_in(page, "0900 000 002")
    page.goto("/to-cong-nghe/ra-soat")
    assert faults_everywhere(page) == []
    picture(page, "rounds")
    page.get_by_role("button", name="Vẫn hoạt động").first.click()
    page.wait_for_load_state()
    with transaction() as session:
        assert len(session.scalars(select(RegisterCheck)).all()) == 1
    page.get_by_role("link", name="Khác").click()
    page.wait_for_load_state()
    assert faults_everywhere(page) == []
    picture(page, "rounds-other")
