"""Word that comes by push, on a phone of 360 x 640: asked for by a tap, shown by the real service worker, and one tap
answers the order it is about.

A browser without a screen shows no notifications and reaches no push service: what the page asks of the browser
(`Notification`, `pushManager.subscribe`) and what the worker asks of it (`showNotification`, `openWindow`, `focus`) is
recorded in its place. All else is as it is: the page, the market, its sealed message through a push service that
listens here, the worker that is given what that service received.
"""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, Worker, expect
from sqlalchemy import select

from market.base.db import reading
from market.notices.models import EndedWhy, PushSubscription
from market.notices.senders import SENDERS
from market.notices.senders.web_push.sender import WebPush
from market.orders.rules import OrderStatus
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.notices.ways import work
from tests.orders.steps import order_row
from tests.payments.steps import Bought, buy
from tests.pushing import push_service, sent_by
from tests.registries import only
from tests.services.push import FakePushService, Phone

TODAY = "/ban-hang/rau-ba-lan"
BROWSER = """([permission, answer, sent]) => {
  const kept = () => sessionStorage.getItem("permission") ?? permission;
  Object.defineProperty(Notification, "permission", { get: kept });
  Notification.requestPermission = async () => {
    sessionStorage.setItem("asked", Number(sessionStorage.getItem("asked") ?? 0) + 1);
    sessionStorage.setItem("permission", answer);
    return answer;
  };
  const made = (key) => ({
    endpoint: sent.endpoint,
    options: { applicationServerKey: key },
    toJSON: () => ({ endpoint: sent.endpoint, keys: { p256dh: sent.p256dh, auth: sent.auth } }),
    unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; },
  });
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("subscribed", JSON.stringify([...applicationServerKey]));
    return made(applicationServerKey.buffer);
  };
  PushManager.prototype.getSubscription = async () => {
    const known = localStorage.getItem("subscribed");
    return known ? made(Uint8Array.from(JSON.parse(known)).buffer) : null;
  };
}"""
WORKER = """() => {
  self.noted = { shown: [], opened: [], focused: [] };
  self.registration.showNotification = async (title, options) => { self.noted.shown.push({ title, ...options }); };
  self.clients.openWindow = async (address) => { self.noted.opened.push(address); };
  WindowClient.prototype.focus = async function () { self.noted.focused.push(this.url); return this; };
}"""
CLICK = """async () => {
  const shown = self.noted.shown.at(-1);
  const done = [];
  const event = new Event("notificationclick");
  Object.assign(event, { notification: { ...shown, close() {} }, waitUntil: (one) => done.push(one) });
  self.dispatchEvent(event);
  await Promise.all(done);
  return self.noted;
}"""


@pytest.fixture
def service(app: Flask) -> Iterator[FakePushService]:
    with push_service(app) as service, only(SENDERS, WebPush()):
        yield service


@pytest.fixture
def lans(chromium: Browser, address: str, client: FlaskClient, cast: Cast, now: Clock) -> Iterator[BrowserContext]:
    """Bà Lan's phone, on which she is signed in."""
    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    with new_phone(chromium, address) as phone:
        phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
        yield phone


def opened(phone: BrowserContext, of: Phone, path: str, *, answer: str = "granted") -> Page:
    phone.add_init_script(f"({BROWSER})({json.dumps(['default', answer, sent_by(of)])})")
    page = phone.new_page()
    page.goto(path)
    return page


def box(page: Page) -> str:
    return page.locator("[data-push]").inner_text()


def expect_state(page: Page, state: str) -> None:
    """The box says this, and nothing else."""
    expect(page.locator(f'[data-push] p[data-when="{state}"]')).to_be_visible()
    for other in {"off", "on", "declined", "blocked", "failed"} - {state}:
        expect(page.locator(f'[data-push] p[data-when="{other}"]')).to_be_hidden()


def worker_of(page: Page) -> Worker:
    """The real service worker, whose notifications and windows are noted."""
    phone = page.context
    worker = phone.service_workers[0] if phone.service_workers else phone.wait_for_event("serviceworker")
    worker.evaluate(WORKER)
    return worker


def delivered(page: Page, worker: Worker, payload: bytes) -> dict[str, str]:
    """What the worker shows of a message that the browser hands it."""
    registrations: list[dict[str, str]] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not registrations:
        page.wait_for_timeout(20)
    which = {"origin": page.evaluate("location.origin"), "registrationId": registrations[0]["registrationId"]}
    devtools.send("ServiceWorker.deliverPushMessage", which | {"data": payload.decode()})
    while not (shown := worker.evaluate("() => self.noted.shown")):
        page.wait_for_timeout(20)
    said: dict[str, str] = shown[-1]
    return said


def test_one_tap_answers_an_order_from_a_push(
    lans: BrowserContext, service: FakePushService, cast: Cast, now: Clock
) -> None:
    buy(cast, now(), accepted=False)
    phone = service.phone()
    page = opened(lans, phone, TODAY)
    assert page.evaluate("sessionStorage.getItem('asked')") is None, "no prompt without a tap"
    picture(page, "push-asked")
    assert faults_everywhere(page) == []
    page.get_by_role("button", name="Báo cho tôi trên máy này").tap()
    expect_state(page, "on")
    assert reading().scalars(select(PushSubscription.ended_why)).all() == [None]
    picture(page, "push-on")

    worker = worker_of(page)
    order = buy(cast, now(), accepted=False)
    work()
    shown = delivered(page, worker, phone.received[-1].said)
    assert shown["title"] == "Chợ số"
    assert shown["body"] == f"Có đơn mới {order.code}. Chạm để trả lời."
    noted = worker.evaluate(CLICK)
    assert (noted["focused"], len(noted["opened"])) == ([], 1)
    page.goto(noted["opened"][0])
    page.get_by_role("button", name="Nhận đơn").tap()
    expect(page.get_by_text(f"Đã nhận đơn {order.code}.")).to_be_visible()
    assert order_row(order.id).status is OrderStatus.ACCEPTED

    assert worker.evaluate(CLICK)["focused"] == [page.url], "an open page of it comes to the front"


@pytest.mark.nightly  # the main way is by day
def test_a_refusal_is_remembered_and_can_be_undone(
    lans: BrowserContext, service: FakePushService, cast: Cast, now: Clock
) -> None:
    buy(cast, now(), accepted=False)
    page = opened(lans, service.phone(), TODAY)
    page.get_by_role("button", name="Không cần").tap()
    page.reload()
    expect_state(page, "declined")
    assert page.evaluate("sessionStorage.getItem('asked')") is None
    page.get_by_role("button", name="Báo cho tôi trên máy này").tap()
    expect_state(page, "on")
    page.get_by_role("button", name="Thôi báo trên máy này").tap()
    expect_state(page, "off")
    assert reading().scalars(select(PushSubscription.ended_why)).all() == [EndedWhy.STOPPED]
    assert page.evaluate("localStorage.getItem('subscribed')") is None


@pytest.mark.nightly  # the main way is by day
def test_a_browser_that_blocks_says_how_to_undo_that(
    lans: BrowserContext, service: FakePushService, cast: Cast, now: Clock
) -> None:
    buy(cast, now(), accepted=False)
    page = opened(lans, service.phone(), TODAY, answer="denied")
    page.get_by_role("button", name="Báo cho tôi trên máy này").tap()
    expect_state(page, "blocked")
    picture(page, "push-blocked")
    assert page.locator("[data-push] button:visible").count() == 0
    assert reading().scalars(select(PushSubscription.id)).all() == []


def test_a_guest_turns_it_on_for_the_order_before_them(
    phone: BrowserContext, order: Bought, service: FakePushService, cast: Cast
) -> None:
    page = opened(phone, service.phone(), f"/don/{order.code}")
    assert "không có tên người" in box(page)
    picture(page, "push-guest")
    page.get_by_role("button", name="Báo cho tôi trên máy này").tap()
    expect_state(page, "on")
    held = reading().scalars(select(PushSubscription)).one()
    assert (held.purchase_id, held.person_id) == (order_row(order.id).purchase_id, None)
    page.reload()
    expect_state(page, "on")


def test_who_signs_out_leaves_nothing_on_the_phone(
    lans: BrowserContext, service: FakePushService, cast: Cast, now: Clock
) -> None:
    buy(cast, now(), accepted=False)
    page = opened(lans, service.phone(), TODAY)
    page.get_by_role("button", name="Báo cho tôi trên máy này").tap()
    expect_state(page, "on")
    page.goto("/tai-khoan")
    page.get_by_role("button", name="Đăng xuất", exact=True).tap()
    page.wait_for_url("/")
    assert page.evaluate("localStorage.getItem('subscribed')") is None


@pytest.mark.nightly  # the main way is by day
def test_a_browser_without_push_is_asked_nothing(
    lans: BrowserContext, service: FakePushService, cast: Cast, now: Clock
) -> None:
    buy(cast, now(), accepted=False)
    lans.add_init_script("delete window.PushManager")
    page = lans.new_page()
    page.goto(TODAY)
    assert page.locator("[data-push]").is_hidden()
