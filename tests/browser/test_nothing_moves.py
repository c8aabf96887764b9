"""What a script shows has its room before the script comes: over slow 4G that takes a second, and nobody's thumb is to
meet another button than the one it aimed at. Found by Lighthouse as shifts of the layout."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.cast import Cast
from tests.catalog import shelf
from tests.payments.steps import Bought

MOVED = """(within) => {
  const others = [...document.querySelectorAll("main *, .bar *")].filter((one) => !one.closest(within));
  const places = () => others.map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [one.tagName, one.className?.baseVal ?? one.className, x, y, width, height].join(" ");
  });
  const awaited = [...document.querySelectorAll(within)];
  const shown = awaited.filter((one) => one.checkVisibility({ visibilityProperty: true })).length, after = places();
  for (const one of awaited) { one.hidden = true; one.classList.add("awaited"); }
  const left = awaited.filter((one) => one.checkVisibility({ visibilityProperty: true })).length, before = places();
  return [shown, left, before.filter((one, at) => one !== after[at])];
}"""


def moved(page: Page, path: str, within: str) -> tuple[int, int, list[str]]:
    """How many of these are shown once scripts have run, how many where none has, and what stands elsewhere then."""
    page.goto(path, wait_until="networkidle")
    shown, left, others = page.evaluate(MOVED, within)
    return shown, left, others


def product(cast: Cast) -> str:
    return f"/san-pham/{shelf.product_id(cast.dau_xanh)}-dau-xanh"


def test_minus_and_plus_push_nothing_aside(page: Page, cast: Cast) -> None:
    assert moved(page, product(cast), "[data-by]") == (2, 0, [])


@pytest.mark.parametrize(("path", "shows"), [("/quet", "[data-scan-start]"), ("/dang-nhap", "[data-shows]")])
@pytest.mark.usefixtures("cast")
def test_buttons_of_scripts_push_nothing_aside(page: Page, path: str, shows: str) -> None:
    assert moved(page, path, shows) == (1, 0, [])


def test_what_copies_pushes_nothing_aside(page: Page, order: Bought) -> None:
    assert moved(page, f"/don/{order.code}/tra-tien", "[data-copy]") == (3, 0, [])


@pytest.mark.usefixtures("cast")
def test_a_phone_without_a_camera_keeps_no_room_for_it(page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.goto("/quet", wait_until="networkidle")
    assert page.locator("[data-scan-start]").bounding_box() is None


def test_without_scripts_no_room_is_kept_for_what_they_do(chromium: Browser, address: str, cast: Cast) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False) as context:
        _keeps_no_room(context, address + product(cast), "[data-by]", 2)
        _keeps_no_room(context, f"{address}/quet", "[data-scan-start]", 1)


def _keeps_no_room(context: BrowserContext, url: str, what: str, count: int) -> None:
    page = context.new_page()
    page.goto(url)
    assert [one.bounding_box() for one in page.locator(what).all()] == [None] * count
