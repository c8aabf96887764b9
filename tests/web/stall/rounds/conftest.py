"""The helper, and an officer beside her."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


@pytest.fixture
def vy(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.vy, now())
    return client


@pytest.fixture
def hung(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    other = app.test_client()
    sign_in(other, cast.hung, now())
    return other
