"""A seller chooses which of the marketplace's categories a product goes to."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from market.channels.queries import chosen_categories
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.web.stall.channels.conftest import at


@pytest.fixture
def rice(cast: Cast, session: Session) -> int:
    return session.get_one(Variant, cast.gao_nep).product_id


@pytest.fixture
def page(cast: Cast, rice: int) -> str:
    return at(cast, f"/shopee/mon/{rice}/nganh-hang")


def test_a_category_of_the_template_is_chosen_and_chosen_again(
    ready: FlaskClient, cast: Cast, page: str, rice: int, session: Session
) -> None:
    for value in ("101231", "101231"):
        answer = ready.post(page, data={"value": value})
        assert (answer.status_code, answer.location) == (303, at(cast, f"/shopee#mon-{rice}"))
    assert chosen_categories(session, "shopee", [rice]) == {rice: "101231"}
    assert "Đang chọn" in ready.get(page.removesuffix("/nganh-hang")).text


@pytest.mark.parametrize("value", ["", "999", "Điện thoại"])
def test_what_is_not_in_the_template_is_refused(
    ready: FlaskClient, page: str, rice: int, session: Session, value: str
) -> None:
    answer = ready.post(page, data={"value": value})
    assert answer.status_code == 422
    assert "Mời chọn một ngành hàng có trong mẫu" in answer.text
    assert chosen_categories(session, "shopee", [rice]) == {}


def test_only_the_stalls_people_choose(client: FlaskClient, cast: Cast, now: Clock, page: str) -> None:
    only_its_people_may(client, cast, now, page, post=True)
