"""What a stall takes in is its people's own: neither the office nor a helper finds an amount of it anywhere."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.db import transaction
from market.sellers.models import Business
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, press
from tests.payments.steps import notice
from tests.web.base.test_every_route import methods_of, rules_of
from tests.web.base.world import World
from tests.web.shop.buying import buy
from tests.web.stall.steps import path

DESK = "/ban-hang/rau-ba-lan"
OWN = ("36.000", "67.500", "20.500", "7.300", "36000", "67500", "20500", "7300")
"""What bà Lan's orders come to and what came in: no price of anything on the market."""
GOODS = re.compile(rf"^{DESK}/(san-pham|lo|kenh|cai-dat)")


@pytest.fixture
def codes(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> dict[str, str]:
    """An order that waits, one in hand, one paid in part, one handed over for a transfer, one that is owed back."""
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now(), visitor="lan-phone")
    found = {"waiting": buy(client, cast.rau_muong, "3")}
    for name in ("in hand", "in part", "handed over", "declined"):
        code = found[name] = buy(
            client, cast.dau_xanh if name == "in hand" else cast.rau_muong, AMOUNTS[name], pay=PAY[name]
        )
        press(lan, path(cast, code), path(cast, code, "nhan"))
    notice(1, 20_500, found["in part"], now())
    notice(2, 36_000, found["handed over"], now())
    notice(3, 36_000, found["declined"], now())
    notice(4, 7_300, "khong ro", now())
    press(lan, path(cast, found["handed over"], "giao"), path(cast, found["handed over"], "giao"), how="khong_ma")
    press(lan, path(cast, found["declined"], "tu-choi"), path(cast, found["declined"], "tu-choi"), why="xa")
    return found


AMOUNTS = {"in hand": "1,5", "in part": "3", "handed over": "3", "declined": "3"}
PAY = {"in hand": "khi_nhan"} | dict.fromkeys(("in part", "handed over", "declined"), "chuyen_khoan")


@pytest.fixture
def vy(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    with transaction() as session:
        business, helper = session.get_one(Business, cast.lan.business), session.get_one(Person, cast.vy)
        make.make_mandate(session, business, helper, session.get_one(Person, cast.hung), now())
    phone = app.test_client()
    sign_in(phone, cast.vy, now(), visitor="vy-phone")
    return phone


def amounts_in(text: str) -> list[str]:
    return [one for one in OWN if one in text]


def pages(app: Flask, codes: dict[str, str]) -> list[str]:
    shown = [DESK, *(f"{DESK}/{end}" for end in ("don", "tien", "dong-hang", "san-pham", "giup-toi", "cai-dat"))]
    return [*shown, *(f"{DESK}/don/{code}{end}" for code in codes.values() for end in ("", "/giao", "/tu-choi"))]


def test_its_own_people_see_them(app: Flask, cast: Cast, now: Clock, codes: dict[str, str]) -> None:
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now(), visitor="lan-phone")
    found = {one for page in pages(app, codes) for one in amounts_in(lan.get(page).text)}
    assert found >= {"36.000", "67.500", "20.500", "7.300"}
    said = "Cán bộ xã và người hỗ trợ chỉ thấy gian hàng có đơn, có tiền về hay chưa, và bao nhiêu đơn."
    assert said in lan.get(f"{DESK}/tien").text


def test_a_helper_finds_no_amount_of_the_stall_anywhere(app: Flask, vy: FlaskClient, codes: dict[str, str]) -> None:
    for page in pages(app, codes):
        answer = vy.get(page)
        assert answer.status_code == 200, page
        assert amounts_in(answer.text) == [], page
        assert GOODS.search(page) or "₫" not in answer.text, page
    counted = vy.get(f"{DESK}/tien").text
    for told in ("đã có", "2 đơn", "1 khoản", "1 đơn", "Số tiền và việc ghi tiền là của chủ hộ"):
        assert told in counted, told


def test_no_refusal_tells_a_helper_an_amount(
    app: Flask, vy: FlaskClient, cast: Cast, now: Clock, codes: dict[str, str]
) -> None:
    waiting, part = codes["waiting"], codes["in part"]
    shown = hidden(vy.get(path(cast, waiting)).text, path(cast, waiting, "nhan"))
    notice(5, 20_500, waiting, now())
    changed = vy.post(path(cast, waiting, "nhan"), data=shown)
    assert (changed.status_code, "tiền đã vào (nay là số tiền riêng)" in changed.text) == (409, True)
    missing = vy.post(path(cast, part, "giao"), data={"how": "khong_ma", "cash": "khong"})
    assert "còn thiếu số tiền riêng" in missing.text
    cash = hidden(vy.get(path(cast, codes["in hand"], "giao")).text, path(cast, codes["in hand"], "giao"))
    taken = vy.post(path(cast, codes["in hand"], "giao"), data=cash | {"how": "khong_ma", "cash": "co"})
    assert taken.status_code in (403, 422)
    for answer in (changed, missing, taken):
        assert amounts_in(answer.text) == []


def test_a_helper_does_not_hold_the_link_that_opens_an_order_without_signing_in(
    vy: FlaskClient, cast: Cast, codes: dict[str, str]
) -> None:
    assert "/tra-loi/" not in vy.get(path(cast, codes["waiting"])).text


def test_the_office_finds_no_amount_of_the_stall_anywhere(
    app: Flask, cast: Cast, now: Clock, codes: dict[str, str]
) -> None:
    hung, world = app.test_client(), World.make(cast, now())
    sign_in(hung, cast.hung, now(), visitor="hung-phone")
    arguments = {name: str(value) for name, value in world.lan.items()} | {"code": codes["handed over"]}
    tried = 0
    for rule in rules_of(app, "/van-phong"):
        if "GET" not in methods_of(rule) or not set(rule.arguments) <= arguments.keys():
            continue
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: arguments[found[1]], rule.rule)
        answer = hung.get(address)
        tried += answer.status_code == 200
        if answer.mimetype.startswith("text/"):
            assert amounts_in(answer.text) == [], address
        answer.close()
    assert tried > 15
    assert hung.get(f"/van-phong/chi-tieu/don/{codes['handed over']}").status_code == 200
    for page in pages(app, codes):
        assert hung.get(page).status_code == 404, page
