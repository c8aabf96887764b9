"""Who opens the pages of lots."""

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


@pytest.fixture
def htx(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    """The phone of HTX Đại Sơn."""
    sign_in(client, cast.htx.person, now())
    return client
