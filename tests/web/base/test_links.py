"""Whole addresses, made without a request, are those that the pages answer at."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.commands import links
from market.base.db import reading, transaction
from market.notices.models import Notice
from market.places.models import Commune
from market.web.base.links import MarketLinks
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.steps import buy
from tests.trace import steps


def test_the_stamps_of_a_sheet_lead_to_their_pages(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    stamp = steps.active_stamp(cast, now())[1]
    address = links(None).stamp(stamp)
    assert address == f"http://cho.test/T/{stamp}"
    for printed in (address, address.upper()):
        answer = client.get(printed[len("http://cho.test") :], base_url=printed[: len("http://cho.test")])
        assert answer.status_code == 200, "those printed in capitals lead there still"


def test_addresses_stand_at_the_market_s_own(app: Flask) -> None:
    settings = app.config["CHOSO"].model_copy(update={"base_url": "https://cho.vn:8443"})
    there = MarketLinks(app.url_map, settings)
    assert there.host == "cho.vn:8443"
    assert there.picture("abc") == "https://cho.vn:8443/anh/abc.jpg"
    assert there.webhook("stripe", "k") == "https://cho.vn:8443/webhook/stripe/k"


def test_addresses_of_a_commune_stand_at_its_own_host(app: Flask) -> None:
    """Growth 4: every outgoing link used the one base address."""
    settings = app.config["CHOSO"].model_copy(update={"base_url": "https://cho.vn:8443"})
    there = MarketLinks(app.url_map, settings).at("dai-son.vn")
    assert there.host == "dai-son.vn:8443"
    assert there.stamp("7K3M9PXQ2RP") == "https://dai-son.vn:8443/T/7K3M9PXQ2RP"
    assert there.picture("abc") == "https://dai-son.vn:8443/anh/abc.jpg"
    assert there.webhook("stripe", "k") == "https://dai-son.vn:8443/webhook/stripe/k"


def test_a_notice_leads_to_its_page_at_the_host_of_its_commune(app: Flask, cast: Cast, now: Clock) -> None:
    order = order_row(buy(cast, now()).id)
    with transaction() as session:
        to = {"commune_id": cast.commune, "person_id": cast.mai}
        session.add(Notice(dedupe_key="a", kind="thu", sentence="s", created_at=now(), **to))
    notices = reading().scalars(select(Notice).order_by(Notice.id)).all()
    pages = {
        f"/bien-nhan/{order.purchase.code}",
        f"/ban-hang/{cast.lan.slug}/don/{order.code}",
        f"/don/{order.code}",
        "/ban-hang",
    }
    assert {links(None).notice(one.id) for one in notices} == {f"http://cho.test{page}" for page in pages}
    with transaction() as session:
        session.get_one(Commune, cast.commune).host = "dai-son.vn"
    settings = app.config["CHOSO"].model_copy(update={"base_url": "https://cho.vn:8443"})
    there = MarketLinks(app.url_map, settings)
    assert {there.notice(one.id) for one in notices} == {f"https://dai-son.vn:8443{page}" for page in pages}
