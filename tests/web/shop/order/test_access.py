"""Who sees what of an order and does what with it: every address of one, tried as everybody."""

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.orders.models import Order, Purchase
from market.orders.queries.keys import answer_key, hand_over_key
from market.orders.rules import OrderStatus
from market.sellers.models import Business
from tests import factories as make
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import accept_as_shown
from tests.web.shop.buying import buy

OWNERS, OPENED, CLOSED = ("device", "account"), ("opened",), ("stranger", "officer", "buyer elsewhere")
STALL = ("seller", "helper", "opened seller")
UNKNOWN = {"don": "DS0000000", "bien-nhan": "BN0000000"}

ANSWERS: Mapping[tuple[str, str], tuple[int, int, int]] = {
    ("POST", "/bien-nhan/<code>/bao-tin"): (404, 404, 404),  # hers is told to her account
    ("POST", "/bien-nhan/<code>/thoi-bao-tin"): (404, 404, 404),
    ("GET", "/don/<code>"): (200, 200, 200),
    ("GET", "/bien-nhan/<code>"): (200, 200, 200),
    ("GET", "/don/<code>/tra-tien"): (200, 303, 303),
    ("GET", "/don/<code>/qr.png"): (200, 403, 404),
    ("GET", "/don/<code>/the"): (303, 303, 303),
    ("GET", "/don/<code>/the/ve"): (303, 303, 303),
    ("GET", "/don/<code>/hoan-tien"): (200, 303, 303),
    ("POST", "/don/<code>/hoan-tien"): (422, 403, 404),
    ("POST", "/don/<code>/hoan-tien/xoa"): (303, 403, 404),
    ("POST", "/don/<code>/hoan-tien/da-nhan"): (422, 403, 404),
    ("POST", "/don/<code>/hoan-tien/chua-nhan"): (422, 403, 404),
    ("POST", "/don/<code>/the"): (303, 403, 404),
    ("POST", "/don/<code>/da-chuyen"): (303, 403, 404),
    ("POST", "/don/<code>/mo"): (422, 422, 422),
    ("POST", "/bien-nhan/<code>/mo"): (422, 422, 422),
    ("POST", "/don/<code>/huy"): (303, 403, 404),
    ("POST", "/don/<code>/dat-lai"): (303, 403, 404),
    ("POST", "/don/<code>/nhan-tin"): (422, 403, 404),
    ("POST", "/don/<code>/da-den"): (409, 403, 404),
    ("GET", "/don/<code>/bo-mon"): (200, 303, 303),
    ("POST", "/don/<code>/bo-mon"): (422, 403, 404),
    ("POST", "/don/<code>/dong-y"): (422, 403, 404),
    ("POST", "/don/<code>/thoi"): (422, 403, 404),
    ("GET", "/don/<code>/bao-hang"): (200, 303, 303),
    ("POST", "/don/<code>/bao-hang"): (422, 403, 404),
    ("POST", "/don/<code>/bao-hang/dong-y"): (422, 403, 404),
    ("POST", "/don/<code>/bao-hang/nho-xa"): (422, 403, 404),
    ("POST", "/don/<code>/bao-hang/rut"): (422, 403, 404),
    ("POST", "/don/<code>/bao-hang/da-nhan"): (422, 403, 404),
    ("POST", "/don/<code>/bao-hang/chua-nhan"): (422, 403, 404),
    ("GET", "/don/<code>/bao-hang/anh/<int:complaint_photo_id>"): (404, 403, 404),
    ("GET", "/don/<code>/danh-gia"): (200, 303, 303),
    ("POST", "/don/<code>/danh-gia"): (422, 403, 404),
}
"""Method and rule -> what is answered to an owner, to a browser that has it opened, to everybody else. A page
that is not one's own leads to the order's."""

BY_LINK = "/don/<code>/cua-toi/<follow_key>"
"""Of an order that its stall wrote down: test_order_follow.py tries it."""
BY_KEY = "/don/<code>/giu/<attach_key>"
"""Opens by a key of its own: `test_order_attach.py`."""

OWN_WORDS = ("Vũ Thị Mai", "0900 000 021", "+84900000021", "0900000021", "Gọi cửa sau", LAN_ACCOUNT, "Hủy đơn này")
"""What stands on pages of the owner's alone."""


@pytest.fixture
def code(client: FlaskClient, cast: Cast, now: Clock) -> str:
    """An order of Mai's that bà Lan has accepted and that is to be paid by transfer."""
    sign_in(client, cast.mai, now())
    client.set_cookie("khach", "mai-phone")
    code = buy(client, cast.rau_muong, pay="chuyen_khoan", note="Gọi cửa sau")
    with transaction() as session:
        accept_as_shown(session, GUEST, order_of(session, code).id, clock=now)
        business, vy, hung = (
            session.get_one(Business, cast.lan.business),
            session.get_one(Person, cast.vy),
            session.get_one(Person, cast.hung),
        )
        make.make_mandate(session, business, vy, hung, now())
    return code


def order_of(session: Session, code: str) -> Order:
    return session.scalars(select(Order).where(Order.code == code)).one()


def browser(app: Flask, cast: Cast, now: Clock, who: str, code: str) -> FlaskClient:
    """A browser of each of those named above."""
    client = app.test_client()
    signed_in = {
        "account": cast.mai,
        "officer": cast.hung,
        "seller": cast.lan.person,
        "helper": cast.vy,
        "opened seller": cast.lan.person,
        "buyer elsewhere": cast.stranger,
    }
    client.set_cookie("khach", "mai-phone" if who in ("device", "buyer elsewhere") else f"{who}-phone")
    if who in signed_in:
        sign_in(client, signed_in[who], now())
    if "opened" in who:
        assert client.post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 303
    return client


def answer_due(who: str, method: str, rule: str) -> int:
    of_owner, of_opened, of_others = ANSWERS[method, rule]
    if who in STALL and (method, rule) == ("GET", "/don/<code>"):
        return 303
    return of_owner if who in OWNERS else of_opened if "opened" in who else of_others


def path_of(rule: str, code: str, receipt: str) -> str:
    rule = rule.replace("<int:complaint_photo_id>", "1")
    return rule.replace("<code>", receipt if rule.startswith("/bien-nhan") else code)


def receipt_of(code: str) -> str:
    query = select(Purchase.code).join(Order, Order.purchase_id == Purchase.id).where(Order.code == code)
    return reading().scalars(query).one()


def test_every_address_of_an_order_is_tried_here(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/don/", "/bien-nhan/"))]
    ways = {(method, rule.rule) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert ways == {*ANSWERS, ("GET", BY_KEY), ("POST", BY_KEY), ("GET", BY_LINK)}


@pytest.mark.parametrize("who", OWNERS)
def test_its_owner_sees_and_does_all_of_it(app: Flask, cast: Cast, now: Clock, code: str, who: str) -> None:
    client = browser(app, cast, now, who, code)
    assert hand_over_key(code)[-4:] in client.get(f"/don/{code}").text
    receipt = receipt_of(code)
    for method, rule in ANSWERS:
        path = path_of(rule, code, receipt)
        assert client.open(path, method=method).status_code == answer_due(who, method, rule), f"{method} {path}"
    assert order_of(reading(), code).status is OrderStatus.CANCELLED


def test_nobody_else_sees_more_than_how_it_stands_or_does_anything(
    app: Flask, cast: Cast, now: Clock, code: str
) -> None:
    receipt = receipt_of(code)
    for who in (*OPENED, *CLOSED, *STALL):
        client = browser(app, cast, now, who, code)
        for method, rule in ANSWERS:
            path = path_of(rule, code, receipt)
            answer = client.open(path, method=method)
            assert answer.status_code == answer_due(who, method, rule), f"{who}: {method} {path}"
            told = [word for word in (*OWN_WORDS, hand_over_key(code)[-4:], answer_key(code)) if word in answer.text]
            assert not told, f"{who}: {method} {path} tells {told}"
            if answer.status_code == 303:
                to_stall = who in STALL and rule == "/don/<code>"
                assert answer.location == (f"/ban-hang/{cast.lan.slug}/don/{code}" if to_stall else f"/don/{code}")
    reading().expire_all()
    order = order_of(reading(), code)
    assert (order.status, order.said_paid_at) == (OrderStatus.ACCEPTED, None)


def test_who_opened_it_reads_how_it_stands_and_how_to_do_more(app: Flask, cast: Cast, now: Clock, code: str) -> None:
    page = browser(app, cast, now, "opened", code).get(f"/don/{code}").text
    for told in ("Rau muống", "12.000", "Đã nhận", "Giữ hàng cho bạn đến", "mời mở trên máy hoặc tài khoản đã đặt"):
        assert told in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_code_that_there_is_none_of_answers_like_another_s(app: Flask, cast: Cast, now: Clock, code: str) -> None:
    receipt, client = receipt_of(code), browser(app, cast, now, "stranger", code)
    for method, rule in ANSWERS:
        there, none = path_of(rule, code, receipt), path_of(rule, UNKNOWN["don"], UNKNOWN["bien-nhan"])
        answers = [client.open(path, method=method, data={"last4": "9876"}) for path in (there, none)]
        assert len({answer.status_code for answer in answers}) == 1, (method, rule)
        assert plain(answers[0].text, code, receipt) == plain(answers[1].text, *UNKNOWN.values()), (method, rule)


def plain(page: str, *codes: str) -> str:
    """A page without its code and its token."""
    for code in codes:
        page = page.replace(code, "<code>")
    return re.sub(r'(name="csrf_token"[^>]* value=)"[^"]*"', r"\1", page)


def test_the_seller_who_is_not_signed_in_is_shown_where_to(app: Flask, cast: Cast, now: Clock, code: str) -> None:
    page = browser(app, cast, now, "stranger", code).get(f"/don/{code}").text
    assert f"/dang-nhap?tiep=/don/{code}" in page
    assert "Bạn là người bán" in page
