"""The cart, filled by anybody, kept by a cookie."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Photo, ProductState, Variant
from market.orders.models import Cart
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import place, wanted
from tests.queries import counting
from tests.web.shop.buying import fill_cart


def cookie(client: FlaskClient, name: str) -> str | None:
    found = client.get_cookie(name)
    return found.value if found else None


def test_goods_of_several_stalls_lie_in_one_cart(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.rau_muong, "2"), (cast.gao_nep, "0,5"), (cast.rau_muong, "1"))
    page = client.get("/gio-hang").text
    assert "Rau bà Lan" in page
    assert "HTX nông nghiệp Đại Sơn" in page
    assert "36.000" in page
    assert "16.000" in page
    assert "52.000" in page
    assert cookie(client, "gio") == "2"


def test_goods_in_the_cart_show_their_first_picture(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        product = writing.get_one(Variant, cast.rau_muong).product
        product.photos[0].position = 1
        whose = {"product_id": product.id, "stall_id": product.stall_id, "width": 1280, "height": 960}
        writing.add(Photo(key="first-picture-00000000", position=0, created_at=now(), **whose))
    fill_cart(client, (cast.rau_muong, "1"))
    assert "first-picture-00000000" in client.get("/gio-hang").text


def test_what_begins_a_cart_has_not_changed_it_and_what_follows_has(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    fill_cart(client, (cast.rau_muong, "2"))
    assert session.scalars(select(Cart.changes)).one() == 0
    session.rollback()
    fill_cart(client, (cast.gao_nep, "1"))
    assert session.scalars(select(Cart.changes)).one() == 1


def test_an_empty_cart_says_what_to_do(client: FlaskClient, cast: Cast) -> None:
    assert "Giỏ còn trống" in client.get("/gio-hang").text


def test_the_tab_bar_counts_lines_without_asking_the_database(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.rau_muong, "1"), (cast.gao_nep, "1"))
    with counting() as seen:
        page = client.get("/gio-hang").text
    assert '<span class="count">2</span>' in page
    assert len(seen) == 1


def test_a_line_is_changed_and_taken_out(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.rau_muong, "2"), (cast.gao_nep, "1"))
    client.post("/gio-hang/sua", data={"variant_id": cast.gao_nep, "amount": "2.5"})
    assert "80.000" in client.get("/gio-hang").text
    for _ in range(2):
        answer = client.post("/gio-hang/bo", data={"variant_id": cast.rau_muong})
        assert answer.status_code == 303
        assert cookie(client, "gio") == "1"
    assert "Rau muống" not in client.get("/gio-hang").text


@pytest.mark.parametrize("typed", ["", "abc", "0", "-1", "0,55", "1e3", "99999999999"])
def test_an_amount_nobody_can_sell_is_refused(client: FlaskClient, cast: Cast, typed: str) -> None:
    answer = client.post("/gio-hang/them", data={"variant_id": cast.gao_nep, "amount": typed})
    assert answer.status_code == 422
    assert "Giỏ vẫn như cũ" in answer.text
    assert cookie(client, "gio") is None


def test_more_than_there_is_does_not_go_in(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "3"))
    answer = client.post("/gio-hang/them", data={"variant_id": cast.dau_xanh, "amount": "3"})
    assert answer.status_code == 422
    assert "chỉ còn 5\u00a0kg" in answer.text
    answer = client.post("/gio-hang/sua", data={"variant_id": cast.dau_xanh, "amount": "5,1"})
    assert answer.status_code == 422
    assert "135.000" in answer.text
    assert "chỉ còn 5\u00a0kg" in answer.text
    assert "135.000" in client.get("/gio-hang").text


def test_what_is_not_on_the_market_is_not_found(client: FlaskClient, cast: Cast) -> None:
    for variant_id in ("999", "x", "9" * 30):
        assert client.post("/gio-hang/them", data={"variant_id": variant_id, "amount": "1"}).status_code == 404
    assert client.post("/gio-hang/sua", data={"variant_id": cast.gao_nep, "amount": "1"}).status_code == 404
    assert client.post("/gio-hang/bo", data={"variant_id": cast.gao_nep}).status_code == 404


def test_a_listing_that_waits_for_the_office_is_not_sold(client: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Variant, cast.gao_nep).product.state = ProductState.PENDING
    answer = client.post("/gio-hang/them", data={"variant_id": cast.gao_nep, "amount": "1"})
    assert answer.status_code == 422
    assert "không còn bán" in answer.text


def test_a_cart_keeps_what_sells_out_and_says_so(client: FlaskClient, cast: Cast, now: Clock) -> None:
    fill_cart(client, (cast.dau_xanh, "2"), (cast.rau_muong, "1"))
    place(cast.commune, wanted(cast.dau_xanh, 4000), now=now())
    page = client.get("/gio-hang").text
    assert "Chỉ còn 1\u00a0kg" in page
    assert "Giỏ vẫn giữ" in page
    assert "Đặt hàng · 12.000" in page
    now.move(hours=12)
    page = client.get("/gio-hang").text
    assert "Chỉ còn" not in page
    assert "Đặt hàng · 102.000" in page


def test_what_is_typed_is_what_is_ordered(client: FlaskClient, cast: Cast) -> None:
    """The button takes the amounts that stand in the fields: without a script too."""
    fill_cart(client, (cast.rau_muong, "3"), (cast.gao_nep, "1"))
    page = client.get("/gio-hang").text
    assert f'name="amount-{cast.rau_muong}"' in page
    assert 'form="gio" formaction="/gio-hang/dat"' in page
    typed = {f"amount-{cast.rau_muong}": "7", f"amount-{cast.gao_nep}": "1"}
    answer = client.post("/gio-hang/dat", data=typed)
    assert (answer.status_code, answer.location) == (303, "/dat-hang")
    assert "Rau muống: 7\u00a0mớ" in client.get("/dat-hang").text


def test_taking_one_out_keeps_what_was_typed_of_the_others(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.rau_muong, "3"), (cast.gao_nep, "1"))
    typed = {f"amount-{cast.rau_muong}": "7", f"amount-{cast.gao_nep}": "1", "variant_id": str(cast.gao_nep)}
    assert client.post("/gio-hang/bo", data=typed).status_code == 303
    page = client.get("/gio-hang").text
    assert f"amount-{cast.gao_nep}" not in page
    assert "84.000" in page


@pytest.mark.parametrize(("typed", "said"), [("99", "chỉ còn"), ("nhiều", "số bạn gõ còn ở dưới")])
def test_an_amount_that_cannot_be_stays_typed_and_nothing_else_changes(
    client: FlaskClient, cast: Cast, typed: str, said: str
) -> None:
    fill_cart(client, (cast.dau_xanh, "2"), (cast.rau_muong, "3"))
    sent = {f"amount-{cast.rau_muong}": "7", f"amount-{cast.dau_xanh}": typed}
    answer = client.post("/gio-hang/dat", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="7"' in answer.text
    assert 'value="3"' in client.get("/gio-hang").text


def test_a_line_that_is_sold_out_does_not_stop_the_others(client: FlaskClient, cast: Cast, now: Clock) -> None:
    fill_cart(client, (cast.dau_xanh, "2"), (cast.rau_muong, "1"))
    place(cast.commune, wanted(cast.dau_xanh, 4000), now=now())
    sent = {f"amount-{cast.dau_xanh}": "2", f"amount-{cast.rau_muong}": "4"}
    assert client.post("/gio-hang/dat", data=sent).location == "/dat-hang"
    assert "Rau muống: 4" in client.get("/dat-hang").text


def test_what_is_left_is_taken_in_one_tap_and_what_was_typed_of_others_is_kept(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    fill_cart(client, (cast.dau_xanh, "5"), (cast.rau_muong, "1"))
    place(cast.commune, wanted(cast.dau_xanh, 2000), now=now())
    assert "Còn 3\u00a0kg: lấy 3\u00a0kg" in client.get("/gio-hang").text
    sent = {f"amount-{cast.dau_xanh}": "5", f"amount-{cast.rau_muong}": "4", "variant_id": str(cast.dau_xanh)}
    assert client.post("/gio-hang/lay-con", data=sent).location == "/gio-hang"
    page = client.get("/gio-hang").text
    assert "Đậu xanh: lấy 3\u00a0kg." in page
    assert "Đặt hàng · 183.000" in page
    assert "Chỉ còn" not in page


def test_more_typed_than_there_is_offers_what_there_is(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "2"))
    answer = client.post("/gio-hang/dat", data={f"amount-{cast.dau_xanh}": "99"})
    assert "Còn 5\u00a0kg: lấy 5\u00a0kg" in answer.text
    client.post("/gio-hang/lay-con", data={f"amount-{cast.dau_xanh}": "99", "variant_id": str(cast.dau_xanh)})
    assert 'value="5"' in client.get("/gio-hang").text


def test_nothing_left_is_said_and_stays_in_the_cart(client: FlaskClient, cast: Cast, now: Clock) -> None:
    fill_cart(client, (cast.dau_xanh, "2"))
    place(cast.commune, wanted(cast.dau_xanh, 5000), now=now())
    page = client.get("/gio-hang").text
    assert "Hết hàng" in page
    assert "lấy" not in page
    answer = client.post("/gio-hang/lay-con", data={"variant_id": str(cast.dau_xanh)})
    assert (answer.status_code, "Giỏ vẫn như cũ" in answer.text) == (422, True)
    assert client.post("/gio-hang/lay-con", data={"variant_id": str(cast.ruoi)}).status_code == 404
    assert f"amount-{cast.dau_xanh}" not in client.get("/gio-hang").text
    assert "Bỏ ra" in client.get("/gio-hang").text


def test_each_browser_has_its_own_cart(app: Flask, client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    assert "Giỏ còn trống" in app.test_client().get("/gio-hang").text


def test_a_cart_post_needs_its_token(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for path in ("sua", "bo", "dat"):
        assert client.post(f"/gio-hang/{path}", data={"variant_id": cast.gao_nep, "amount": "1"}).status_code == 400


def test_putting_something_in_takes_few_statements(client: FlaskClient, cast: Cast) -> None:
    with counting() as seen:
        fill_cart(client, (cast.gao_nep, "1"))
    assert len(seen) <= 7, "\n".join(seen)
