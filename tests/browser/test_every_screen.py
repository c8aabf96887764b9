"""Every page there is, read from the application's own map, as those see it who may open it: in light and dark, from
320 px to 1280, with text twice as large. A new route without a thing for its argument fails here and says so."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.routing import Rule

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.catalog.models import Category
from market.orders.models import Order, Purchase
from market.orders.queries.keys import answer_key
from market.payments import actions
from tests import factories as make
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE, cash_as_shown, decline_as_shown, ref
from tests.payments.steps import Bought, buy, notice
from tests.trace import steps
from tests.web.base.world import Things, World, arguments_of

NOT_PAGES = {
    "static",
    "healthz",
    "metrics",
    "stall.photo",
    "stall.export_run",
    "stall.photo_jpeg",
    "office.ideas_xlsx",
    "shop.idea_find",  # leads on to what has the code that is typed
    "shop.ticket_find",
    "office.kpi_csv",
    "office.register_preview_csv",
    "office.register_import_fix",
    "office.register_preview_fix",
    "office.register_sample",
    "office.task_file",
    "office.report_file",
    "office.report_workbook",
    "office.ocop_year_docx",
    "office.ocop_year_xlsx",
    "office.bulletin_docx",
    "office.bulletin_text",
    "stall.task_file",
    "shop.pay_qr",
    "account.news",
    "stall.stamps_sheet",
    "stall.window_qr",
    "stall.product_card",
    "stall.product_qr",
    "stall.bank_access_return",  # where a provider sends people back to, with what it asks for in its address
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market in which every page has something to show: orders at each step, money, lots with stamps, papers."""

    world: World
    orders: dict[str, Bought]
    purchase: str
    rice: tuple[str, str]
    recalled: tuple[str, str]

    @classmethod
    def make(cls, cast: Cast, now: datetime) -> "Market":
        world = World.make(cast, now)
        orders = _orders(cast, now)
        notice(1, 60_000, "cam on ba Lan nhe", now)
        notice(2, 200, f"chuyen tien {orders['accepted'].code}", now)
        yesterday = now - timedelta(days=1)
        recalled = steps.active_stamp(cast, yesterday)
        steps.recall(cast, recalled[0], now)
        rice = steps.active_stamp(cast, yesterday)
        bought = select(Purchase.code).join(Order).where(Order.id == orders["waiting"].id)
        return cls(
            world=world,
            orders=orders,
            purchase=reading().scalars(bought).one(),
            rice=rice,
            recalled=recalled,
        )


def _orders(cast: Cast, now: datetime) -> dict[str, Bought]:
    """Mai's orders of bà Lan, one at each step."""
    names = ("accepted", "said_paid", "ready", "completed", "declined")
    orders = {name: buy(cast, now, buyer=MAI_HERE) for name in names}
    orders["waiting"] = buy(cast, now, buyer=MAI_HERE, accepted=False)
    with transaction() as session:
        session.add(Category(code="rau", name="Rau, củ", slug="rau-cu", level=3, position=1))
        actions.say_paid(session, GUEST, orders["said_paid"].id, clock=lambda: now)
        hand = cash_as_shown(session, orders["completed"].id)
        for name in ("ready", "completed"):
            actions.ready_order(session, GUEST, ref(session, orders[name].id), clock=lambda: now)
        actions.hand_over(session, GUEST, orders["completed"].stall, hand, clock=lambda: now)
        no = "Hôm nay hết hàng, hẹn bác lứa sau"
        decline_as_shown(session, GUEST, orders["declined"].id, no, clock=lambda: now)
    return orders


@pytest.fixture
def market(cast: Cast, now: Clock) -> Market:
    return Market.make(cast, now())


@dataclass(slots=True)
class Walk:
    """Opens pages as one person on a phone, and notes what is wrong with each."""

    app: Flask
    page: Page

    def open(self, path: str, *, expected: int = 200) -> list[str]:
        answer = self.page.goto(path)
        wrong = [] if answer and answer.status == expected else [f"answers {answer and answer.status}"]
        picture(self.page, path.strip("/").replace("/", "_") or "home")
        return [f"{path}: {fault}" for fault in wrong + faults_everywhere(self.page)]

    def path(self, endpoint: str, things: Things) -> str:
        with self.app.test_request_context():
            return self.app.url_for(endpoint, **things)  # type: ignore[arg-type]


@pytest.fixture
def walk_as(app: Flask, chromium: Browser, address: str, now: Clock) -> Iterator[Callable[[int | None], Walk]]:
    def begin(person: int | None) -> Walk:
        context = phones.enter_context(new_phone(chromium, address))
        if person is not None:
            client = app.test_client()
            make.sign_in(client, person, now())
            kept = client.get_cookie("choso")
            assert kept
            context.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
        return Walk(app, context.new_page())

    with ExitStack() as phones:
        yield begin


def pages_of(app: Flask, beginning: str, but: tuple[str, ...] = ()) -> list[Rule]:
    """The pages below an address, and none of those below the others."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint not in NOT_PAGES
        and rule.rule.startswith(beginning)
        and not any(rule.rule.startswith(other) for other in but)
    ]


def walk_through(walk: Walk, rules: list[Rule], things: Things, others: tuple[str, ...] = ()) -> list[str]:
    paths = [walk.path(rule.endpoint, arguments_of(rule, things)) for rule in rules]
    return [fault for path in dict.fromkeys([*paths, *others]) for fault in walk.open(path)]


SELLER, HELPER, OFFICE, OWN = "/ban-hang", "/to-cong-nghe", "/van-phong", "/tai-khoan"
OF_SOME = ("/tai-khoan/nguoi-nha", "/tai-khoan/ma-")
"""Pages of one's own that only a family member who is asked, and officers, have."""
WalkAs = Callable[[int | None], Walk]


@pytest.mark.nightly  # minutes of screens; every page opens by day in tests/web/base/test_every_route.py
def test_every_screen_of_a_seller(app: Flask, market: Market, walk_as: WalkAs) -> None:
    """Bà Lan's with everything in them; the HTX's lots; anh Tư's with nothing in them yet."""
    cast, things = market.world.cast, market.world.lan
    rules = pages_of(app, SELLER)
    states = [f"/ban-hang/{cast.lan.slug}/don/{order.code}" for order in market.orders.values()]
    states += [
        f"/ban-hang/{cast.lan.slug}/don/{market.orders['ready'].code}/giao",
        f"/ban-hang/nhan-co-so?q=theu&thon={cast.nghia_dung}",
    ]
    wrong = walk_through(walk_as(cast.lan.person), rules, things, tuple(states))
    lots = [f"/ban-hang/{cast.htx.slug}/lo/{code}" for code, _ in (market.rice, market.recalled)]
    wrong += walk_through(walk_as(cast.htx.person), [], {}, tuple(lots))
    bare = [rule for rule in rules if rule.arguments == {"gian"}]
    wrong += walk_through(walk_as(cast.tu.person), bare, {"gian": cast.tu.slug})
    assert not wrong, "\n".join(wrong)
    assert len(rules) > 20


@pytest.mark.nightly  # minutes of screens; every page opens by day in tests/web/base/test_every_route.py
def test_every_screen_of_the_office_and_the_helpers(app: Flask, market: Market, walk_as: WalkAs) -> None:
    cast, things = market.world.cast, market.world.lan
    office = pages_of(app, OFFICE)
    others = (
        "/tai-khoan/ma-xac-thuc",
        "/van-phong/so-ho?q=khong+co+ai",
        "/van-phong/nhat-ky?nguoi=khong+ai",
        f"/van-phong/so-ho/{cast.theu}",
    )
    wrong = walk_through(walk_as(cast.hung), office, things, others)
    helpers = pages_of(app, HELPER)
    wrong += walk_through(walk_as(cast.vy), helpers, things, (f"/to-cong-nghe/{cast.theu}",))
    assert not wrong, "\n".join(wrong)
    assert len(office) > 10
    assert len(helpers) > 1


@pytest.mark.nightly  # minutes of screens; every page opens by day in tests/web/base/test_every_route.py
def test_every_screen_of_a_buyer(app: Flask, market: Market, walk_as: WalkAs, address: str) -> None:
    """A guest with a cart and orders at each step; a stranger, for whom orders are locked and the cart is empty."""
    cast, orders = market.world.cast, market.orders
    waiting = orders["waiting"].code
    things = market.world.lan | {"code": orders["accepted"].code, "slug": cast.lan.slug}
    own = {
        "shop.cart_confirm": {"variant_id": cast.rau_muong, "amount": "1"},
        "shop.category": {"slug": "rau-cu"},
        "shop.purchase": {"code": market.purchase},
        "stall.signed_order": {"code": waiting, "signature": answer_key(waiting)},
        "shop.stamp": {"code": market.rice[1]},
        "shop.lot_public": {"code": market.rice[0]},
    }
    rules = pages_of(app, "/", (SELLER, HELPER, OFFICE, OWN))
    mai = walk_as(None)
    mai.page.context.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
    fill_cart(mai.page)
    paths = [mai.path(rule.endpoint, own.get(rule.endpoint) or arguments_of(rule, things)) for rule in rules]
    paths += [f"/don/{order.code}" for order in orders.values()]
    paths += [f"/T/{market.recalled[1]}", f"/lo/{market.recalled[0]}", "/tim?q=rau", "/tim?q=khong+co+mon+nay"]
    wrong = [fault for path in dict.fromkeys(paths) for fault in mai.open(path)]
    wrong += mai.open("/T/7K3M9PXQ2RP", expected=404) + mai.open("/khong-co-trang-nay", expected=404)
    stranger = walk_as(None)
    for path in ("/gio-hang", "/don", f"/don/{orders['accepted'].code}"):
        wrong += stranger.open(path)
    wrong += walk_through(walk_as(cast.mai), pages_of(app, OWN, OF_SOME), market.world.lan)
    assert not wrong, "\n".join(wrong)
    assert len(rules) > 20


def fill_cart(page: Page) -> None:
    """Two stalls' goods in the cart, and check-out typed, so that its review opens."""
    for text in ("rau muong", "gao nep"):
        page.goto(f"/tim?q={text}")
        page.locator("a.product-card").first.click()
        page.get_by_role("button", name="Thêm vào giỏ").click()
    page.goto("/dat-hang")
    page.locator("[name=name]").fill("Vũ Thị Mai")
    page.locator("[name=phone]").fill("0900 000 021")
    page.get_by_role("button", name="Xem lại đơn").click()
    page.wait_for_url("**/dat-hang/xem-lai")
