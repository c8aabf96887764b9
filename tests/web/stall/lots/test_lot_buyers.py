"""Whom a seller must call about a recalled lot."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.db import transaction
from market.orders.models import Contact, Purchase
from market.orders.queries import recalls
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words
from tests.web.shop.buying import buy


def test_a_recall_leads_to_who_must_be_called(htx: FlaskClient, app: Flask, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    buyer = app.test_client()
    order = buy(buyer, cast.gao_nep, "2")
    now.move(minutes=1)
    path = at(cast, f"/{code}/thu-hoi")
    answer = press(htx, path, path, reason="Phát hiện mọt.")
    assert answer.location == at(cast, f"/{code}/nguoi-mua")
    page = htx.get(answer.location)
    said = words(page)
    for sentence in ("Vũ Thị Mai", "Đúng lô này", f"đơn {order}", "Gọi 0900 000 021"):
        assert sentence in said
    assert 'href="tel:+84900000021"' in page.text
    assert "1 món trong các đơn" in words(htx.get(at(cast, f"/{code}")))
    for place in (f"/ban-hang/{cast.htx.slug}/don/{order}", f"/ban-hang/{cast.htx.slug}/don"):
        assert f"thuộc lô {code} đã thu hồi ngày 24/11/2026: Phát hiện mọt. Chưa giao thì đừng giao" in words(
            htx.get(place)
        )
    assert "đừng giao" in words(htx.get(f"/ban-hang/{cast.htx.slug}"))


def test_the_buyer_reads_it_on_the_order_and_the_receipt_and_in_the_list(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = steps.sealed_lot(cast, now())
    order = buy(client, cast.gao_nep)
    assert "thu hồi" not in client.get(f"/don/{order}").text
    steps.recall(cast, code, now.move(minutes=1))
    page = client.get(f"/don/{order}")
    assert f"thuộc lô {code} đã thu hồi ngày 24/11/2026: Phát hiện mọt trong kho. Đừng dùng" in words(page)
    assert f'href="/lo/{code}"' in page.text
    with transaction() as session:
        receipt = session.scalars(select(Purchase.code)).one()
    assert "Đừng dùng" in words(client.get(f"/bien-nhan/{receipt}"))
    assert "Có lô cần xem" in words(client.get("/don"))


def test_whose_name_was_erased_is_not_named(htx: FlaskClient, app: Flask, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    order = buy(app.test_client(), cast.gao_nep)
    steps.recall(cast, code, now.move(minutes=1))
    with transaction() as session:
        session.execute(update(Contact).values(erased_at=now()))
    page = htx.get(at(cast, f"/{code}/nguoi-mua"))
    assert "Đã xóa tên" in page.text
    assert order in page.text
    assert "Vũ Thị Mai" not in page.text
    assert "tel:" not in page.text


def test_many_buyers_stand_on_pages(
    htx: FlaskClient, app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = steps.sealed_lot(cast, now())
    for _ in range(3):
        buy(app.test_client(), cast.gao_nep)
    steps.recall(cast, code, now.move(minutes=1))
    monkeypatch.setattr(recalls, "PAGE", 2)
    first, second = (htx.get(at(cast, f"/{code}/nguoi-mua?page={page}")).text for page in (1, 2))
    assert first.count("Gọi 0900") == 2
    assert second.count("Gọi 0900") == 1
    assert "page=2" in first


def test_a_lot_that_is_not_recalled_has_nobody_to_call(htx: FlaskClient, app: Flask, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    buy(app.test_client(), cast.gao_nep)
    assert "Chưa có ai cần gọi" in words(htx.get(at(cast, f"/{code}/nguoi-mua")))


def test_only_its_people_see_whom_to_call(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/{steps.sealed_lot(cast, now())}/nguoi-mua"))
