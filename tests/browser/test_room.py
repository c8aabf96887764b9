"""What a wide screen does with its room, and a narrow one."""

import pytest
from playwright.sync_api import Browser, Page

from market.base.db import transaction
from market.places.models import Commune
from tests.cast import Cast


@pytest.mark.nightly  # every size
def test_stalls_stand_side_by_side_where_there_is_room(chromium: Browser, address: str, cast: Cast) -> None:
    page = chromium.new_page(base_url=address, viewport={"width": 1280, "height": 800})
    page.goto("/")
    boxes = [row.bounding_box() for row in page.locator(".stall-grid > li").all()]
    assert len(boxes) == 3
    assert len({box["y"] for box in boxes if box}) == 1
    page.set_viewport_size({"width": 360, "height": 640})
    boxes = [row.bounding_box() for row in page.locator(".stall-grid > li").all()]
    assert len({box["x"] for box in boxes if box}) == 1
    page.close()


LINES_OF_THE_NAME = """() => {
  const name = document.createRange();
  name.selectNode(document.querySelector(".home-link > span").firstChild);
  return name.getClientRects().length;
}"""
LONG_NAME = "xã Nguyễn Bỉnh Khiêm"


@pytest.mark.parametrize("name", [None, LONG_NAME])
def test_the_head_of_the_first_page_is_one_row_on_a_phone(page: Page, cast: Cast, name: str | None) -> None:
    """Even in a font that is a fifth wider than those of phones; the market's own name in one line."""
    if name:
        with transaction() as session:
            session.get_one(Commune, cast.commune).name = name
    page.goto("/")
    middles = [box["y"] + box["height"] / 2 for one in page.locator(".top > a").all() if (box := one.bounding_box())]
    assert len(middles) == 3
    assert max(middles) - min(middles) < 1
    assert page.evaluate(LINES_OF_THE_NAME) == 1
