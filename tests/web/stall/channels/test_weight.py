"""A seller says what a parcel weighs."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import transaction
from market.base.errors import NotFound
from market.base.seen import seen_of
from market.catalog.actions.listing import VariantRef
from market.catalog.models import Variant
from market.channels.actions import set_parcel_weight
from market.channels.queries import weight_facts
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.elsewhere import not_htx
from tests.events import events_of
from tests.nights import of_many
from tests.pages import hidden, send
from tests.web.stall.channels.conftest import at


@pytest.fixture
def page(cast: Cast, session: Session) -> str:
    return at(cast, f"/tiktok/mon/{session.get_one(Variant, cast.gao_nep).product_id}/can-nang")


@of_many(3)
@pytest.mark.parametrize(
    ("typed", "grams"),
    [("1200", 1200), ("1.200", 1200), ("500 g", 500), ("1,2 kg", 1200), ("2kg", 2000), ("0,75kg", 750)],
)
def test_grams_and_kilograms_are_read(
    ready: FlaskClient, cast: Cast, page: str, session: Session, typed: str, grams: int
) -> None:
    assert send(ready, page.removesuffix("/can-nang"), {"grams": typed}, page).status_code == 303
    assert session.get_one(Variant, cast.gao_nep).weight_grams == grams


@of_many(3)
@pytest.mark.parametrize("typed", ["", "nặng", "0", "-5", "1,2345 kg", "999 kg", "0,5"])
def test_what_weighs_nothing_or_too_much_comes_back(
    ready: FlaskClient, cast: Cast, page: str, session: Session, typed: str
) -> None:
    answer = send(ready, page.removesuffix("/can-nang"), {"grams": typed}, page)
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert session.get_one(Variant, cast.gao_nep).weight_grams is None


def change(cast: Cast, grams: int) -> None:
    with transaction() as writing:
        writing.get_one(Variant, cast.gao_nep).weight_grams = grams


def test_a_weight_that_was_said_meanwhile_is_not_overwritten(
    ready: FlaskClient, cast: Cast, page: str, session: Session
) -> None:
    loaded = hidden(ready.get(page.removesuffix("/can-nang")).text, page) | {"grams": "900"}
    change(cast, 1200)
    answer = ready.post(page, data=loaded)
    assert answer.status_code == 409
    assert "cân nặng khi gửi (nay là 1200 g)" in answer.text
    assert 'value="900"' in answer.text
    assert session.get_one(Variant, cast.gao_nep).weight_grams == 1200
    assert ready.post(page, data=hidden(answer.text, page) | {"grams": "900"}).status_code == 303


def test_a_weight_typed_wrong_does_not_count_as_having_seen_another(ready: FlaskClient, cast: Cast, page: str) -> None:
    loaded = hidden(ready.get(page.removesuffix("/can-nang")).text, page)
    change(cast, 1200)
    wrong = ready.post(page, data=loaded | {"grams": "nặng"})
    answer = ready.post(page, data=hidden(wrong.text, page) | {"grams": "900"})
    assert (wrong.status_code, answer.status_code) == (422, 409)


def test_the_same_weight_sent_twice_is_one(ready: FlaskClient, cast: Cast, page: str, session: Session) -> None:
    sent = hidden(ready.get(page.removesuffix("/can-nang")).text, page) | {"grams": "900"}
    assert [ready.post(page, data=sent).status_code for _ in range(2)] == [303, 303]
    product_id = session.get_one(Variant, cast.gao_nep).product_id
    assert [event.verb for event in events_of(session, "product", product_id)].count("set_weight") == 1


def test_a_weight_that_does_not_say_what_was_seen_is_not_written(
    ready: FlaskClient, cast: Cast, page: str, session: Session
) -> None:
    answer = ready.post(page, data={"grams": "900"})
    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert session.get_one(Variant, cast.gao_nep).weight_grams is None


def test_another_stall_says_no_weight(cast: Cast, session: Session, now: Clock) -> None:
    variant = session.get_one(Variant, cast.gao_nep)
    seen = seen_of(weight_facts([variant]))
    for stall in not_htx(cast, now()):
        which = VariantRef(stall_id=stall, product_id=variant.product_id)
        with pytest.raises(NotFound), transaction() as writing:
            set_parcel_weight(writing, GUEST, which, 900, seen=seen, now=now())
    session.expire_all()
    assert session.get_one(Variant, cast.gao_nep).weight_grams is None


def test_only_the_stalls_people_say_it(client: FlaskClient, cast: Cast, now: Clock, page: str) -> None:
    only_its_people_may(client, cast, now, page, post=True)
