"""A second officer beside anh Hùng."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.places.models import Commune
from market.sellers.models import PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def nga(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    """A second officer, signed in."""
    with transaction() as session:
        commune = session.get_one(Commune, cast.commune)
        person = make.make_person(session, commune, "Đặng Thị Nga", "0900 000 003", now())
        make.make_post(session, person, PostRole.OFFICER, None, now())
        person_id = person.id
    client = app.test_client()
    make.sign_in(client, person_id, now())
    return client
