"""One more thing that a product is sold as: a bag, a box, a size, at its own price."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import db
from market.catalog.actions.variants import MOST_VARIANTS
from market.catalog.models import ProductState, Variant
from market.web.shop.product.queries import goods_offered
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def product_page(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"


def address(cast: Cast) -> str:
    return f"{product_page(cast)}/loai/moi"


def bag(**changed: str) -> dict[str, str]:
    """A bag of 500 g, as typed."""
    return {"unit": "tui", "price": "20k", "pack_amount": "500", "pack_unit": "g", "amount": "12"} | changed


def sold_as(cast: Cast) -> list[Variant]:
    with Session(db.engine, expire_on_commit=False) as session:
        query = select(Variant).where(
            Variant.product_id == shelf.product_id(cast.dau_xanh), Variant.removed_at.is_(None)
        )
        return list(session.scalars(query.order_by(Variant.id)))


def test_a_bag_beside_the_kilo_is_sold_at_once(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Thêm loại" in lan.get(product_page(cast)).text
    answer = lan.post(address(cast), data=bag())
    assert (answer.status_code, answer.location) == (303, f"{product_page(cast)}#cac-loai")
    kilo, new = sold_as(cast)
    assert (kilo.label, new.label, new.price, new.on_hand) == ("theo kg", "túi 500 g", 20_000, 12_000)
    assert shelf.sum_of_moves(new.id) == 12_000
    assert new.sku == f"{kilo.sku}-2"
    product, _ = shelf.read(new.id)
    assert product.state is ProductState.APPROVED
    assert shelf.last_event(product.id).verb == "add_variant"
    with Session(db.engine) as session:
        offer = goods_offered(session.connection(), cast.commune, product.id, now=now())
        assert {one.label for one in offer.variants} == {"theo kg", "túi 500 g"}
    page = lan.get(product_page(cast)).text
    assert all(words in page for words in ("Các loại đang bán", "túi 500 g", "còn 12\u00a0túi", "20.000\u00a0₫/túi"))
    assert 'name="price"' not in page


def test_a_name_of_its_own_is_read_by_the_office_first(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(address(cast), data=bag(label="Loại to đều hạt"))
    assert "Trên chợ vẫn hiện bản cũ" in lan.get(answer.location).text
    assert shelf.read(cast.dau_xanh)[0].state is ProductState.APPROVED
    assert sold_as(cast)[1].label == "túi 500 g"
    shelf.approve_changes(cast)
    assert sold_as(cast)[1].label == "Loại to đều hạt"


def test_without_an_amount_it_is_sold_until_reported_sold_out(lan: FlaskClient, cast: Cast) -> None:
    lan.post(address(cast), data=bag(amount=""))
    assert sold_as(cast)[1].on_hand is None


def test_pressing_twice_is_one(lan: FlaskClient, cast: Cast) -> None:
    lan.post(address(cast), data=bag())
    answer = lan.post(address(cast), data=bag(price="21k"))
    assert answer.status_code == 422
    assert "Món này đã có loại “túi 500 g”" in answer.text
    assert 'value="21k"' in answer.text
    assert len(sold_as(cast)) == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"price": ""}, "Mời viết giá bán."),
        ({"price": "20"}, "có vẻ thiếu số 0"),
        ({"unit": "ri"}, "Mời chọn một mục"),
        ({"amount": "2,5"}, "túi"),
        ({"label": "x" * 41}, "Viết gọn trong 40 chữ."),
        ({"unit": "kg"}, "Món này đã có loại “theo kg”"),
        ({"label": "THEO KG"}, "Món này đã có loại “THEO KG”"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    lan: FlaskClient, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = lan.post(address(cast), data=bag(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(sold_as(cast)) == 1


def test_there_is_an_end_to_it(lan: FlaskClient, cast: Cast) -> None:
    for number in range(1, MOST_VARIANTS):
        assert lan.post(address(cast), data=bag(pack_amount=str(number * 100))).status_code == 303
    answer = lan.post(address(cast), data=bag(pack_amount="900"))
    assert f"đã có {MOST_VARIANTS} loại" in answer.text


def test_a_helper_adds_it_on_behalf_of_the_owner(client: FlaskClient, cast: Cast, now: Clock) -> None:
    helper = shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    assert client.post(address(cast), data=bag()).status_code == 303
    event = shelf.last_event(shelf.product_id(cast.dau_xanh))
    assert (event.actor_id, event.on_behalf_of, event.mandate_id) == (cast.vy, cast.lan.business, helper.mandate_id)


def test_nobody_else_adds_to_it(app: Flask, cast: Cast) -> None:
    others = [cast.tu.person, cast.vy, cast.hung, cast.stranger]
    assert keeps_out(app, address(cast), others)
    assert keeps_out(app, address(cast), others, method="POST")
    assert len(sold_as(cast)) == 1
