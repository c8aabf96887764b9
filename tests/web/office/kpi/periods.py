"""December's reporting period as its pages' tests have it: over since this morning, with one sale in it."""

from datetime import UTC, date, datetime

from flask.testing import FlaskClient

from market.base.db import transaction
from tests.adoption.figures import look_everywhere
from tests.adoption.periods import opened
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in

AFTER = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)
PERIODS = "/van-phong/chi-tieu/ky"


def move(client: FlaskClient, cast: Cast, now: Clock, at: datetime) -> None:
    """Anh Hùng sits at his desk again at that moment."""
    now.at = at
    sign_in(client, cast.hung, at)


def december(client: FlaskClient, cast: Cast, now: Clock) -> str:
    """The period's address, anh Hùng at his desk."""
    with transaction() as session:
        sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 20), is_known=True))
    move(client, cast, now, AFTER)
    look_everywhere(cast.commune)
    return f"{PERIODS}/{opened(cast, now)}"
