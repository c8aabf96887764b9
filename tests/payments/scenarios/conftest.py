"""The 34 scenarios of docs/money.md, one test each, named by its number: every one on both kinds of database by day."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE, MAIS_PHONE
from tests.payments.gate import Gate, opened
from tests.payments.steps import Bought, buy
from tests.services.databases import database_of


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return database_of(request)


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    """Bà Lan's own phone."""
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now())
    return phone


@pytest.fixture
def mai(app: Flask, cast: Cast) -> FlaskClient:
    """The phone that Mai buys on."""
    phone = app.test_client()
    phone.set_cookie("khach", MAIS_PHONE)
    return phone


@pytest.fixture
def order(cast: Cast, now: Clock) -> Bought:
    """A bunch of rau muống for 12.000 đồng, accepted, to be transferred."""
    return buy(cast, now(), buyer=MAI_HERE)


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate
