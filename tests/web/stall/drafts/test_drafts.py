"""Goods prepared while the commune looks: nobody sees them, and one tap after its answer puts them up."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.catalog.jobs import forget_drafts
from market.catalog.models import Photo, Product, ProductState, Variant
from market.sellers.actions import claim_business
from market.sellers.models import DraftedListing, PrivatePicture
from market.sellers.rules.drafts import QUOTA
from market.values.money import Dong
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send

DRAFTS = "/ban-hang/soan-san"


def goods(**changed: object) -> dict[str, object]:
    said = {"name": "Cà chua bi", "price": "30k", "unit": "kg", "pack_unit": "kg", "amount": "5"}
    return {**said, "photo": shelf.sent(), **changed}


def drafted(person: int) -> list[DraftedListing]:
    reading().expire_all()
    return list(reading().scalars(select(DraftedListing).where(DraftedListing.person_id == person)))


@pytest.fixture
def mai(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    sign_in(client, cast.mai, now())
    return client


def test_what_is_prepared_is_the_writer_s_alone(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Soạn sẵn hàng" in mai.get("/ban-hang").text
    assert send(mai, f"{DRAFTS}/moi", goods()).location == DRAFTS
    [draft] = drafted(cast.mai)
    assert (draft.name, draft.price, draft.on_hand) == ("Cà chua bi", 30_000, 5000)
    assert "Cà chua bi" in mai.get(DRAFTS).text
    assert "Đã soạn 1 món, chưa ai thấy" in mai.get("/ban-hang").text
    guest = app.test_client()
    assert "Cà chua bi" not in guest.get("/tim?q=ca chua bi").text.partition("<main")[2].partition("</form>")[2]
    assert guest.get(f"/anh/{draft.photo_key}-320.webp").status_code == 404
    for person in (cast.hung, cast.stranger):
        other = app.test_client()
        sign_in(other, person, now())
        assert other.get(f"/anh/{draft.photo_key}-320.webp").status_code == 404
        assert "Cà chua bi" not in other.get(DRAFTS).text
    assert mai.get(f"/anh/{draft.photo_key}-320.webp").status_code == 200


def test_a_wrong_price_loses_nothing_that_was_typed(mai: FlaskClient, cast: Cast) -> None:
    answer = send(mai, f"{DRAFTS}/moi", goods(price="3"))
    assert answer.status_code == 422
    assert 'value="Cà chua bi"' in answer.text
    assert "Ảnh đã gửi rồi, vẫn giữ ở đây." in answer.text
    assert drafted(cast.mai) == []


def test_the_same_form_twice_is_one(mai: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        mai.post(f"{DRAFTS}/moi", data=goods(client_key="once"), content_type="multipart/form-data")
    assert len(drafted(cast.mai)) == 1


def test_there_is_room_for_so_many(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        for number in range(QUOTA.drafts):
            said = {"name": "Rau", "unit": "kg", "price": Dong(1000), "photo_key": f"anh-{number}"}
            place = {"commune_id": cast.commune, "person_id": cast.mai, "saved_at": now()}
            session.add(DraftedListing(photo_width=8, photo_height=6, **said, **place))
    answer = send(mai, f"{DRAFTS}/moi", goods(name="Ớt"))
    assert answer.status_code == 422
    assert 'value="Ớt"' in answer.text
    assert len(drafted(cast.mai)) == QUOTA.drafts


def test_one_tap_puts_all_of_it_up_once_and_nothing_goes_up_by_itself(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    for name in ("Cà chua bi", "Ớt hiểm"):
        send(client, f"{DRAFTS}/moi", goods(name=name))
    before = shelf.count_of(cast.lan)
    now.move(days=3)
    assert "Đăng bán 2 món này" in client.get(f"/ban-hang/{cast.lan.slug}").text
    assert shelf.count_of(cast.lan) == before
    for _ in range(2):
        assert client.post(f"/ban-hang/{cast.lan.slug}/soan-san/dang").status_code == 303
    assert shelf.count_of(cast.lan) == before + 2
    assert drafted(cast.lan.person) == []
    assert reading().scalars(select(PrivatePicture)).all() == []
    product = shelf.newest(cast.lan)
    [variant] = reading().scalars(select(Variant).where(Variant.product_id == product.id))
    assert (product.name, product.state) == ("Ớt hiểm", ProductState.PENDING)
    assert (variant.price, variant.on_hand) == (30_000, 5000)
    [photo] = reading().scalars(select(Photo).where(Photo.product_id == product.id))
    assert client.get(f"/anh/{photo.key}-320.webp").status_code == 200


def test_goods_not_put_up_in_half_a_year_are_forgotten(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    send(mai, f"{DRAFTS}/moi", goods())
    now.move(days=179)
    assert forget_drafts(now()) == 0
    now.move(days=2)
    assert forget_drafts(now()) == 1
    assert drafted(cast.mai) == []


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, DRAFTS, [])
    assert keeps_out(app, f"{DRAFTS}/moi", [])


def test_a_stranger_puts_nothing_up_at_another_s_stall(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.stranger, now())
    send(client, f"{DRAFTS}/moi", goods())
    assert client.post(f"/ban-hang/{cast.lan.slug}/soan-san/dang").status_code == 404
    assert len(drafted(cast.stranger)) == 1
    assert reading().scalars(select(Product.id).where(Product.name == "Cà chua bi")).all() == []


def test_a_helper_puts_none_of_their_own_up_at_who_they_help(client: FlaskClient, cast: Cast, now: Clock) -> None:
    shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    send(client, f"{DRAFTS}/moi", goods())
    assert "món soạn sẵn" not in client.get(f"/ban-hang/{cast.lan.slug}").text
    assert client.post(f"/ban-hang/{cast.lan.slug}/soan-san/dang").status_code == 422
    assert len(drafted(cast.vy)) == 1
