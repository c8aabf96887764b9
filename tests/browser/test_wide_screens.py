"""What a wide screen does with its room."""

from playwright.sync_api import Browser

from tests.cast import Cast


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
