"""One picture is taken off goods by the office, with a reason; the goods stay on the market."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Photo, Product, Variant
from market.notices.models import Notice
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.pages import send


@pytest.fixture
def goods(cast: Cast, now: Clock) -> int:
    """Rau muống of bà Lan with two pictures; returns the product's id."""
    with transaction() as session:
        product = session.get_one(Product, session.get_one(Variant, cast.rau_muong).product_id)
        if len(product.photos) < 2:
            session.add_all(make._photo(product, now()) for _ in range(2 - len(product.photos)))
        return product.id


def path(goods: int, photo: int) -> str:
    return f"/van-phong/duyet/{goods}/anh/{photo}/go"


def photos(session: Session, goods: int) -> list[int]:
    return list(session.scalars(select(Photo.id).where(Photo.product_id == goods).order_by(Photo.id)))


def test_the_picture_goes_and_its_seller_reads_why(
    app: Flask, hung: FlaskClient, cast: Cast, session: Session, goods: int
) -> None:
    first, second = photos(session, goods)
    assert path(goods, second) in hung.get("/van-phong/duyet").text
    assert "Gỡ ảnh này?" in hung.get(path(goods, second)).text
    assert send(hung, path(goods, second), {"reason": ""}).status_code == 422
    assert photos(session, goods) == [first, second]

    loaded = {"reason": "Ảnh có số điện thoại"}
    assert send(hung, path(goods, second), loaded).status_code == 303
    assert hung.post(path(goods, second), data=loaded).status_code == 303, "twice is once"

    assert photos(session, goods) == [first]
    told = session.scalars(select(Notice)).one()
    assert (told.product_id, "Ảnh có số điện thoại" in told.sentence) == (goods, True)
    assert events_of(session, "product", goods)[-1].verb == "take_photo_off"
    assert app.test_client().get(f"/san-pham/{goods}-rau-muong").status_code == 200


def test_the_only_picture_stays_and_the_page_says_what_to_do(hung: FlaskClient, session: Session, goods: int) -> None:
    first, second = photos(session, goods)
    send(hung, path(goods, second), {"reason": "Mờ"})
    page = send(hung, path(goods, first), {"reason": "Mờ"})
    assert (page.status_code, "mời gỡ cả món khỏi chợ" in page.text) == (422, True)
    assert photos(session, goods) == [first]


def test_others_find_nothing(app: Flask, cast: Cast, session: Session, goods: int) -> None:
    address = path(goods, photos(session, goods)[0])
    for method in ("GET", "POST"):
        assert keeps_out(app, address, [cast.lan.person, cast.vy], method=method)
