"""A sealed lot's own page, and what a product's page says of its lots."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalog.models import Product, Variant
from market.trace.queries import codes_for_sale, has_lot_for_sale, lots_of_product_public
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting
from tests.trace import steps
from tests.trace.pages import words


def test_a_sealed_lot_is_there_for_everybody(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    for typed in (code, code.lower()):
        page = client.get(f"/lo/{typed}")
        assert page.status_code == 200
        assert "Đủ 21 ngày cách ly (cần 14)" in words(page)


def test_an_open_lot_and_one_that_is_none_are_not(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert client.get(f"/lo/{steps.rice_lot(cast, now())}").status_code == 404
    assert client.get("/lo/L200101A").status_code == 404


def test_a_recalled_lot_warns(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    steps.recall(cast, code, now())
    said = words(client.get(f"/lo/{code}"))
    assert "Lô này đã thu hồi" in said
    assert "Mua món này" not in said


def test_a_product_names_its_newest_sealed_lots_in_two_statements(cast: Cast, now: Clock, session: Session) -> None:
    product_id = session.get_one(Variant, cast.gao_nep).product_id
    assert lots_of_product_public(session, product_id, today=local_day(now())) == []
    codes = [steps.sealed_lot(cast, now()) for _ in range(6)]
    steps.rice_lot(cast, now())
    steps.recall(cast, codes[-1], now())
    with counting() as seen:
        lots = lots_of_product_public(session, product_id, today=local_day(now()))
    assert len(seen) == 2
    assert [lot.code for lot in lots] == codes[:0:-1]
    assert [lot.is_recalled for lot in lots] == [True, False, False, False, False]
    assert (str(lots[0].harvested_on), lots[0].entries) == ("2026-10-20", 5)
    assert codes_for_sale(session, [product_id, 999], now=now()) == {product_id: codes[-2]}


def test_cards_know_which_goods_have_a_sealed_lot(cast: Cast, now: Clock, session: Session) -> None:
    query = select(Product.name).where(has_lot_for_sale())
    assert session.scalars(query, {"now": now()}).all() == []
    code = steps.sealed_lot(cast, now())
    assert session.scalars(query, {"now": now()}).all() == ["Gạo nếp cái hoa vàng"]
    steps.recall(cast, code, now())
    assert session.scalars(query, {"now": now()}).all() == []
