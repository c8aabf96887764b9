"""Lists that wait: the buyer's orders, the keeper's goods, what the office is to look at, a seller's signed link."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from market.accounts.models import Person
from market.base.audit import GUEST, Actor
from market.base.db import transaction
from market.orders.actions import fetching
from market.orders.queries.keys import answer_key, hand_over_key
from market.payments import actions
from market.places.models import Hamlet, PickupPoint
from market.sellers.actions import claim_business
from market.sellers.models import BusinessMember, BusinessProposal, ClaimState, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import on_both
from tests.orders.steps import MAI_HERE, accept_as_shown, decline_as_shown, ref
from tests.payments.steps import Bought, buy
from tests.watching import has_news, look, watched
from tests.web.base.world import plain_row

OFFICE = ("/van-phong/duyet", "/van-phong/duyet/sua", "/van-phong/duyet/co-so")


@pytest.fixture
def hung(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    make.sign_in(client, cast.hung, now())
    return client


def link_of(order: Bought) -> str:
    return f"/tra-loi/{order.code}/{answer_key(order.code)}"


@on_both
def test_what_becomes_of_an_order_is_news_on_the_buyer_s_list(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, accepted=False)
    page = mai.get("/don").text
    now.move(minutes=1)
    assert not has_news(mai, page)
    with transaction() as session:
        accept_as_shown(session, GUEST, order.id, clock=now)
    assert has_news(mai, page)
    page = mai.get("/don").text
    assert not has_news(mai, page)
    buy(cast, now(), buyer=MAI_HERE, accepted=False)
    assert has_news(mai, page)


def test_another_phone_is_told_of_its_own_orders_alone(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    stranger = app.test_client()
    page = stranger.get("/don").text
    buy(cast, now(), buyer=MAI_HERE)
    assert not has_news(stranger, page)
    address, _ = watched(mai.get("/don").text)
    assert stranger.get(address).headers["ETag"] == look(stranger, page).headers["ETag"]
    assert stranger.get(f"{address}x").status_code == 404


@on_both
def test_goods_that_come_to_a_point_and_leave_it_are_news_to_its_keeper(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        point = session.get_one(PickupPoint, cast.pickup)
        keeper = session.get_one(Person, cast.stranger)
        make.make_post(session, keeper, PostRole.KEEPER, session.get_one(Hamlet, point.hamlet_id), now())
    make.sign_in(client, cast.stranger, now())
    order = buy(cast, now(), buyer=MAI_HERE, point=cast.pickup)
    page = client.get("/diem-nhan").text
    assert not has_news(client, page)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    assert has_news(client, page)
    page = client.get("/diem-nhan").text
    assert not has_news(client, page)
    shown = hand_over_key(order.code)
    at = fetching.AtPoint(commune_id=cast.commune, order_ids=(order.id,), device="point")
    new = fetching.Fetched(at=at, shown=shown)
    with transaction() as session:
        fetching.note_fetched(session, GUEST, cast.stranger, new, clock=now)
    assert has_news(client, page)
    address, _ = watched(page)
    others = app.test_client()
    assert others.get(address).status_code == 404
    make.sign_in(others, cast.mai, now())
    assert others.get(address).status_code == 404
    assert client.get(address.rpartition("/")[0] + "/x").status_code == 404


@on_both
def test_what_comes_to_wait_for_the_office_is_news_on_each_of_its_lists(
    hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    """A claim, and then one that goes while another comes: as many wait as before."""
    pages = [hung.get(path).text for path in OFFICE]
    assert [has_news(hung, page) for page in pages] == [False] * 3
    with transaction() as session:
        hamlet = session.get_one(Hamlet, cast.mo_doan)
        free = [make.make_business(session, hamlet, f"Hộ {one}", now()).id for one in range(2)]
        claim_business(session, _as(cast.mai), cast.commune, free[0], now=now())
    assert [has_news(hung, page) for page in pages] == [True] * 3
    pages = [hung.get(path).text for path in OFFICE]
    with transaction() as session:
        gone = update(BusinessMember).where(BusinessMember.business_id == free[0])
        session.execute(gone.values(state=ClaimState.REFUSED))
        claim_business(session, _as(cast.mai), cast.commune, free[1], now=now())
    assert [has_news(hung, page) for page in pages] == [True] * 3


def test_the_office_s_queue_is_told_to_its_officers_alone(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    address, _ = watched(hung.get(OFFICE[0]).text)
    for person in (None, cast.lan.person, cast.vy, cast.mai):
        others = app.test_client()
        if person:
            make.sign_in(others, person, now())
        assert others.get(address).status_code == 404
    assert hung.get(f"{address}x").status_code == 404
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        hamlet = make.make_hamlet(session, far, "thôn Xa")
        person = make.make_person(session, far, "Người xa", "0900 000 059", now())
        page = hung.get(OFFICE[2]).text
        waits = {"commune_id": far.id, "person_id": person.id, "hamlet_id": hamlet.id}
        plain_row(session, BusinessProposal, now(), **waits, state=ClaimState.PENDING)
    assert not has_news(hung, page), "another commune's"


@on_both
def test_the_signed_link_tells_its_holder_what_its_page_says_and_no_more(
    app: Flask, mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    order, other = buy(cast, now(), buyer=MAI_HERE, accepted=False), buy(cast, now(), accepted=False)
    holder = app.test_client()
    page = holder.get(link_of(order)).text
    assert not has_news(holder, page)
    with transaction() as session:
        decline_as_shown(session, GUEST, other.id, "Hết", clock=now)
    assert not has_news(holder, page)
    with transaction() as session:
        actions.cancel_order(session, GUEST, order.id, clock=now)
    assert has_news(holder, page)
    address, _ = watched(page)
    wrong = [
        address[:-1] + ("0" if address[-1] != "0" else "1"),
        address.partition(".")[0],
        address.replace(order.code, other.code),
    ]
    assert [holder.get(one).status_code for one in wrong] == [404] * 3
    own = mai.get(link_of(order)).text
    assert not has_news(mai, own), "to its buyer the page says one sentence, whatever becomes of the order"


def test_a_link_that_time_ends_is_news(app: Flask, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    holder = app.test_client()
    page = holder.get(link_of(order)).text
    now.move(hours=30)
    assert has_news(holder, page)
    assert not has_news(holder, holder.get(link_of(order)).text)


def _as(person_id: int) -> Actor:
    return Actor(person_id=person_id)
