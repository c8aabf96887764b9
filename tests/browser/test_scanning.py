"""The camera reads a stamp: a real Chromium whose camera films a printed sheet's first label."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from market.trace.printing import A4, Label, stamp_sheet
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_of
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import of_many
from tests.services import absent, browser
from tests.trace import steps

SIDE = 400
DOTS = 300 / 25.4
"""A millimetre of the sheet in the film."""


def film(pdf: bytes, to: Path) -> None:
    """One frame, over and over: the code of the upper left label, as a camera held over it sees it."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    x = round((A4.left + A4.code_side / 2) * DOTS) - SIDE // 2
    y = round((A4.top + A4.label_height / 2) * DOTS) - SIDE // 2
    frame = page.crop((x, y, x + SIDE, y + SIDE))
    jpeg = BytesIO()
    frame.save(jpeg, "JPEG", quality=95)
    to.write_bytes(jpeg.getvalue() * 10)


@pytest.fixture
def stamp(cast: Cast, now: Clock) -> str:
    return steps.active_stamp(cast, now())[1]


SPELLINGS = {"printed now": str, "printed before, all in capitals": str.upper}


@pytest.fixture(params=SPELLINGS)
def camera(
    request: pytest.FixtureRequest, chromium: Browser, stamp: str, address: str, tmp_path: Path
) -> Iterator[Page]:
    """A page of a browser that has a camera, on the market's address."""
    spelled = SPELLINGS[request.param]
    label = Label(
        product="Gạo nếp cái hoa vàng",
        lot="L261124A",
        host=address,
        link=lambda code: spelled(f"{address}/T/{code}"),
    )
    film(stamp_sheet(label, [(1, stamp)]), tmp_path / "camera.mjpeg")
    program = browser.find_chromium() or absent("no Chromium")
    flags = [
        *browser.FLAGS,
        *(["--no-sandbox"] if os.getuid() == 0 else []),
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'camera.mjpeg'}",
    ]
    with chromium.browser_type.launch(executable_path=program, args=flags) as filming:
        yield new_phone(filming, address).new_page()


@of_many(1)
def test_a_stamp_held_before_the_camera_opens_its_page(camera: Page, stamp: str) -> None:
    camera.goto("/quet")
    assert faults_of(camera) == []
    camera.get_by_role("button", name="Quét bằng máy ảnh").click()
    camera.wait_for_url(f"**/T/{stamp}", timeout=20_000)
    assert "Tem đã dán lên gói" in camera.locator("h1").inner_text()


@of_many(1)
def test_a_browser_that_knows_codes_itself_loads_no_library(camera: Page, stamp: str) -> None:
    camera.add_init_script(
        f"""globalThis.BarcodeDetector = class {{
            static async getSupportedFormats() {{ return ["qr_code"]; }}
            async detect() {{ return [{{ rawValue: "{stamp}" }}]; }}
        }};"""
    )
    asked: list[str] = []
    camera.on("request", lambda request: asked.append(request.url))
    camera.goto("/quet")
    camera.get_by_role("button", name="Quét bằng máy ảnh").click()
    camera.wait_for_url(f"**/T/{stamp}", timeout=20_000)
    assert not [url for url in asked if "/vendor/" in url]
