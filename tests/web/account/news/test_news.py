"""The one address that pages which wait ask: every change is told once, to whom the page is for and to nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.orders.actions import fetching
from market.orders.models import Order, Purchase
from market.orders.queries.keys import hand_over_key
from market.payments import actions
from market.payments.jobs import end_overdue
from market.places.models import PickupPoint
from market.sellers.actions import claim_business, refuse_claim
from market.sellers.models import Business, BusinessMember, Mandate, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns, of_many, on_both
from tests.orders.steps import MAI_HERE, accept_as_shown, cash_as_shown, decline_as_shown, order_row, ref
from tests.payments.steps import Bought, buy, confirm_as_shown, notice
from tests.queries import counting
from tests.sellers.shown import claim
from tests.watching import has_news, look, watched

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

LAN = "/ban-hang/rau-ba-lan"
Step = Callable[[Session, Bought, Clock], object]

ACCEPTED: dict[str, Step] = {
    "got ready": lambda session, order, now: actions.ready_order(session, GUEST, ref(session, order.id), clock=now),
    "handed over": lambda session, order, now: actions.hand_over(
        session, GUEST, order.stall, cash_as_shown(session, order.id), clock=now
    ),
    "cancelled": lambda session, order, now: actions.cancel_order(session, GUEST, order.id, clock=now),
    "not delivered": lambda session, order, now: decline_as_shown(session, GUEST, order.id, "Mưa", clock=now),
    "said to be paid": lambda session, order, now: actions.say_paid(session, GUEST, order.id, clock=now),
    "received": lambda session, order, now: confirm_as_shown(session, GUEST, order.stall, order.id, clock=now),
}
PLACED: dict[str, Step] = {
    "accepted": lambda session, order, now: accept_as_shown(session, GUEST, order.id, clock=now),
    "declined": lambda session, order, now: decline_as_shown(session, GUEST, order.id, "Hết", clock=now),
    "called off": lambda session, order, now: actions.cancel_order(session, GUEST, order.id, clock=now),
}


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    make.sign_in(client, cast.lan.person, now())
    return client


def receipt_of(order: Bought) -> str:
    return reading().scalars(select(Purchase.code).join(Order).where(Order.id == order.id)).one()


def buyers_pages(order: Bought) -> list[str]:
    return [f"/don/{order.code}", f"/don/{order.code}/tra-tien", f"/bien-nhan/{receipt_of(order)}"]


def sellers_pages(order: Bought) -> list[str]:
    return [LAN, f"{LAN}/don", f"{LAN}/don/{order.code}", f"{LAN}/tien", f"{LAN}/san-pham"]


@of_many(4)
@pytest.mark.parametrize("step", [*PLACED, *ACCEPTED])
def test_each_step_of_an_order_is_news_to_both_sides_once(
    mai: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock, step: str
) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, accepted=step in ACCEPTED)
    buy(cast, now(), buyer=MAI_HERE)
    pages = {path: (mai, mai.get(path).text) for path in buyers_pages(order)}
    pages |= {path: (lan, lan.get(path).text) for path in sellers_pages(order)}
    assert {path for path, (client, page) in pages.items() if has_news(client, page)} == set()
    now.move(minutes=1)
    assert {path for path, (client, page) in pages.items() if has_news(client, page)} == set()
    with transaction() as session:
        (PLACED | ACCEPTED)[step](session, order, now)
    untold = {path for path, (client, page) in pages.items() if not has_news(client, page)}
    assert untold == set()
    again = {path: (client, client.get(path).text) for path, (client, _) in pages.items()}
    assert {path for path, (client, page) in again.items() if has_news(client, page)} == set()


def test_a_new_order_is_told_with_how_many_wait_now(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    page = lan.get(LAN).text
    buy(cast, now(), accepted=False)
    buy(cast, now(), accepted=False)
    answer = look(lan, page)
    assert (answer.status_code, answer.json) == (200, {"to_answer": 2})
    assert answer.headers["ETag"] == f'"{watched(lan.get(LAN).text)[1]}"'


@on_both
def test_opposite_steps_between_two_looks_are_seen(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    """As many orders wait, are in hand and ready as before: of each one left and another came."""
    waiting, in_hand, ready = (buy(cast, now(), accepted=one > 0) for one in range(3))
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, ready.id), clock=now)
    page = lan.get(LAN).text
    now.move(seconds=5)
    with transaction() as session:
        decline_as_shown(session, GUEST, ready.id, "Hỏng", clock=now)
        actions.ready_order(session, GUEST, ref(session, in_hand.id), clock=now)
        accept_as_shown(session, GUEST, waiting.id, clock=now)
    buy(cast, now(), accepted=False)
    assert has_news(lan, page)


def test_what_time_ends_is_news_before_a_job_has_written_it(
    mai: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    pages = [(mai, mai.get(f"/don/{order.code}").text), (lan, lan.get(LAN).text)]
    now.move(minutes=121)
    assert [has_news(client, page) for client, page in pages] == [True, True]
    pages = [(mai, mai.get(f"/don/{order.code}").text), (lan, lan.get(LAN).text)]
    end_overdue(now())
    assert [has_news(client, page) for client, page in pages] == [True, False], "its page says why, once it is written"


@on_both
def test_money_of_the_bank_is_news(mai: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    pages = [(mai, mai.get(path).text) for path in buyers_pages(order)[:2]] + [(lan, lan.get(LAN).text)]
    notice(1, 5_000, order.code, now())
    assert [has_news(client, page) for client, page in pages] == [True] * 3
    page = lan.get(f"{LAN}/tien").text
    notice(2, 7_000, "khong ro cua don nao", now() + timedelta(seconds=1))
    assert has_news(lan, page)


def test_what_was_fetched_at_a_pickup_point_is_news(mai: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, point=cast.pickup)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    pages = [(mai, mai.get(f"/don/{order.code}").text), (lan, lan.get(f"{LAN}/don/{order.code}").text)]
    with transaction() as session:
        hamlet = session.get_one(PickupPoint, cast.pickup).hamlet
        make.make_post(session, session.get_one(Person, cast.vy), PostRole.KEEPER, hamlet, now())
    shown = hand_over_key(order.code)
    at = fetching.AtPoint(commune_id=cast.commune, order_ids=(order.id,), device="keeper's")
    new = fetching.Fetched(at=at, shown=shown)
    with transaction() as session:
        fetching.note_fetched(session, Actor(person_id=cast.vy), cast.vy, new, clock=now)
    assert [has_news(client, page) for client, page in pages] == [True, True]


def test_the_office_s_answer_to_a_claim_is_news(app: Flask, cast: Cast, now: Clock) -> None:
    client = app.test_client()
    make.sign_in(client, cast.mai, now())
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.tu.business, now=now())
    page = client.get("/ban-hang").text
    assert not has_news(client, page)
    with transaction() as session:
        mine = BusinessMember.person_id == cast.mai, BusinessMember.business_id == cast.tu.business
        shown = claim(cast.commune, session.scalars(select(BusinessMember.id).where(*mine)).one())
        refuse_claim(session, Actor(person_id=cast.hung), shown, "Chưa có giấy", now=now())
    assert has_news(client, page)
    assert not has_news(client, client.get("/ban-hang").text)


# --- who may ask ----------------------------------------------------------------------------------------------------


@on_both
def test_nobody_asks_of_what_is_another_s(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    paths = [f"/tin-moi/don/{order.code}", f"/tin-moi/bien-nhan/{receipt_of(order)}", "/tin-moi/gian/rau-ba-lan"]
    for person in (None, cast.tu.person, cast.hung, cast.vy, cast.stranger):
        client = app.test_client()
        if person is not None:
            make.sign_in(client, person, now())
        assert [client.get(path).status_code for path in paths] == [404] * 3, person
    lan = app.test_client()
    make.sign_in(lan, cast.lan.person, now())
    assert [lan.get(path).status_code for path in paths] == [404, 404, 200]
    assert [mai.get(path).status_code for path in paths] == [200, 200, 404]
    for unknown in ("/tin-moi/don/DS0000000", "/tin-moi/gian/khong-co", "/tin-moi/toi/khac", "/tin-moi/khac/1"):
        assert lan.get(unknown).status_code == 404
    assert app.test_client().get("/tin-moi/toi/co-so").status_code == 404


def test_who_opened_an_order_by_its_digits_is_told_of_its_steps_and_not_of_money(
    app: Flask, cast: Cast, now: Clock
) -> None:
    order, client = buy(cast, now(), buyer=MAI_HERE), app.test_client()
    client.post(f"/don/{order.code}/mo", data={"last4": "0021"})
    page = client.get(f"/don/{order.code}").text
    with transaction() as session:
        session.get_one(Order, order.id).due_at = None  # what money does to the clock is seen by everybody
    page = client.get(f"/don/{order.code}").text
    notice(1, 1_000, order.code, now())
    assert not has_news(client, page)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    assert has_news(client, page)


def test_a_helper_asks_until_the_mandate_ends(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        business = session.get_one(Business, cast.lan.business)
        vy, hung = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
        mandate = make.make_mandate(session, business, vy, hung, now()).id
    client = app.test_client()
    make.sign_in(client, cast.vy, now())
    page = client.get(LAN).text
    assert not has_news(client, page)
    with transaction() as session:
        session.get_one(Mandate, mandate).revoked_at = now()
    assert look(client, page).status_code == 404


def test_who_signed_out_elsewhere_is_told_nothing_more(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    page = lan.get(LAN).text
    with transaction() as session:
        for login in session.scalars(select(LoginSession).where(LoginSession.person_id == cast.lan.person)):
            login.ended_at = now()
    assert look(lan, page).status_code == 404


def test_an_open_page_keeps_nobody_signed_in(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    page, login = lan.get(LAN).text, select(LoginSession.seen_at).where(LoginSession.person_id == cast.lan.person)
    seen_at = reading().scalars(login).one()
    now.move(hours=3)
    look(lan, page)
    reading().expire_all()
    assert reading().scalars(login).one() == seen_at
    lan.get(LAN)
    assert reading().scalars(login).one() == now()


# --- what it costs --------------------------------------------------------------------------------------------------


def test_nothing_new_is_an_answer_without_a_body_that_nobody_keeps(
    mai: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    for client, path in ((mai, f"/don/{order.code}"), (lan, LAN)):
        answer = look(client, client.get(path).text)
        assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (304, b"", "no-store")
        assert not answer.headers.getlist("Set-Cookie")


def test_a_look_costs_one_statement_of_a_buyer_and_two_of_a_seller(
    mai: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    """Beside the one by which any page knows who is signed in."""
    order = buy(cast, now(), buyer=MAI_HERE)
    for client, path, most in ((mai, f"/don/{order.code}", 1), (lan, LAN, 3)):
        page = client.get(path).text
        with counting() as seen:
            look(client, page)
        assert len(seen) == most, seen
    page = mai.get(f"/bien-nhan/{receipt_of(order)}").text
    with counting() as seen:
        look(mai, page)
    assert len(seen) == 1
    assert order_row(order.id).due_at is not None
