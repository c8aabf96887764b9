"""One button each: the price, the amount left, sold out and back, hidden and shown. Each also for the helper."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.base.audit import Actor
from market.base.db import db, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.actions import amounts
from market.catalog.actions.listing import VariantRef
from market.catalog.models import ProductState, Reservation
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import examples, of_many
from tests.orders.steps import place, wanted
from tests.pages import hidden, send


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def of(cast: Cast, button: str, variant: int | None = None) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(variant or cast.dau_xanh)}/{button}"


def count(client: FlaskClient, variant: int, fields: dict[str, str]) -> TestResponse:
    """The seller's page shows how much is left, and this is typed in its form."""
    product = shelf.product_id(variant)
    address = f"/ban-hang/rau-ba-lan/san-pham/{product}/con-hang"
    return client.post(address, data={"seen": shelf.amount_seen(variant)} | fields)


def state_of(variant: int) -> tuple[int | None, int, int]:
    """On hand, reserved, and the sum of the moves."""
    _, row = shelf.read(variant)
    return row.on_hand, row.reserved, shelf.sum_of_moves(variant)


# --- the price ----------------------------------------------------------------------------------------------------


def test_a_price_holds_at_once_and_needs_no_approval(lan: FlaskClient, cast: Cast) -> None:
    assert send(lan, shelf.goods_of(cast.lan), {"price": "47k"}, of(cast, "gia")).status_code == 303
    product, variant = shelf.read(cast.dau_xanh)
    assert (variant.price, product.state) == (47_000, ProductState.APPROVED)
    assert shelf.last_event(product.id).fields == "price"


def test_the_same_price_again_changes_and_logs_nothing(lan: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        send(lan, shelf.goods_of(cast.lan), {"price": "47k"}, of(cast, "gia"))
    product, _ = shelf.read(cast.dau_xanh)
    assert shelf.last_event(product.id).verb == "set_price"
    with Session(db.engine) as session:
        assert len(session.scalars(select(type(shelf.last_event(product.id)).id)).all())


@pytest.mark.parametrize(
    ("meanwhile", "named"),
    [
        ({"price": Dong(48_000)}, "giá (nay là 48.000\u00a0₫ / kg)"),
        ({"unit": "bao"}, "giá (nay là 45.000\u00a0₫ / bao)"),
    ],
)
def test_a_price_that_was_changed_meanwhile_is_not_written_over(
    lan: FlaskClient, cast: Cast, meanwhile: dict[str, object], named: str
) -> None:
    sent = {"price": "47k", "seen": shelf.price_seen(cast.dau_xanh)}
    shelf.change(cast.dau_xanh, **meanwhile)
    before = shelf.read(cast.dau_xanh)[1].price
    answer = lan.post(of(cast, "gia"), data=sent)
    assert answer.status_code == 409
    assert named in answer.text
    assert 'value="47k"' in answer.text
    assert shelf.read(cast.dau_xanh)[1].price == before
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    again = hidden(answer.text, page) | {"name": "Đậu xanh", "unit": str(meanwhile.get("unit", "kg")), "price": "47k"}
    assert lan.post(page, data=again).status_code == 303
    assert shelf.read(cast.dau_xanh)[1].price == 47_000


def test_the_same_price_sent_twice_from_one_page_is_one(lan: FlaskClient, cast: Cast) -> None:
    sent = {"price": "47k", "seen": shelf.price_seen(cast.dau_xanh)}
    assert [lan.post(of(cast, "gia"), data=sent).status_code for _ in range(2)] == [303, 303]
    assert shelf.read(cast.dau_xanh)[1].price == 47_000


@pytest.mark.parametrize("typed", ["", "rẻ", "47", "99tỷ"])
def test_a_price_that_cannot_be_comes_back_as_typed(lan: FlaskClient, cast: Cast, typed: str) -> None:
    answer = send(lan, shelf.goods_of(cast.lan), {"price": typed}, of(cast, "gia"))
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert 'value="Đậu xanh"' in answer.text
    assert shelf.read(cast.dau_xanh)[1].price == 45_000


# --- the amount ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("do", "typed", "left"), [("set", "12", 12_000), ("plus", "0,5", 5500), ("minus", "2", 3000), ("set", "0", 0)]
)
def test_the_seller_says_what_is_left_and_the_moves_add_up(
    lan: FlaskClient, cast: Cast, do: str, typed: str, left: int
) -> None:
    assert count(lan, cast.dau_xanh, {"do": do, "amount": typed}).status_code == 303
    assert state_of(cast.dau_xanh) == (left, 0, left)
    product, _ = shelf.read(cast.dau_xanh)
    assert product.state is ProductState.APPROVED
    assert shelf.last_event(product.id).verb == "count_stock"


def test_counting_may_begin_and_end(lan: FlaskClient, cast: Cast) -> None:
    assert count(lan, cast.rau_muong, {"do": "set", "amount": "30"}).status_code == 303
    assert state_of(cast.rau_muong) == (30_000, 0, 30_000)
    assert count(lan, cast.rau_muong, {"do": "uncount"}).status_code == 303
    assert state_of(cast.rau_muong) == (None, 0, 0)


def test_what_is_not_counted_cannot_be_a_little_more(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(of(cast, "con-hang", cast.rau_muong), data={"do": "plus", "amount": "1"})
    assert answer.status_code == 422
    assert "không đếm số" in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Mời điền số"), ("-1", "Chưa đọc được"), ("nhiều", "Chưa đọc được"), ("0,05", "Bán theo từng 0,1")],
)
def test_an_amount_that_cannot_be_comes_back_as_typed(lan: FlaskClient, cast: Cast, typed: str, sentence: str) -> None:
    answer = count(lan, cast.dau_xanh, {"do": "set", "amount": typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{typed}"' in answer.text
    assert state_of(cast.dau_xanh) == (5000, 0, 5000)


def test_no_amount_may_fall_below_what_orders_hold(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh, 3000), now=now())
    for fields in ({"do": "set", "amount": "2"}, {"do": "minus", "amount": "2,5"}):
        answer = count(lan, cast.dau_xanh, fields)
        assert answer.status_code == 422
        assert "Đang giữ 3\u00a0kg cho các đơn" in answer.text
    assert state_of(cast.dau_xanh) == (5000, 3000, 5000)
    assert count(lan, cast.dau_xanh, {"do": "set", "amount": "3"}).status_code == 303


def test_goods_held_beyond_their_time_do_not_stand_in_the_way(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh, 3000), now=now())
    now.move(days=2)
    assert count(lan, cast.dau_xanh, {"do": "set", "amount": "1"}).status_code == 303
    assert state_of(cast.dau_xanh) == (1000, 0, 1000)
    with Session(db.engine) as session:
        assert session.scalars(select(Reservation.released_at)).one() is not None


@pytest.mark.parametrize(("meanwhile", "present"), [({"on_hand": 4000}, "4\u00a0kg"), ({"on_hand": None}, "không đếm")])
def test_a_number_that_changed_meanwhile_is_not_written_over(
    lan: FlaskClient, cast: Cast, meanwhile: dict[str, object], present: str
) -> None:
    seen = {"do": "set", "amount": "6", "seen": shelf.amount_seen(cast.dau_xanh)}
    shelf.change(cast.dau_xanh, **meanwhile)
    answer = lan.post(of(cast, "con-hang"), data=seen)
    assert answer.status_code == 409
    assert f"số còn (nay là {present})" in answer.text
    assert 'value="6"' in answer.text
    assert shelf.read(cast.dau_xanh)[1].on_hand == meanwhile["on_hand"]
    page = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    again = hidden(answer.text, page) | {"name": "Đậu xanh", "price": "45k", "unit": "kg", "amount": "6"}
    assert lan.post(page, data=again).status_code == 303
    assert shelf.read(cast.dau_xanh)[1].on_hand == 6000


def test_it_is_no_longer_counted_only_as_it_was_seen(lan: FlaskClient, cast: Cast) -> None:
    seen = {"do": "uncount", "seen": shelf.amount_seen(cast.dau_xanh)}
    shelf.change(cast.dau_xanh, on_hand=4000)
    assert lan.post(of(cast, "con-hang"), data=seen).status_code == 409
    assert shelf.read(cast.dau_xanh)[1].on_hand == 4000


def test_the_same_number_sent_twice_from_one_page_is_one(lan: FlaskClient, cast: Cast) -> None:
    sent = {"do": "set", "amount": "6", "seen": shelf.amount_seen(cast.dau_xanh)}
    assert [lan.post(of(cast, "con-hang"), data=sent).status_code for _ in range(2)] == [303, 303]
    assert state_of(cast.dau_xanh) == (6000, 0, 6000)


@pytest.mark.parametrize(("button", "fields"), [("gia", {"price": "47k"}), ("con-hang", {"do": "set", "amount": "6"})])
def test_what_does_not_say_what_was_seen_is_not_written(
    lan: FlaskClient, cast: Cast, button: str, fields: dict[str, str]
) -> None:
    answer = lan.post(of(cast, button), data=fields)
    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    variant = shelf.read(cast.dau_xanh)[1]
    assert (variant.price, variant.on_hand) == (45_000, 5000)


def test_new_goods_are_no_longer_sold_out(lan: FlaskClient, cast: Cast) -> None:
    shelf.change(cast.dau_xanh, is_sold_out=True)
    lan.post(of(cast, "con-hang"), data={"do": "plus", "amount": "1"})
    assert not shelf.read(cast.dau_xanh)[1].is_sold_out
    shelf.change(cast.dau_xanh, is_sold_out=True)
    count(lan, cast.dau_xanh, {"do": "set", "amount": "6"})
    assert not shelf.read(cast.dau_xanh)[1].is_sold_out, "also where the number is the one there was"


def test_an_amount_beyond_measure_is_refused(lan: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        answer = lan.post(of(cast, "con-hang"), data={"do": "plus", "amount": "999999"})
    assert answer.status_code == 422
    assert "lớn quá" in answer.text


@pytest.mark.parametrize("variant", ["999", "x", "-1"])
def test_another_s_variant_cannot_be_counted(lan: FlaskClient, cast: Cast, variant: str) -> None:
    fields = {"do": "set", "amount": "1", "variant": str(cast.gao_nep) if variant == "x" else variant}
    before = shelf.read(cast.gao_nep)[1].on_hand
    assert count(lan, cast.dau_xanh, fields).status_code in (303, 404)
    assert shelf.read(cast.gao_nep)[1].on_hand == before


@settings(max_examples=examples(12))
@given(steps=some.lists(some.tuples(some.sampled_from(["set", "add", "none"]), some.integers(-40, 80)), max_size=8))
def test_whatever_a_seller_counts_the_moves_add_up_and_nothing_held_is_lost(
    cast: Cast, now: Clock, steps: list[tuple[str, int]]
) -> None:
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    for do, tenths in steps:
        seen = shelf.amount_seen(cast.dau_xanh)
        try:
            with transaction() as session:
                if do == "add":
                    amounts.add_amount(session, Actor(), which, tenths * 100, now=now())
                else:
                    amount = None if do == "none" else abs(tenths) * 100
                    amounts.set_amount(session, Actor(), which, amount, seen=seen, now=now())
        except Refused:
            pass
        on_hand, reserved, moved = state_of(cast.dau_xanh)
        assert moved == (on_hand or 0)
        assert on_hand is None or 0 <= reserved <= on_hand


def test_fifty_hands_counting_at_once_lose_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))

    def add(number: int) -> None:
        with app.app_context(), transaction() as session:
            amounts.add_amount(session, Actor(), which, 1000 if number % 2 else -100, now=now())

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(add, range(50)))
    left = 5000 + 25 * 1000 - 25 * 100
    assert state_of(cast.dau_xanh) == (left, 0, left)


def test_the_seen_number_guards_an_action_too(cast: Cast, now: Clock) -> None:
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    seen = shelf.amount_seen(cast.dau_xanh)
    shelf.change(cast.dau_xanh, on_hand=4000)
    with pytest.raises(Conflict), transaction() as session:
        amounts.set_amount(session, Actor(), which, 1000, seen=seen, now=now())


# --- switches -----------------------------------------------------------------------------------------------------


def test_sold_out_and_back_again(lan: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        assert lan.post(of(cast, "het-hang")).status_code == 303
        assert shelf.read(cast.dau_xanh)[1].is_sold_out
    for _ in range(2):
        assert lan.post(of(cast, "co-hang")).status_code == 303
    product, variant = shelf.read(cast.dau_xanh)
    assert not variant.is_sold_out
    assert variant.on_hand == 5000, "the counted amount is as it was"
    assert shelf.last_event(product.id).verb == "report_back"


def test_hidden_and_shown_again(lan: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        assert lan.post(of(cast, "an")).status_code == 303
        assert shelf.read(cast.dau_xanh)[0].is_hidden
    assert lan.post(of(cast, "hien")).status_code == 303
    product, _ = shelf.read(cast.dau_xanh)
    assert not product.is_hidden
    assert shelf.last_event(product.id).verb == "show_product"


def test_a_button_on_the_listing_s_page_leads_back_there(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(of(cast, "an"), data={"tu": "sua"})
    assert answer.location.endswith(f"/san-pham/{shelf.product_id(cast.dau_xanh)}")
    assert "#mon-" in lan.post(of(cast, "hien")).location


BUTTONS = {
    "gia": {"price": "50k"},
    "con-hang": {"do": "set", "amount": "9"},
    "het-hang": {},
    "co-hang": {},
    "an": {},
    "hien": {},
}


@of_many(9)
@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("who", ["tu", "vy", "stranger"])
def test_nobody_else_s_thumb_moves_anything(client: FlaskClient, cast: Cast, now: Clock, button: str, who: str) -> None:
    person = getattr(cast, who)
    sign_in(client, getattr(person, "person", person), now())
    assert client.post(of(cast, button), data=BUTTONS[button]).status_code == 404


@pytest.mark.parametrize("button", BUTTONS)
def test_one_s_own_stall_does_not_open_another_s_listing(
    client: FlaskClient, cast: Cast, now: Clock, button: str
) -> None:
    sign_in(client, cast.tu.person, now())
    address = f"{shelf.goods_of(cast.tu)}/{shelf.product_id(cast.dau_xanh)}/{button}"
    assert client.post(address, data=BUTTONS[button]).status_code == 404
    assert shelf.read(cast.dau_xanh)[1].price == 45_000


@pytest.mark.parametrize("button", BUTTONS)
def test_nobody_signed_in_is_sent_to_sign_in(client: FlaskClient, cast: Cast, button: str) -> None:
    assert client.post(of(cast, button), data=BUTTONS[button]).status_code == 303
    assert shelf.read(cast.dau_xanh)[1].price == 45_000


@pytest.mark.parametrize("button", ["gia", "con-hang", "het-hang", "an"])
def test_what_a_helper_does_is_written_down_as_done_for_another(
    client: FlaskClient, cast: Cast, now: Clock, button: str
) -> None:
    helper = shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    seen = {"gia": shelf.price_seen(cast.dau_xanh), "con-hang": shelf.amount_seen(cast.dau_xanh)}.get(button, "")
    assert client.post(of(cast, button), data=BUTTONS[button] | {"seen": seen}).status_code == 303
    event = shelf.last_event(shelf.product_id(cast.dau_xanh))
    assert (event.actor_id, event.on_behalf_of, event.mandate_id) == (cast.vy, cast.lan.business, helper.mandate_id)


def test_an_action_finds_no_other_stall_s_product(cast: Cast, now: Clock) -> None:
    which = VariantRef(stall_id=cast.tu.stall, product_id=shelf.product_id(cast.dau_xanh))
    with pytest.raises(NotFound), transaction() as session:
        amounts.report_sold_out(session, Actor(), which, now=now())
