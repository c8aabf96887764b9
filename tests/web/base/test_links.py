"""Whole addresses, made without a request, are those that the pages answer at."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.commands import links
from market.web.base.links import MarketLinks
from tests.cast import Cast
from tests.conftest import Clock
from tests.trace import steps


def test_the_stamps_of_a_sheet_lead_to_their_pages(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    stamp = steps.active_stamp(cast, now())[1]
    address = links().stamp(stamp)
    assert address == f"HTTP://CHO.TEST/T/{stamp}"
    assert client.get(address.removeprefix("HTTP://CHO.TEST")).status_code == 200


def test_addresses_stand_at_the_market_s_own(app: Flask) -> None:
    settings = app.config["CHOSO"].model_copy(update={"base_url": "https://cho.vn:8443"})
    there = MarketLinks(app, settings)
    assert there.host == "cho.vn:8443"
    assert there.picture("abc") == "https://cho.vn:8443/anh/abc.jpg"
    assert there.webhook("stripe", "k") == "https://cho.vn:8443/webhook/stripe/k"
