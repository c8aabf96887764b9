"""Pages that wait, as a phone of 360 x 640 has them open: what comes is shown, said and heard, and nothing is lost."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, Route, expect
from sqlalchemy import select

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.orders.models import Order, Purchase
from market.payments import actions
from market.sellers.actions import claim_business
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_of, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import IS_NIGHT, of_many
from tests.orders.steps import MAI_HERE, MAIS_PHONE, accept_as_shown, decline_as_shown, ref
from tests.payments.steps import Bought, buy

LAN = "/ban-hang/rau-ba-lan"
ROUND = 16_000
"""Milliseconds in which an open page has looked once more."""


@pytest.fixture
def lan(chromium: Browser, address: str, client: FlaskClient, cast: Cast, now: Clock) -> Iterator[Page]:
    """Bà Lan's phone; its clock is moved by the test."""
    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    with new_phone(chromium, address) as phone:
        phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
        yield watching(phone)


@pytest.fixture
def mai(phone: BrowserContext, address: str) -> Page:
    phone.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
    return watching(phone)


def watching(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.clock.install()
    return page


def pass_a_round(page: Page) -> None:
    """Time goes on for the page, second by second, until it looks once more; then it stands until that is answered,
    however slow this machine is: the patience of the page runs by the same clock."""
    asked: list[str] = []
    answered: list[str] = []

    def note(looks: list[str]) -> Callable[[Request | Response], None]:
        return lambda seen: looks.append(seen.url) if "/tin-moi/" in seen.url else None

    page.on("request", note(asked))
    page.on("response", note(answered))
    page.on("requestfailed", note(answered))
    for _ in range(600):
        if answered:
            return
        if asked:
            page.wait_for_timeout(20)
        else:
            page.clock.run_for(1000)
    raise AssertionError("the page did not look")


def looks_of(page: Page) -> list[int]:
    """The answers the page is given to its looks, as they come."""
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "/tin-moi/" in answer.url else None)
    return answers


def show(page: Page, *, hidden: bool) -> None:
    """Another app comes in front of the page, or the page is back."""
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


@of_many(1)  # two pages with one list
@pytest.mark.parametrize("path", [f"{LAN}/don", LAN])
def test_a_new_order_shows_in_badge_title_and_list(lan: Page, cast: Cast, now: Clock, path: str) -> None:
    first = buy(cast, now(), accepted=False)
    lan.goto(path)
    expect(lan.locator(".tabs .count")).to_have_text("1")
    before = lan.title()
    pass_a_round(lan)
    assert lan.title() == before
    second = buy(cast, now(), accepted=False)  # of the same buyer: two parts of the page with one name
    pass_a_round(lan)
    expect(lan.locator(f"#don-{second.code}")).to_be_visible()
    expect(lan.locator(f"#don-{first.code}")).to_be_visible()
    expect(lan.locator(".tabs .count")).to_have_text("2")
    expect(lan).to_have_title(f"(1) {before}")
    expect(lan.locator("p.sr[role=status]", has_text="Có 1 đơn mới.")).to_have_count(1)
    assert faults_of(lan) == []
    picture(lan, "waiting_today")
    lan.locator("h1").click()
    expect(lan).to_have_title(before)
    section = lan.locator("article.card", has=lan.locator(f"#don-{second.code}"))
    section.get_by_role("button", name="Nhận đơn").click()
    expect(lan.get_by_text(f"Đã nhận đơn {second.code}")).to_be_visible()


def test_what_comes_to_wait_shows_in_the_office_s_list_number_and_title(
    chromium: Browser, address: str, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.hung, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    with new_phone(chromium, address) as phone:
        phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
        page = watching(phone)
        page.goto("/van-phong/duyet/co-so")
        before, count = page.title(), page.locator(".office-nav [aria-current] .count")
        expect(count).to_have_count(0)
        with transaction() as session:
            claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
        pass_a_round(page)
        expect(page.get_by_role("link", name="Xem", exact=True)).to_be_visible()
        expect(count).to_have_text(re.compile("^1"))
        expect(page).to_have_title(f"(1) {before}")
        assert faults_of(page) == []
        picture(page, "waiting_office")


@pytest.mark.nightly  # as the list of orders by day
def test_a_page_that_lists_no_orders_counts_them(lan: Page, cast: Cast, now: Clock) -> None:
    lan.goto(f"{LAN}/san-pham")
    before = lan.title()
    expect(lan.locator(".tabs .count")).to_have_count(0)
    buy(cast, now(), accepted=False)
    pass_a_round(lan)
    expect(lan.locator(".tabs .count")).to_have_text("1")
    expect(lan).to_have_title(f"(1) {before}")


def test_the_buyer_s_pages_say_that_the_seller_accepted(mai: Page, cast: Cast, now: Clock) -> None:
    for page in ("don", "bien-nhan") if IS_NIGHT else ("don",):
        order = buy(cast, now(), buyer=MAI_HERE, accepted=False)
        mai.goto(f"/don/{order.code}")
        if page == "bien-nhan":
            mai.goto(f"/bien-nhan/{receipt_of(order)}")
        expect(mai.get_by_text("Người bán trả lời trước").first).to_be_visible()
        before = mai.title()
        with transaction() as session:
            accept_as_shown(session, GUEST, order.id, clock=now)
        pass_a_round(mai)
        expect(mai.get_by_text("Người bán đã nhận đơn. Mời trả tiền trước").first).to_be_visible()
        expect(mai).to_have_title(f"(1) {before}")
        expect(mai.locator("p.sr[role=status]", has_text="Trang vừa có tin mới.")).to_have_count(1)
        if page == "don":
            expect(mai.get_by_role("link", name=re.compile("Chuyển khoản · 12.000"))).to_be_visible()
        assert faults_of(mai) == []
        picture(mai, f"waiting_{page}")


def receipt_of(order: Bought) -> str:
    return reading().scalars(select(Purchase.code).join(Order).where(Order.id == order.id)).one()


@pytest.mark.nightly  # as the buyer's order by day
def test_a_page_that_waits_to_be_paid_shows_the_code_once_accepted(mai: Page, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, accepted=False)
    mai.goto(f"/don/{order.code}/tra-tien")
    expect(mai.get_by_text("đừng chuyển tiền vội")).to_be_visible()
    with transaction() as session:
        accept_as_shown(session, GUEST, order.id, clock=now)
    pass_a_round(mai)
    expect(mai.get_by_role("img", name="Mã QR chuyển")).to_be_visible()
    expect(mai.get_by_role("button", name="Sao chép Số tài khoản")).to_be_visible()
    expect(mai.get_by_role("button", name="Tôi đã chuyển")).to_be_visible()


def test_what_is_being_typed_stays_and_news_is_a_button(lan: Page, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    lan.goto(f"{LAN}/don/{order.code}/tu-choi")
    lan.get_by_label("Lý do khác").fill("Mưa chưa cắt được rau")
    with transaction() as session:
        accept_as_shown(session, GUEST, order.id, clock=now)
    pass_a_round(lan)
    expect(lan.get_by_text("Có tin mới.")).to_be_visible()
    expect(lan.get_by_text("Chờ người bán nhận")).to_be_visible()
    expect(lan.get_by_label("Lý do khác")).to_have_value("Mưa chưa cắt được rau")
    assert faults_of(lan) == []
    picture(lan, "waiting_typing")
    pass_a_round(lan)
    expect(lan.get_by_text("Có tin mới.")).to_be_visible()
    lan.get_by_role("button", name="Xem", exact=True).click()
    expect(lan.get_by_text("Đã nhận", exact=True)).to_be_visible()
    expect(lan.get_by_text("Chờ người bán nhận")).to_have_count(0)
    expect(lan.get_by_label("Lý do khác")).to_be_visible()
    expect(lan.get_by_label("Lý do khác")).to_have_value("Mưa chưa cắt được rau")
    expect(lan.get_by_text("Có tin mới.")).to_be_hidden()


@pytest.mark.nightly  # rounds of waiting; one round is passed by day
def test_it_rests_in_the_background_and_looks_at_once_when_it_is_back(mai: Page, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    mai.goto(f"/don/{order.code}")
    answers = looks_of(mai)
    mai.clock.run_for(14_000)
    assert answers == []
    with mai.expect_response("**/tin-moi/**"):
        mai.clock.run_for(2_000)
    show(mai, hidden=True)
    mai.clock.run_for(10 * ROUND)
    assert answers == [304]
    with transaction() as session:
        decline_as_shown(session, GUEST, order.id, "Hết rau", clock=now)
    show(mai, hidden=False)
    expect(mai.get_by_text("Người bán không giao được đơn này").first).to_be_visible()
    assert answers == [304, 200]


@pytest.mark.nightly  # rounds of waiting; one round is passed by day
def test_without_a_network_it_says_so_and_asks_less_often(mai: Page, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    mai.goto(f"/don/{order.code}")
    mai.context.set_offline(True)
    pass_a_round(mai)
    expect(mai.get_by_text("Mất mạng. Có mạng lại, trang tự xem tin mới.")).to_be_visible()
    assert faults_of(mai) == []
    picture(mai, "waiting_offline")
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    mai.context.set_offline(False)
    expect(mai.get_by_text("Hàng đã sẵn sàng, mời bạn đến nhận.").first).to_be_visible()
    expect(mai.get_by_text("Mất mạng")).to_be_hidden()


@pytest.mark.nightly  # five minutes of rounds
def test_a_market_that_does_not_answer_is_asked_less_and_less(mai: Page, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    mai.goto(f"/don/{order.code}")
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503)

    mai.route("**/tin-moi/**", refuse)
    for _second in range(320):
        mai.clock.run_for(1000)
    expect(mai.get_by_text("Chợ chưa trả lời. Trang tự xem lại sau.")).to_be_visible()
    assert 3 <= len(asked) <= 6, "every 15 s it would have been 21 times"


def test_what_may_not_be_seen_any_more_is_not_asked_for_again(lan: Page, app: Flask, cast: Cast, now: Clock) -> None:
    lan.goto(LAN)
    lan.context.clear_cookies()
    answers = looks_of(lan)
    pass_a_round(lan)
    expect(lan.get_by_text("Trang này không tự xem tin được nữa.")).to_be_visible()
    lan.clock.run_for(10 * ROUND)
    assert answers == [404]
    lan.get_by_role("button", name="Xem lại").click()
    lan.wait_for_url(re.compile("/dang-nhap"))


HEARD = """() => {
  window.tones = [];
  const own = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones.push(this.state); return own.call(this); };
}"""


@pytest.mark.nightly  # a walk of its own; what it hears of is tried by day
def test_it_rings_for_an_order_where_somebody_asked_for_it(lan: Page, cast: Cast, now: Clock) -> None:
    lan.add_init_script(f"({HEARD})()")
    lan.goto(LAN)
    buy(cast, now(), accepted=False)
    pass_a_round(lan)
    expect(lan.locator(".tabs .count")).to_have_text("1")
    assert lan.evaluate("window.tones") == []
    lan.get_by_role("button", name="Kêu khi có đơn").click()
    expect(lan.get_by_role("button", name="Tắt tiếng kêu")).to_be_visible()
    assert lan.evaluate("window.tones") == ["running"] * 2, "it is heard once, as it will be"
    assert faults_of(lan) == []
    picture(lan, "waiting_ring")
    buy(cast, now(), accepted=False)
    pass_a_round(lan)
    expect(lan.locator(".tabs .count")).to_have_text("2")
    assert lan.evaluate("window.tones") == ["running"] * 4
    expect(lan.get_by_role("button", name="Tắt tiếng kêu")).to_be_visible()
    lan.reload()
    expect(lan.get_by_text("Chạm vào trang một lần thì máy mới kêu được.")).to_be_visible()
    lan.locator("h1").click()
    expect(lan.get_by_role("button", name="Tắt tiếng kêu")).to_be_visible()
    lan.get_by_role("button", name="Tắt tiếng kêu").click()
    lan.reload()
    expect(lan.get_by_text("Có đơn mới thì máy kêu")).to_be_visible()
    expect(lan.get_by_role("button", name="Kêu khi có đơn")).to_be_visible()


def test_without_javascript_a_link_looks_again(chromium: Browser, address: str, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, accepted=False)
    with chromium.new_context(base_url=address, java_script_enabled=False) as phone:
        phone.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
        page = phone.new_page()
        page.goto(f"/don/{order.code}")
        expect(page.get_by_text("Kêu khi có đơn")).to_have_count(0)
        with transaction() as session:
            accept_as_shown(session, GUEST, order.id, clock=now)
        page.get_by_role("link", name="Xem lại").click()
        expect(page.get_by_text("Người bán đã nhận đơn. Mời trả tiền trước").first).to_be_visible()
