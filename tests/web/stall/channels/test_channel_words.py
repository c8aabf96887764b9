"""Words that a marketplace forbids are cured in one tap, for that marketplace alone (field B04)."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalog.models import Product
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.pages import press
from tests.web.stall.channels.asked import LOUD, rice_of, say
from tests.web.stall.channels.conftest import at


def test_when_the_product_changes_its_words_for_the_marketplace_are_looked_at_again(
    ready: FlaskClient, cast: Cast
) -> None:
    rice = rice_of(cast)
    say(rice, LOUD)
    press(ready, at(cast, "/shopee"), at(cast, f"/shopee/mon/{rice}/chu/lay"))
    say(rice, LOUD.replace("hạt dài", "hạt tròn"))
    board = ready.get(at(cast, "/shopee")).text
    assert "Món hàng đã đổi chữ" in board
    assert "0/1 món sẵn sàng" in board
    assert press(ready, at(cast, "/shopee"), at(cast, f"/shopee/mon/{rice}/chu/lay")).status_code == 303
    assert "1/1 món sẵn sàng" in ready.get(at(cast, "/shopee")).text


def test_a_product_of_another_stall_is_not_found(ready: FlaskClient, cast: Cast, session: Session) -> None:
    other = session.scalars(select(Product.id).where(Product.stall_id == cast.lan.stall)).first()
    page = at(cast, f"/shopee/mon/{other}/chu")
    assert ready.get(page).status_code == 404
    assert ready.post(f"{page}/lay", data={"name": "Gạo", "description": "Gạo"}).status_code == 404
    assert ready.post(f"{page}/bo").status_code == 404


@pytest.mark.parametrize(("rest", "post"), [("chu", False), ("chu/lay", True), ("chu/bo", True)])
def test_only_the_stalls_people_change_words(
    client: FlaskClient, cast: Cast, now: Clock, rest: str, post: bool
) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/shopee/mon/{rice_of(cast)}/{rest}"), post=post)
