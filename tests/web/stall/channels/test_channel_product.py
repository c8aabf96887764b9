"""One product for one marketplace: its category is chosen by searching the template's own list, its weight is said."""

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
def page(cast: Cast, session: Session) -> str:
    return at(cast, f"/shopee/mon/{session.get_one(Variant, cast.gao_nep).product_id}")


def test_the_templates_own_list_is_searched_without_marks(ready: FlaskClient, page: str) -> None:
    assert "Gạo &amp; Mì/Gạo" in ready.get(page).text, "the first word of the name is tried at once"
    assert "Hải sản" in ready.get(f"{page}?q=hai san").text
    assert "Thử chữ khác" in ready.get(f"{page}?q=xe may").text


def test_a_product_of_another_stall_is_not_found(ready: FlaskClient, cast: Cast, session: Session) -> None:
    other = session.get_one(Variant, cast.ruoi).product_id
    for path, ask in (("", ready.get), ("/nganh-hang", ready.post), ("/can-nang", ready.post)):
        assert ask(at(cast, f"/shopee/mon/{other}{path}")).status_code == 404


def test_only_the_stalls_people_see_it(client: FlaskClient, cast: Cast, now: Clock, page: str) -> None:
    only_its_people_may(client, cast, now, page)


def test_nothing_is_chosen_before_the_seller_does(ready: FlaskClient, page: str, session: Session) -> None:
    assert "Đang chọn" not in ready.get(page).text
    product_id = int(page.rpartition("/")[2])
    assert chosen_categories(session, "shopee", [product_id]) == {}
