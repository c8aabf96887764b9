"""A seller says what a parcel weighs."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.web.stall.channels.conftest import at


@pytest.fixture
def page(cast: Cast, session: Session) -> str:
    return at(cast, f"/tiktok/mon/{session.get_one(Variant, cast.gao_nep).product_id}/can-nang")


@pytest.mark.parametrize(
    ("typed", "grams"),
    [("1200", 1200), ("1.200", 1200), ("500 g", 500), ("1,2 kg", 1200), ("2kg", 2000), ("0,75kg", 750)],
)
def test_grams_and_kilograms_are_read(
    ready: FlaskClient, cast: Cast, page: str, session: Session, typed: str, grams: int
) -> None:
    assert ready.post(page, data={"grams": typed}).status_code == 303
    assert session.get_one(Variant, cast.gao_nep).weight_grams == grams


@pytest.mark.parametrize("typed", ["", "nặng", "0", "-5", "1,2345 kg", "999 kg", "0,5"])
def test_what_weighs_nothing_or_too_much_comes_back(
    ready: FlaskClient, cast: Cast, page: str, session: Session, typed: str
) -> None:
    answer = ready.post(page, data={"grams": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert session.get_one(Variant, cast.gao_nep).weight_grams is None


def test_only_the_stalls_people_say_it(client: FlaskClient, cast: Cast, now: Clock, page: str) -> None:
    only_its_people_may(client, cast, now, page, post=True)
