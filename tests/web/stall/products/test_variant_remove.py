"""A choice that is no longer sold: the market forgets it, the orders that name it do not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.base.audit import GUEST
from market.base.db import db, transaction
from market.catalog.actions import amounts
from market.catalog.actions.listing import VariantRef
from market.catalog.models import Product, Variant
from market.catalog.queries.listing import nearly_sold_out, variant_id_of
from market.values.money import Dong
from market.web.shop.browse.queries import PageQuery, goods_of_stall
from market.web.shop.product.queries import goods_offered
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import place, wanted
from tests.pages import hidden, press


def set_removed(variant: int, now: Clock) -> None:
    with transaction() as session:
        row = session.get_one(Variant, variant)
        row.is_sold_out, row.removed_at = True, now()


def test_what_is_removed_is_nowhere_on_the_market(cast: Cast, now: Clock) -> None:
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    taken = shelf.add_choice(cast.dau_xanh)
    page_query = PageQuery(commune_id=cast.commune, now=now())
    with Session(db.engine) as session:
        card = next(
            one
            for one in goods_of_stall(session.connection(), cast.lan.stall, page_query).cards
            if one.name == "Đậu xanh"
        )
        assert (card.price, card.has_choice) == (20_000, True)
    set_removed(taken, now)
    with transaction() as session:
        amounts.report_sold_out(session, GUEST, which, now=now())
        amounts.report_back(session, GUEST, which, now=now())
    with Session(db.engine) as session:
        card = next(
            one
            for one in goods_of_stall(session.connection(), cast.lan.stall, page_query).cards
            if one.name == "Đậu xanh"
        )
        assert (card.price, card.has_choice) == (45_000, False)
        offer = goods_offered(session.connection(), cast.commune, which.product_id, now=now())
        assert [one.id for one in offer.variants] == [cast.dau_xanh]
        product = session.get_one(Product, which.product_id)
        assert [one.id for one in product.variants] == [cast.dau_xanh]
        assert variant_id_of(session, product, None) == cast.dau_xanh
        assert [one.left for one in nearly_sold_out(session, cast.lan.stall, now=now())] == [5000]
        assert session.get_one(Variant, taken).is_sold_out, "no button for the whole product brings it back"


def test_what_is_held_for_an_order_cannot_be_removed(cast: Cast, now: Clock) -> None:
    taken = shelf.add_choice(cast.dau_xanh)
    place(cast.commune, wanted(taken, 1000), now=now())
    with pytest.raises(IntegrityError, match="removed_holds_nothing"):
        set_removed(taken, now)


# --- the button -------------------------------------------------------------------------------------------------------


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def product_page(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"


def remove(cast: Cast, variant: int) -> str:
    return f"{product_page(cast)}/loai/{variant}/bo"


def press_remove(client: FlaskClient, cast: Cast, variant: int) -> TestResponse:
    return press(client, f"{product_page(cast)}/loai/{variant}", remove(cast, variant))


def test_the_button_takes_it_off_and_a_new_one_gets_another_number(lan: FlaskClient, cast: Cast) -> None:
    taken = shelf.add_choice(cast.dau_xanh)
    answer = press_remove(lan, cast, taken)
    assert (answer.status_code, answer.location) == (303, f"{product_page(cast)}#cac-loai")
    page = lan.get(answer.location).text
    assert "Đã bỏ loại túi 500 g của Đậu xanh." in page
    event = shelf.last_event(shelf.product_id(cast.dau_xanh))
    assert (event.verb, event.actor_id) == ("remove_variant", cast.lan.person)
    assert "Các loại đang bán" not in page
    assert 'value="45.000"' in page, "sold as one thing again"
    assert lan.get(f"{product_page(cast)}/loai/{taken}").status_code == 404
    assert lan.post(remove(cast, taken), data={"seen": "trang cũ"}).status_code == 303
    assert shelf.last_event(shelf.product_id(cast.dau_xanh)).id == event.id
    lan.post(f"{product_page(cast)}/loai/moi", data={"unit": "tui", "price": "20k", "pack_unit": "kg"})
    with Session(db.engine) as session:
        skus = session.scalars(select(Variant.sku).where(Variant.product_id == shelf.product_id(cast.dau_xanh))).all()
    assert len(set(skus)) == 3


def test_what_was_made_something_else_meanwhile_is_shown_before_it_is_removed(lan: FlaskClient, cast: Cast) -> None:
    """A helper made another bag of it: that one is not what the seller meant."""
    taken = shelf.add_choice(cast.dau_xanh)
    shown = hidden(lan.get(f"{product_page(cast)}/loai/{taken}").text, "/bo")
    with transaction() as session:
        session.get_one(Variant, taken).price = Dong(30_000)
    answer = lan.post(remove(cast, taken), data=shown)
    assert answer.status_code == 409
    assert "giá (nay là " in answer.text
    assert shelf.read(taken)[1].removed_at is None
    assert lan.post(remove(cast, taken)).status_code == 422
    assert lan.post(remove(cast, taken), data=hidden(answer.text, "/bo")).status_code == 303


def test_the_last_one_stays(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(remove(cast, cast.dau_xanh), data={"seen": "khi còn hai loại"})
    assert answer.status_code == 422
    assert "Món cần còn ít nhất một loại" in answer.text
    assert shelf.read(cast.dau_xanh)[1].removed_at is None


def test_what_orders_wait_for_stays_until_they_are_done(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    taken = shelf.add_choice(cast.dau_xanh)
    place(cast.commune, wanted(taken, 1000), now=now())
    answer = press_remove(lan, cast, taken)
    assert answer.status_code == 422
    assert "Đang giữ 1\u00a0túi của loại này cho các đơn nên chưa bỏ được" in answer.text
    now.move(days=2)
    assert press_remove(lan, cast, taken).status_code == 303, "what was held beyond its time is given back first"


def test_a_cart_that_holds_it_is_told_that_it_is_gone(client: FlaskClient, app: Flask, cast: Cast, now: Clock) -> None:
    taken = shelf.add_choice(cast.dau_xanh)
    client.post("/gio-hang/them", data={"variant_id": str(taken), "amount": "1"})
    assert "túi 500 g" in client.get("/gio-hang").text
    set_removed(taken, now)
    assert "Hết hàng" in client.get("/gio-hang").text


def test_nobody_else_removes_it(app: Flask, cast: Cast) -> None:
    taken = shelf.add_choice(cast.dau_xanh)
    others = [cast.tu.person, cast.vy, cast.hung, cast.stranger]
    assert keeps_out(app, remove(cast, taken), others, method="POST")
    assert shelf.read(taken)[1].removed_at is None
