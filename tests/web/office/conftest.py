"""The desk of anh Hùng, the commune's officer, and what waits on it."""

import pytest
from flask.testing import FlaskClient

from market.base.db import transaction
from market.catalog.models import ProductState
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def hung(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    make.sign_in(client, cast.hung, now())
    return client


@pytest.fixture
def waiting(cast: Cast, now: Clock) -> int:
    """Mồng tơi of bà Lan, a listing that waits for approval."""
    with transaction() as session:
        stall = session.get_one(Stall, cast.lan.stall)
        variant = make.make_product(session, stall, "Mồng tơi", now(), state=ProductState.PENDING, unit="mo")
        return variant.product_id
