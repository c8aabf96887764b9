"""Who looks at what is news."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.orders.steps import MAIS_PHONE


@pytest.fixture
def mai(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("khach", MAIS_PHONE)
    return client
