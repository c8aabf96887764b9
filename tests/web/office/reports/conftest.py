from datetime import date
from math import inf

import pytest

from market.base.db import transaction
from market.web.base import heavy
from tests.adoption.figures import look_everywhere
from tests.adoption.reports import DECEMBER, made
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heavy pages are opened one after the other here, and need no rest after each, however slow the machine is."""
    monkeypatch.setattr(heavy, "LIGHT_SECONDS", inf)


@pytest.fixture
def code(cast: Cast, now: Clock) -> str:
    """The code of a report of December as it stands: bà Lan counts, with an order that its buyer vouched for."""
    with transaction() as session:
        sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 24), is_known=True))
    look_everywhere(cast.commune)
    return made(cast, now, span=DECEMBER)
