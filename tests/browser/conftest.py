"""Pages as a phone sees them: a real Chromium on the served application, over SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE
from tests.payments.steps import Bought, buy
from tests.services import absent, browser
from tests.services.databases import copied_sqlite
from tests.services.loopback import listening

PHONE = {"width": 360, "height": 640}


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """One database is enough here: what pages ask is tested on both elsewhere."""
    return copied_sqlite(request)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = browser.find_chromium()
    if program is None:
        absent("no Chromium: install it or name it in CHROMIUM")
    with browser.running(program) as running:
        yield running


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    app.config.update(WTF_CSRF_ENABLED=True)
    with listening(app) as address:
        yield address


def new_phone(browser: Browser, address: str) -> BrowserContext:
    """A phone of 360 x 640 that opens the market, with axe on every page of it."""
    context = browser.new_context(
        base_url=address, viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2, locale="vi-VN"
    )
    context.set_default_timeout(15_000)
    context.add_init_script(path=AXE_FILE_PATH)
    return context


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    with new_phone(chromium, address) as phone:
        yield phone


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    return phone.new_page()


@pytest.fixture
def order(cast: Cast, now: Clock, phone: BrowserContext, address: str) -> Bought:
    """What Mai bought of bà Lan on this phone; accepted."""
    phone.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
    return buy(cast, now(), buyer=MAI_HERE)
