"""A seller chooses which of the marketplace's categories a product goes to."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.base.audit import GUEST
from market.base.db import transaction
from market.base.errors import NotFound
from market.base.seen import seen_of
from market.catalog.actions.listing import VariantRef
from market.catalog.models import Variant
from market.channels.actions import NewCategory, choose_category
from market.channels.models import ChannelCategory
from market.channels.queries import category_facts, chosen_categories
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.elsewhere import not_htx
from tests.events import events_of
from tests.pages import hidden
from tests.web.stall.channels.conftest import at


@pytest.fixture
def rice(cast: Cast, session: Session) -> int:
    return session.get_one(Variant, cast.gao_nep).product_id


@pytest.fixture
def page(cast: Cast, rice: int) -> str:
    return at(cast, f"/shopee/mon/{rice}/nganh-hang")


def shown(client: FlaskClient, page: str) -> dict[str, str]:
    """What the buttons of the product's page send unseen."""
    return hidden(client.get(f"{page.removesuffix('/nganh-hang')}?q=gao").text, page)


def choose(client: FlaskClient, page: str, value: str) -> TestResponse:
    return client.post(page, data=shown(client, page) | {"value": value})


def test_a_category_of_the_template_is_chosen_and_chosen_again(
    ready: FlaskClient, cast: Cast, page: str, rice: int, session: Session
) -> None:
    for value in ("101231", "101231"):
        answer = choose(ready, page, value)
        assert (answer.status_code, answer.location) == (303, at(cast, f"/shopee?mon={rice}#mon-{rice}"))
    assert chosen_categories(session, "shopee", [rice]) == {rice: "101231"}
    assert "Đang chọn" in ready.get(page.removesuffix("/nganh-hang")).text


@pytest.mark.parametrize("value", ["", "999", "Điện thoại"])
def test_what_is_not_in_the_template_is_refused(
    ready: FlaskClient, page: str, rice: int, session: Session, value: str
) -> None:
    answer = choose(ready, page, value)
    assert answer.status_code == 422
    assert "Mời chọn một ngành hàng có trong mẫu" in answer.text
    assert chosen_categories(session, "shopee", [rice]) == {}


def test_a_category_that_was_chosen_meanwhile_is_not_overwritten(
    ready: FlaskClient, cast: Cast, page: str, rice: int, session: Session, now: Clock
) -> None:
    loaded = shown(ready, page) | {"value": "101231"}
    with transaction() as writing:
        writing.add(ChannelCategory(product_id=rice, channel="shopee", value="7"))
    answer = ready.post(page, data=loaded)
    assert answer.status_code == 409
    assert "ngành hàng (nay là đã chọn ngành khác)" in answer.text
    assert chosen_categories(session, "shopee", [rice]) == {rice: "7"}
    assert ready.post(page, data=hidden(answer.text, page) | {"value": "101231"}).status_code == 303
    session.expire_all()
    assert chosen_categories(session, "shopee", [rice]) == {rice: "101231"}


def test_the_same_choice_sent_twice_is_one(ready: FlaskClient, page: str, rice: int, session: Session) -> None:
    sent = shown(ready, page) | {"value": "101231"}
    assert [ready.post(page, data=sent).status_code for _ in range(2)] == [303, 303]
    assert [event.verb for event in events_of(session, "product", rice)].count("choose_category") == 1


def test_a_choice_that_does_not_say_what_was_seen_is_not_made(
    ready: FlaskClient, page: str, rice: int, session: Session
) -> None:
    answer = ready.post(page, data={"value": "101231"})
    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert chosen_categories(session, "shopee", [rice]) == {}


def test_another_stall_does_not_choose(cast: Cast, rice: int, session: Session, now: Clock) -> None:
    new = NewCategory(channel="shopee", value="7", seen=seen_of(category_facts(None)))
    for stall in not_htx(cast, now()):
        with pytest.raises(NotFound), transaction() as writing:
            choose_category(writing, GUEST, VariantRef(stall_id=stall, product_id=rice), new, now=now())
    assert chosen_categories(session, "shopee", [rice]) == {}


def test_only_the_stalls_people_choose(client: FlaskClient, cast: Cast, now: Clock, page: str) -> None:
    only_its_people_may(client, cast, now, page, post=True)
