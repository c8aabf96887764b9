"""Buttons that add: tapped twice or sent again they add once; without the key, as from an older page, each time."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.base.audit import Actor
from market.base.client_keys import ClientKey
from market.base.db import transaction
from market.base.errors import Refused
from market.catalog.actions import amounts
from market.catalog.actions.listing import VariantRef
from market.catalog.models import ProposedPhoto, Variant
from market.orders.models import CartLine
from market.trace.models import JournalEntry, Lot, Stamp
from market.trace.rules import JournalKind
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import in_turns
from tests.services.crowd import crowd
from tests.trace import steps
from tests.web.shop.buying import hidden_fields

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


@pytest.fixture
def htx(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.htx.person, now())
    return client


def key_on(client: FlaskClient, page: str) -> dict[str, str]:
    """The key that a page's form carries."""
    return {"client_key": hidden_fields(client.get(page).text)["client_key"]}


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_more_stock_is_added_once_for_each_page(lan: FlaskClient, cast: Cast) -> None:
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    form = {"amount": "5", "do": "plus", "tu": "sua"} | key_on(lan, page)
    assert [lan.post(f"{page}/con-hang", data=form).status_code for _ in range(2)] == [303, 303]
    assert shelf.read(cast.dau_xanh)[1].on_hand == 10_000 == shelf.sum_of_moves(cast.dau_xanh)
    lan.post(f"{page}/con-hang", data=form | key_on(lan, page))
    assert shelf.read(cast.dau_xanh)[1].on_hand == 15_000
    for _ in range(2):
        lan.post(f"{page}/con-hang", data={"amount": "1", "do": "minus"})
    assert shelf.read(cast.dau_xanh)[1].on_hand == 13_000


def test_a_key_that_was_refused_is_free_again(cast: Cast, now: Clock) -> None:
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))

    def add(delta: int) -> None:
        with transaction() as session:
            amounts.add_amount(session, Actor(), which, delta, client_key="typed again", now=now())

    with pytest.raises(Refused):
        add(-6000)
    add(-1000)
    assert shelf.read(cast.dau_xanh)[1].on_hand == 4000


def test_the_same_form_sent_at_once_adds_once(app: Flask, cast: Cast, now: Clock) -> None:
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))

    def add(_number: int) -> None:
        with transaction() as session:
            amounts.add_amount(session, Actor(), which, 2000, client_key="tapped", now=now())

    crowd(app, range(6), add)
    assert shelf.read(cast.dau_xanh)[1].on_hand == 7000 == shelf.sum_of_moves(cast.dau_xanh)


def test_one_tap_puts_one_amount_into_the_cart(client: FlaskClient, cast: Cast, session: Session) -> None:
    product, variant = shelf.read(cast.gao_nep)
    page = f"/san-pham/{product.id}-{product.slug}"
    form = {"variant_id": str(variant.id), "amount": "2"} | key_on(client, page)
    assert [client.post("/gio-hang/them", data=form).status_code for _ in range(2)] == [303, 303]
    assert "không thêm lần nữa" in client.get("/gio-hang").text
    assert session.scalars(select(CartLine.amount)).all() == [2000]
    client.post("/gio-hang/them", data=form | key_on(client, page))
    client.post("/gio-hang/them", data={"variant_id": str(variant.id), "amount": "1"})
    session.rollback()
    assert session.scalars(select(CartLine.amount)).all() == [5000]


def test_two_carts_may_carry_the_same_key(app: Flask, cast: Cast, session: Session) -> None:
    form = {"variant_id": str(cast.gao_nep), "amount": "2", "client_key": "shared"}
    for client in (app.test_client(), app.test_client()):
        client.post("/gio-hang/them", data=form)
    assert session.scalars(select(CartLine.amount)).all() == [2000, 2000]


def test_stamps_are_printed_once_and_the_answer_is_the_same(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    code = steps.sealed_lot(cast, now())
    page = f"/ban-hang/{cast.htx.slug}/lo/{code}"
    form = {"count": "10"} | key_on(htx, page)
    for _ in range(2):
        assert htx.post(f"{page}/tem", data=form).status_code == 303
        assert "Đã làm 10 tem, số 1 đến 10" in htx.get(page).text
        now.move(minutes=1)
    assert count(session, Stamp) == 10
    htx.post(f"{page}/tem", data={"count": "5"})
    htx.post(f"{page}/tem", data={"count": "5"})
    assert count(session, Stamp) == 20


def test_a_line_is_withdrawn_once_and_the_answer_is_the_same(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    code = steps.rice_lot(cast, now())
    line = steps.write(cast, code, JournalKind.PROCESSING, now().date(), now())
    page = f"/ban-hang/{cast.htx.slug}/lo/{code}/sua/{line}"
    form = {"reason": "nhầm", "client_key": "withdrawn"}
    assert [htx.post(f"{page}/bo", data=form).status_code for _ in range(2)] == [303, 303]
    assert count(session, JournalEntry) == 2


def test_a_choice_is_added_once(lan: FlaskClient, cast: Cast, session: Session) -> None:
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}/loai/moi"
    form = {"unit": "tui", "price": "20k", "amount": "3"} | key_on(lan, page)
    before = count(session, Variant)
    assert [lan.post(page, data=form).status_code for _ in range(2)] == [303, 303]
    assert count(session, Variant) == before + 1


def test_a_picture_sent_twice_is_one(lan: FlaskClient, cast: Cast, session: Session) -> None:
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    for _ in range(2):
        form = {"camera": shelf.sent(), "tu": "sua", "client_key": "picture"}
        assert shelf.post(lan, f"{page}/anh", form).status_code == 303
    assert count(session, ProposedPhoto) == 1
    assert count(session, ClientKey) == 1


# --- the same key, something else typed: an old page opened again ---------------------------------------------------


def comes_back(answer: TestResponse, *told: str) -> dict[str, str]:
    """The page says what was added before, and carries a new key."""
    assert answer.status_code == 409
    for part in ("đã gửi một lần rồi", *told):
        assert part in answer.text
    return {"client_key": hidden_fields(answer.text)["client_key"]}


def test_another_amount_from_the_same_page_is_asked_about(lan: FlaskClient, cast: Cast) -> None:
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    form = {"amount": "5", "do": "plus", "tu": "sua"} | key_on(lan, page)
    lan.post(f"{page}/con-hang", data=form)
    less = form | {"do": "minus", "amount": "2"}

    answer = lan.post(f"{page}/con-hang", data=less)

    key = comes_back(answer, "thêm 5\u00a0kg", 'value="2"')
    assert shelf.read(cast.dau_xanh)[1].on_hand == 10_000
    assert lan.post(f"{page}/con-hang", data=less | key).status_code == 303
    assert shelf.read(cast.dau_xanh)[1].on_hand == 8_000 == shelf.sum_of_moves(cast.dau_xanh)


def test_another_line_of_a_journal_from_the_same_page_is_asked_about(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    page = f"/ban-hang/{cast.htx.slug}/lo/{steps.rice_lot(cast, now())}/ghi"
    form = {"happened_on": "2026-11-20", "unit": "kg", "client_key": "tapped", "amount": "10"}
    assert htx.post(f"{page}/thu-hoach", data=form).status_code == 303

    more = form | {"amount": "25"}
    key = comes_back(htx.post(f"{page}/thu-hoach", data=more), "thu hoạch 10\u00a0kg, ngày 20/11/2026")
    comes_back(htx.post(f"{page}/bon-phan", data=form), "thu hoạch 10\u00a0kg")

    assert count(session, JournalEntry) == 1
    assert htx.post(f"{page}/thu-hoach", data=more | key).status_code == 303
    assert count(session, JournalEntry) == 2


def test_another_number_of_stamps_from_the_same_page_is_asked_about(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    page = f"/ban-hang/{cast.htx.slug}/lo/{steps.rice_lot(cast, now())}"
    form = {"count": "10"} | key_on(htx, page)
    htx.post(f"{page}/tem", data=form)

    comes_back(htx.post(f"{page}/tem", data=form | {"count": "30"}), "làm 10 tem", 'value="30"')

    assert count(session, Stamp) == 10


def test_another_lot_from_the_same_page_is_asked_about(htx: FlaskClient, cast: Cast, session: Session) -> None:
    page = f"/ban-hang/{cast.htx.slug}/lo/moi"
    product = shelf.product_id(cast.gao_nep)
    size = {"pack_amount": "5", "pack_unit": "kg", "yield_percent": "65"}
    form = {"product": str(product), "plot": "Đồng Cửa", "client_key": "lot"} | size
    assert htx.post(page, data=form).status_code == 303

    comes_back(htx.post(page, data=form | {"plot": "Đồng Bến"}), "Đồng Cửa", 'value="Đồng Bến"')

    assert count(session, Lot) == 1


def test_another_choice_from_the_same_page_is_asked_about(lan: FlaskClient, cast: Cast, session: Session) -> None:
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}/loai/moi"
    form = {"unit": "tui", "price": "20k", "amount": "3"} | key_on(lan, page)
    lan.post(page, data=form)
    before = count(session, Variant)

    comes_back(lan.post(page, data=form | {"unit": "hop", "price": "35k"}), "giá 20.000")

    assert count(session, Variant) == before


def test_another_picture_from_the_same_page_is_asked_about(lan: FlaskClient, cast: Cast, session: Session) -> None:
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    other = shelf.sent(files.jpeg(300, 400))
    for picture, status in ((shelf.sent(), 303), (shelf.sent(), 303), (other, 409)):
        form = {"camera": picture, "tu": "sua", "client_key": "picture"}
        assert shelf.post(lan, f"{page}/anh", form).status_code == status
    assert count(session, ClientKey) == 1


def test_another_listing_from_the_same_page_is_asked_about(lan: FlaskClient, cast: Cast, session: Session) -> None:
    page = f"{shelf.goods_of(cast.lan)}/moi"
    form = {"name": "Rau muống", "price": "12k", "unit": "mo", "client_key": "listing"}
    assert shelf.post(lan, page, form | {"camera": shelf.sent()}).status_code == 303
    before = count(session, Variant)

    comes_back(shelf.post(lan, page, form | {"name": "Mồng tơi", "camera": shelf.sent()}), "món Rau muống, giá 12.000")

    assert count(session, Variant) == before


def test_another_thing_for_the_cart_from_the_same_page_is_asked_about(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    form = {"variant_id": str(cast.gao_nep), "amount": "2", "client_key": "cart"}
    client.post("/gio-hang/them", data=form)

    answer = client.post("/gio-hang/them", data=form | {"variant_id": str(cast.dau_xanh)})

    assert answer.status_code == 409
    assert "vào giỏ. Lần này gửi khác nên chưa ghi gì thêm" in answer.text
    assert session.scalars(select(CartLine.amount)).all() == [2000]


def test_a_key_from_before_digests_still_counts_once(cast: Cast, now: Clock) -> None:
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    with transaction() as session:
        session.add(ClientKey(scope=f"stall:{cast.lan.stall}", key="old", used_at=now()))
    with transaction() as session:
        amounts.add_amount(session, Actor(), which, 2000, client_key="old", now=now())
    assert shelf.read(cast.dau_xanh)[1].on_hand == 5000
