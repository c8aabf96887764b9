"""No right of one party of an order is in the hands of the other: what each can see, copy or is sent is walked through.

Trial, people 3: the seller's answer link stood in the buyer's own message, and she accepted her order by it.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.accounts.models import Person
from market.base.commands import links
from market.base.db import reading, transaction
from market.base.secrets import sign
from market.notices.models import Notice
from market.orders.models import Order, Purchase
from market.orders.queries.keys import answer_key, hand_over_key
from market.orders.rules import OrderStatus
from market.places.models import Hamlet
from market.sellers.models import Business, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT
from tests.pages import parse
from tests.web.shop.buying import buy

DESK = "/ban-hang/rau-ba-lan"
STEPS = ("placed", "accepted", "ready", "delivered", "declined")
BUYERS, OTHERS = ("phone", "account", "digits"), ("stranger", "keeper", "officer")
STALL = ("seller", "helper")
ADDRESS = re.compile(r"https?://[\w.:-]+(/[^\s\"'<>&?#]*)|href=\"(/[^\"#?]*)")


@pytest.fixture
def code(client: FlaskClient, cast: Cast, now: Clock) -> str:
    """An order of Mai's, placed on her phone and signed in, to be fetched at the pickup point, which em Vy keeps."""
    client.set_cookie("khach", "mai-phone")
    make.sign_in(client, cast.mai, now())
    code = buy(client, cast.rau_muong, point=str(cast.pickup))
    with transaction() as session:
        vy, hung = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
        make.make_mandate(session, session.get_one(Business, cast.lan.business), vy, hung, now())
        bao = session.get_one(Person, cast.stranger)
        make.make_post(session, bao, PostRole.KEEPER, session.get_one(Hamlet, cast.nghia_dung), now())
    return code


def browser(app: Flask, cast: Cast, now: Clock, who: str, code: str) -> FlaskClient:
    people = {
        "account": cast.mai,
        "keeper": cast.stranger,
        "officer": cast.hung,
        "seller": cast.lan.person,
        "helper": cast.vy,
    }
    client = app.test_client()
    client.set_cookie("khach", "mai-phone" if who == "phone" else f"{who}-phone")
    if who in people:
        make.sign_in(client, people[who], now())
    if who == "digits":
        assert client.post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 303
    return client


def order_of(code: str) -> Order:
    reading().expire_all()
    return reading().scalars(select(Order).where(Order.code == code)).one()


def receipt_of(code: str) -> str:
    return reading().scalars(select(Purchase.code).join(Order).where(Order.code == code)).one()


def pages_about(code: str) -> list[str]:
    """Every page of the market that shows something of an order."""
    buyers = [f"/don/{code}", "/don", f"/bien-nhan/{receipt_of(code)}", f"/don/{code}/tra-tien", f"/don/{code}/the"]
    stall = [DESK, f"{DESK}/don", f"{DESK}/don/{code}", f"{DESK}/don/{code}/giao", f"{DESK}/tien"]
    others = [
        "/diem-nhan",
        f"/diem-nhan/{code}",
        "/to-cong-nghe",
        "/van-phong/nhat-ky",
        f"/van-phong/chi-tieu/don/{code}",
    ]
    return [*buyers, *stall, *others, "/ban-hang", "/tai-khoan"]


def held(client: FlaskClient, code: str) -> dict[str, str]:
    """Page -> all that a browser is given there: what is shown, copied, sent or posted."""
    answers = {path: client.get(path, follow_redirects=True) for path in pages_about(code)}
    return {path: unquote(unescape(answer.text)) for path, answer in answers.items() if answer.status_code == 200}


def holding(pages: dict[str, str], *words: str) -> list[str]:
    return [path for path, text in pages.items() if any(word in text for word in words)]


def bring_to(app: Flask, cast: Cast, now: Clock, code: str, step: str) -> None:
    lan = browser(app, cast, now, "seller", code)
    way = {"placed": (), "declined": ("tu-choi",), "accepted": ("nhan",), "ready": ("nhan", "san-sang")}
    for verb in way.get(step, ("nhan", "san-sang", "giao")):
        page = f"{DESK}/don/{code}/{verb}" if verb in ("giao", "tu-choi") else f"{DESK}/don/{code}"
        (form, *_) = [one for one in forms_of(lan.get(page).text) if one[0].endswith(f"/{verb}")]
        typed = {"giao": {"cash": "co", "how": "khong_ma"}, "tu-choi": {"why": "xa"}}.get(verb, {})
        assert lan.post(form[0], data=form[1] | typed).status_code == 303, verb


def forms_of(text: str) -> list[tuple[str, dict[str, str]]]:
    """Where each form that is posted goes to, with what it sends unseen."""
    posted = [one for one in parse(text).all("form") if one.get("method").lower() == "post"]
    return [
        (form.get("action"), {one.get("name"): one.get("value") for one in form.all("input") if one.get("name")})
        for form in posted
    ]


@pytest.mark.parametrize("step", STEPS if IS_NIGHT else ("ready",))
def test_each_party_holds_its_own_rights_and_no_other_s(
    app: Flask, cast: Cast, now: Clock, code: str, step: str
) -> None:
    bring_to(app, cast, now, code, step)
    answers, shows = (
        (answer_key(code), "/tra-loi/", sign("order-answer", code)),
        (hand_over_key(code), f">{hand_over_key(code)[-4:]}<"),
    )
    shown: dict[str, set[str]] = {"answer": set(), "hand over": set()}
    for who in (*BUYERS, *OTHERS, *STALL):
        pages = held(browser(app, cast, now, who, code), code)
        assert pages, who
        if who not in STALL:
            assert holding(pages, *answers) == [], f"{who} could answer for the stall"
        elif holding(pages, *answers):
            shown["answer"].add(who)
        if who not in ("phone", "account"):
            assert holding(pages, *shows) == [], f"{who} could take the goods"
        elif holding(pages, *shows):
            shown["hand over"].add(who)
        for text in pages.values():
            for action, _ in forms_of(text):
                assert is_own(who, action), f"{who} may press {action}"
    # what shows that the walk sees what is there
    assert shown["answer"] == ({"seller"} if step == "placed" else set()), "a helper answers on the stall's pages alone"
    assert shown["hand over"] == ({"phone", "account"} if step in ("accepted", "ready") else set())


def is_own(who: str, action: str) -> bool:
    """Whether a form is of the party's own part of the market."""
    of_stall, of_order = action.startswith(("/ban-hang/", "/tra-loi/")), action.startswith("/don/")
    if of_order:
        return who in ("phone", "account") or action.endswith("/mo")
    return not of_stall or who in STALL or action.startswith(("/ban-hang/nhan-co-so", "/ban-hang/tin"))


def addresses_in(texts: dict[str, str]) -> Iterator[str]:
    """The paths of every link on pages, and of every address in what is there to be copied or sent."""
    for text in texts.values():
        yield from (whole or link for whole, link in ADDRESS.findall(text))


@pytest.mark.parametrize("who", [*BUYERS, "stranger"])
def test_whatever_a_buyer_was_given_answers_nothing_in_anybody_s_hands(
    app: Flask, cast: Cast, now: Clock, code: str, who: str
) -> None:
    """Every link and every address in a text is opened, on her phone and on one that nobody knows, and every button
    that is there is pressed."""
    found = set(addresses_in(held(browser(app, cast, now, who, code), code)))
    found = {path for path in found if code in path or "tra-loi" in path or receipt_of(code) in path}
    assert found or who in ("stranger", "phone")
    for opener in (who, "stranger"):
        client = browser(app, cast, now, opener, code)
        for path in sorted(found):
            for action, unseen in forms_of(client.get(path, follow_redirects=True).text):
                if not action.endswith("/huy"):
                    client.post(action, data=unseen)
    order = order_of(code)
    assert (order.status, order.accepted_at, order.buyer_confirmed_at) == (OrderStatus.PLACED, None, None)


@pytest.mark.parametrize("step", STEPS if IS_NIGHT else ("delivered", "declined"))
def test_no_notice_carries_a_right_once_it_is_answered(
    app: Flask, cast: Cast, now: Clock, code: str, step: str
) -> None:
    """What leaves the market: its sentence and the address at its end."""
    bring_to(app, cast, now, code, step)
    notices = reading().scalars(select(Notice).order_by(Notice.id)).all()
    assert notices
    for one in notices:
        text = f"{one.sentence} {links(None).notice(one.id)}"
        for right in (answer_key(code), "/tra-loi/", hand_over_key(code), "ma="):
            assert right not in text, text
        page = app.test_client().get(links(None).notice(one.id), follow_redirects=True).text
        assert {action for action, _ in forms_of(page)} <= {
            f"/don/{code}/mo",
            "/dang-nhap",
            f"/bien-nhan/{receipt_of(code)}/mo",
        }


def test_the_link_that_answers_is_in_what_the_stall_is_told_alone(app: Flask, now: Clock, code: str) -> None:
    notices = reading().scalars(select(Notice).order_by(Notice.id)).all()
    told = {one.kind: links(None).notice(one.id) for one in notices}
    assert {kind for kind, link in told.items() if answer_key(code) in link or "/tra-loi/" in link} == {"don_moi"}
    assert {one.business_id is None for one in notices if one.kind == "don_moi"} == {False}
    page = app.test_client().get(told["don_moi"])
    assert {action for action, _ in forms_of(page.text)} == {
        f"/tra-loi/{code}/{answer_key(code)}/nhan",
        f"/tra-loi/{code}/{answer_key(code)}/tu-choi",
    }
    now.move(hours=13)
    assert "/tra-loi/" not in links(None).notice(next(one.id for one in notices if one.kind == "don_moi"))
