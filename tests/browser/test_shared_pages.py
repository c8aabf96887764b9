"""What is a browser's own on a page that all guests share: the number of lines in the cart, and the key of its form."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.cast import Cast


def key_on(page: Page) -> str:
    return page.locator("[data-own-key]").input_value()


def test_the_script_shows_this_phone_s_cart_and_draws_a_key_for_each_look(phone: BrowserContext, cast: Cast) -> None:
    """Growth finding 11; decision 13."""
    page = phone.new_page()
    page.goto("/")
    badge = page.locator("[data-cart] .count")
    expect(badge).to_have_count(0)
    page.locator("a.product-card", has_text="Đậu xanh").click()
    first = key_on(page)
    page.get_by_role("button", name="Thêm vào giỏ").click()
    page.wait_for_url("**/gio-hang")
    page.go_back()
    expect(badge).to_have_text("1")
    assert key_on(page) != first
    phone.clear_cookies(name="choso")
    page.goto("/")
    expect(badge).to_have_text("1")
    assert page.content().count('class="count"') == 1


def test_without_a_script_the_cart_is_a_link_and_goods_go_into_it(
    phone: BrowserContext, address: str, cast: Cast
) -> None:
    browser = phone.browser
    assert browser
    with browser.new_context(base_url=address, java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto("/")
        page.locator("a.product-card").first.click()
        page.get_by_role("button", name="Thêm vào giỏ").click()
        page.wait_for_url("**/gio-hang")
        expect(page.get_by_role("heading", name="Giỏ hàng")).to_be_visible()
