"""Filtering goods with the thumb, with a script and without: asked for, taken off one by one, read at 200 %."""

import pytest
from playwright.sync_api import Browser, Page, expect

from market.base.db import transaction
from market.catalog.models import Category, Product
from market.places.models import Hamlet
from market.sellers.models import Stall
from tests import factories as make
from tests.browser.conftest import PHONE
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def goods(cast: Cast, now: Clock) -> None:
    """Greens of two hamlets side by side, cheap and dear."""
    with transaction() as session:
        make.make_neighbours(session, session.get_one(Hamlet, cast.mo_doan), session.get_one(Hamlet, cast.nghia_dung))
        greens = Category(code="OCOP-01", name="Rau, củ, quả, hạt tươi", slug="rau-cu", level=3, position=1)
        session.add(greens)
        session.flush()
        for name, seller, price in (
            ("Su hào mới nhổ ngoài bãi bồi ven sông", cast.lan, 5_000),
            ("Cà chua", cast.htx, 15_000),
            ("Nấm rơm", cast.htx, 90_000),
        ):
            variant = make.make_product(session, session.get_one(Stall, seller.stall), name, now(), price=price)
            session.get_one(Product, variant.product_id).category_id = greens.id


def shown(page: Page) -> list[str]:
    return page.locator(".product-card-name").all_inner_texts()


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without"])
def test_goods_are_filtered_and_each_condition_is_taken_off(chromium: Browser, address: str, has_script: bool) -> None:
    with chromium.new_context(base_url=address, viewport=PHONE, java_script_enabled=has_script) as phone:
        page = phone.new_page()
        page.goto("/nhom/rau-cu")
        page.get_by_text("Lọc và xếp hàng").click()
        page.get_by_label("Hàng của thôn nào").select_option("thôn Mỗ Đoạn")
        page.get_by_label("Giá đến").fill("20 nghìn")
        page.get_by_role("button", name="Xem hàng").click()
        expect(page.get_by_text("món hợp")).to_have_text("1 món hợp")
        assert shown(page) == ["Cà chua"]
        page.get_by_text("Lọc và xếp hàng").click()
        expect(page.get_by_label("Giá đến")).to_have_value("20.000")
        page.get_by_label("và các thôn bên cạnh").check()
        page.get_by_label("Xếp theo").select_option("Rẻ trước")
        page.get_by_role("button", name="Xem hàng").click()
        expect(page.locator(".product-card-name")).to_have_count(2)
        assert shown(page) == ["Su hào mới nhổ ngoài bãi bồi ven sông", "Cà chua"]
        page.get_by_role("link", name="Bỏ lọc Đến 20.000").click()
        expect(page.locator(".product-card-name")).to_have_count(3)
        page.get_by_role("link", name="Bỏ lọc thôn Mỗ Đoạn").click()
        expect(page).to_have_url(f"{address}/nhom/rau-cu?xep=re")


@pytest.mark.nightly  # the longest of its kind is by day
def test_what_is_typed_and_not_sent_goes_along_with_the_filters(page: Page, address: str) -> None:
    for begin in ("/tim", "/tim?q=nam"):
        page.goto(begin)
        page.get_by_role("searchbox").fill("cà chua")
        page.get_by_text("Lọc và xếp hàng").click()
        page.get_by_label("Giá đến").fill("20k")
        page.get_by_role("button", name="Xem hàng").click()
        expect(page.get_by_role("searchbox")).to_have_value("cà chua")
        assert shown(page) == ["Cà chua"]
        page.get_by_role("searchbox").fill("su hào")
        page.get_by_role("button", name="Tìm", exact=True).click()
        expect(page.get_by_role("link", name="Bỏ lọc Đến 20.000")).to_be_visible()
        assert shown(page) == ["Su hào mới nhổ ngoài bãi bồi ven sông"]


@pytest.mark.nightly  # every size
def test_a_filtered_list_is_good_to_read_on_every_screen(page: Page) -> None:
    page.goto("/tim?nhom=rau-cu&thon=thon-mo-doan&canh=1&den=100k&giao=diem&xep=dat")
    page.get_by_text("Lọc và xếp hàng").click()
    assert faults_everywhere(page) == []
    picture(page, "filtered")
    page.goto("/tim?nhom=rau-cu&tu=chục+nghìn&giay=1")
    assert faults_everywhere(page) == []
    assert page.get_by_role("heading", name="Không có hàng nào hợp").is_visible()
    page.get_by_role("link", name="Bỏ hết bộ lọc").click()
    page.wait_for_url("**/tim")
    assert faults_everywhere(page) == []
    page.goto("/")
    assert faults_everywhere(page) == []
    page.goto("/nhom/rau-cu")
    assert faults_everywhere(page) == []
