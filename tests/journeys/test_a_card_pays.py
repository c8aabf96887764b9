"""A stall takes cards, a buyer far away pays by one at the gateway's own page, and the order is paid: over the pages
of both sides and real HTTP between them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask

from market.base.http import Http
from market.payments.card.fake import FakeStripe, Hook, WebhookSender
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.journeys.hand import Hand
from tests.nights import by_day_on
from tests.services.loopback import listening
from tests.services.stripes import press

pytestmark = by_day_on("postgresql")

HTX = "/ban-hang/htx-nong-nghiep-dai-son"
SECRET = "whsec_htx_2026"


@pytest.fixture
def gateway(app: Flask, cast: Cast, now: Clock) -> Iterator[FakeStripe]:
    """The gateway, which calls the market where the seller told it to."""
    fake = FakeStripe()
    with listening(fake) as url:
        app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"stripe_mock_url": url})
        yield fake


def seller_turns_it_on(htx: Hand) -> str:
    """From the money page to switched on; returns the address for the gateway to call."""
    htx.open(f"{HTX}/tien")
    htx.follow("Trả bằng thẻ")
    hook = re.search(r"/webhook/stripe/\w+", htx.text)
    assert hook
    htx.press("Lưu khóa", secret_key="sk_test_htx_2026", hook_secret=SECRET)
    htx.press("Bật trả bằng thẻ")
    assert "Đang bật" in htx.text
    return hook[0]


def buyer_orders(buyer: Hand) -> str:
    buyer.open("/tim?q=gao nep")
    buyer.follow("Gạo nếp")
    buyer.press("Thêm vào giỏ", amount="2")
    buyer.open("/gio-hang")
    buyer.press("Đặt hàng")
    where_and_how = {"place": buyer.first_of("place")["place"]} | buyer.first_of("-pay")
    buyer.press("Xem lại đơn", name="Vũ Thị Mai", phone="0900 000 021", **where_and_how)
    receipt = buyer.press("Đặt hàng")
    return next(found[1] for one in receipt.all("a") if (found := re.fullmatch(r"/don/(DS\w{7})", one.get("href"))))


def test_a_card_pays(app: Flask, cast: Cast, now: Clock, gateway: FakeStripe) -> None:
    app.config.update(WTF_CSRF_ENABLED=True)
    htx, officer, buyer = Hand(app), Hand(app), Hand(app)
    sign_in(htx.client, cast.htx.person, now(), visitor="máy của HTX")
    sign_in(officer.client, cast.hung, now(), visitor="máy của xã")
    hook = seller_turns_it_on(htx)
    code = buyer_orders(buyer)
    htx.open(f"{HTX}/don/{code}")
    htx.press("Nhận đơn")
    with listening(app) as market:
        hooks = [Hook(url=f"{market}{hook}", secret=SECRET)]
        gateway.tell = WebhookSender(hooks=lambda _key: hooks, http=Http(tries=1))
        buyer.open(f"/don/{code}")
        buyer.follow("Trả bằng thẻ · 64.000")
        buyer.press("Trả bằng thẻ")
        assert "Sáu mươi bốn nghìn đồng" in buyer.text
        there = buyer.link("Mở trang trả thẻ")
        assert "Thẻ bị từ chối" in press(there, the="tu_choi")[1]
        assert "Đã nhận đủ tiền" not in buyer.open(f"/don/{code}/tra-tien").text
        status, back = press(there, the="tra")
        gateway.tell = None
    assert "Đã nhận đủ tiền" in buyer.open(f"/don/{code}/tra-tien").text, "the gateway's call alone has told"
    assert (status, back) == (303, f"http://cho.test/don/{code}/the/ve")
    assert "Đã nhận đủ tiền" in buyer.open(urlsplit(back).path).text
    assert "trả bằng thẻ" in htx.open(f"{HTX}/tien").text
    htx.open(f"{HTX}/don/{code}")
    htx.follow("Giao hàng")
    htx.press("Đã giao hàng", how="khong_ma")
    proof = officer.open(f"/van-phong/chi-tieu/don/{code}").text
    assert "số liệu từ sàn" in proof
    assert "Nơi nhận thẻ của người bán báo đã thu tiền từ thẻ" in proof
