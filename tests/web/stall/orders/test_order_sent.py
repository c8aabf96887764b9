"""With whom an order went out of the commune: its stall writes it, its buyer reads it."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.notices.models import Notice
from market.orders.models import Consignment
from market.sellers.models import Stall
from market.values.money import Dong
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import accept_as_shown
from tests.pages import press
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of


def test_the_bill_and_the_driver_stand_on_the_order(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        htx = session.get_one(Stall, cast.htx.stall)
        htx.ships_outside, htx.shipping_fee = True, Dong(35_000)
    code = buy(client, cast.gao_nep, delivery="gui_xa", address="12 phố Huế, Hà Nội")
    order, page = f"/ban-hang/{cast.htx.slug}/don/{code}", f"/ban-hang/{cast.htx.slug}/don/{code}/gui-di"
    lan = app.test_client()
    sign_in(lan, cast.htx.person, now())
    assert page not in lan.get(order).text
    assert "không chờ gửi đi" in lan.get(page).text
    with transaction() as session:
        accept_as_shown(session, Actor(), order_of(code).id, clock=now)
    assert page in lan.get(order).text
    assert press(lan, page, page, carrier="", driver_phone="12").status_code == 422
    said = {"carrier": "Xe Hải Âu", "bill_number": "HA-17", "driver_phone": "0900 000 099"}
    assert [press(lan, page, page, **said).status_code for _ in range(2)] == [303, 303]
    for reader in (client.get(f"/don/{code}").text, lan.get(order).text):
        assert all(one in reader for one in ("Xe Hải Âu", "HA-17", "0900 000 099"))
    told = select(Notice.sentence).where(Notice.kind == "da_gui_di")
    assert [one.partition(".")[0] for one in reading().scalars(told)] == [
        f"HTX nông nghiệp Đại Sơn giao đơn {code} cho Xe Hải Âu chở tới bạn"
    ]
    press(lan, page, page, **said | {"bill_number": ""})
    reading().expire_all()
    assert reading().scalars(select(Consignment)).one().bill_number is None


def test_what_is_fetched_goes_nowhere_and_another_s_order_is_not_there(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.gao_nep)
    page = f"/ban-hang/{cast.htx.slug}/don/{code}/gui-di"
    with transaction() as session:
        accept_as_shown(session, Actor(), order_of(code).id, clock=now)
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now())
    assert "không chờ gửi đi" in htx.get(page).text
    assert htx.post(page, data={"carrier": "Xe Hải Âu"}).status_code == 422
    assert keeps_out(app, page, [cast.lan.person, cast.mai])
