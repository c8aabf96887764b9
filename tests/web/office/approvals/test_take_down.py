"""What the office takes down is gone everywhere: pages, addresses of pictures, and in time the files."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.jobs import Job, work_once
from market.base.storage import storage
from market.catalog.actions import moderation
from market.catalog.actions.listing import ListingChange, VariantRef, change_listing
from market.catalog.actions.photos import COMPLAINT_FOR, add_photo, remove_photo
from market.catalog.jobs import HANDLERS
from market.catalog.models import Category, Photo, Product, ProductState
from market.catalog.rules import KeptPhoto
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.pages import send
from tests.trace import steps
from tests.web.shop.buying import buy, fill_cart

NAME = "Gạo nếp cái hoa vàng"
WHY = {"why": "Món này không được phép bán", "more": ""}
REASON = "Món này không được phép bán"
QUEUE = "/van-phong/duyet"


@pytest.fixture
def rice(cast: Cast, now: Clock) -> int:
    """The HTX's rice in a category, with a real picture. Returns the product's id."""
    with transaction() as session:
        category = Category(code="gao-thu", name="Gạo thử", slug="gao-thu", level=3, position=1)
        session.add(category)
        session.flush()
        product_id = shelf.product_id(cast.gao_nep)
        session.execute(update(Product).where(Product.id == product_id).values(category_id=category.id))
    return product_id


@pytest.fixture
def key(cast: Cast, now: Clock, rice: int) -> str:
    return shelf.show_picture(cast.gao_nep, now())


def take_down(cast: Cast, product_id: int, now: Clock) -> None:
    with transaction() as session:
        moderation.take_down_product(session, Actor(person_id=cast.hung), cast.commune, product_id, REASON, clock=now)


def work_all() -> None:
    while work_once(HANDLERS):
        pass


def files_of(key: str) -> list[str]:
    return [one for one in storage().all_keys() if key in one]


# --- at once --------------------------------------------------------------------------------------------------------


def test_goods_taken_down_are_nowhere_any_more(app: Flask, cast: Cast, now: Clock, rice: int, key: str) -> None:
    lot, stamp = steps.active_stamp(cast, now())
    buyer, guest = app.test_client(), app.test_client()
    order = buy(buyer, cast.gao_nep)
    fill_cart(buyer, (cast.gao_nep, "1"))
    listed = ["/", "/tim", "/tim?q=gao+nep", "/nhom/gao-thu", f"/gian-hang/{cast.htx.slug}"]
    product = f"/san-pham/{rice}-{shelf.read(cast.gao_nep)[0].slug}"
    own = [product, f"/lo/{lot}", f"/T/{stamp}", "/gio-hang"]
    assert "ld+json" in buyer.get(product).text
    for address in (*listed, *own):
        assert key in buyer.get(address).text, address
    officer = app.test_client()
    sign_in(officer, cast.hung, now())
    assert send(officer, QUEUE, WHY, f"{QUEUE}/{rice}/go").status_code == 303
    for phone in (buyer, guest):
        for address in listed[1:]:
            page = phone.get(address)
            assert page.status_code == 200
            assert key not in page.text
            assert NAME not in page.text, address
        for address in own:
            assert key not in phone.get(address).text, address
        assert phone.get(product).status_code == 404
        for name in ("-320.webp", "-480.webp", "-640.webp", "-960.webp", "-1280.webp", ".jpg"):
            answer = phone.get(f"/anh/{key}{name}")
            assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    now.move(seconds=31)
    for phone in (buyer, guest):
        home = phone.get("/").text
        assert (key in home, NAME in home) == (False, False), "which is kept for half a minute, without its picture"
    bought = buyer.get(f"/don/{order}").text
    assert NAME in bought, "what was bought stays on its order by name, without a picture, as it was before"
    assert "/anh/" not in bought
    assert officer.get(f"/anh/{key}-320.webp").status_code == 200


# --- in time --------------------------------------------------------------------------------------------------------


def test_the_files_go_once_nobody_may_complain_any_more(
    app: Flask, cast: Cast, now: Clock, rice: int, key: str
) -> None:
    assert app.test_client().get(f"/anh/{key}.jpg").status_code == 200
    assert len(files_of(key)) == 6
    take_down(cast, rice, now)
    now.move(days=COMPLAINT_FOR.days - 1)
    work_all()
    assert len(files_of(key)) == 6, "the decision can still be undone whole"
    now.move(days=2)
    work_all()
    assert files_of(key) == []
    event = events_of(reading(), "product", rice)[-1]
    assert (event.verb, event.fields, event.actor_id) == ("drop_pictures", "photos", None)
    lan = app.test_client()
    sign_in(lan, cast.htx.person, now())
    page = lan.get(f"{shelf.goods_of(cast.htx)}/{rice}")
    assert page.status_code == 200
    assert key not in page.text


def test_dropped_twice_is_once(cast: Cast, now: Clock, rice: int, key: str) -> None:
    take_down(cast, rice, now)
    now.move(days=COMPLAINT_FOR.days + 1)
    for _ in range(2):
        with transaction() as session:
            session.execute(update(Job).values(state="waiting", run_at=now() - timedelta(days=1), attempts=0))
        work_all()
    assert [event.verb for event in events_of(reading(), "product", rice)].count("drop_pictures") == 1
    assert files_of(key) == []


def test_what_is_approved_again_meanwhile_keeps_its_pictures(
    client: FlaskClient, cast: Cast, now: Clock, rice: int, key: str
) -> None:
    take_down(cast, rice, now)
    list_again(cast, rice, now)
    work_all()
    now.move(days=COMPLAINT_FOR.days + 1)
    work_all()
    assert client.get(f"/anh/{key}-320.webp").status_code == 200


def test_what_is_taken_down_anew_has_its_whole_time_again(cast: Cast, now: Clock, rice: int, key: str) -> None:
    take_down(cast, rice, now)
    now.move(days=60)
    list_again(cast, rice, now)
    take_down(cast, rice, now)
    now.move(days=60)
    work_all()
    assert files_of(key)
    now.move(days=31)
    work_all()
    assert files_of(key) == []


def test_a_picture_that_another_listing_has_taken_stays_its(
    client: FlaskClient, cast: Cast, now: Clock, rice: int, key: str
) -> None:
    """Moved, by the seller, from what was taken down to another listing of hers."""
    seller = Actor(person_id=cast.htx.person)
    here = VariantRef(stall_id=cast.htx.stall, product_id=rice)
    with transaction() as session:
        add_photo(session, seller, here, shelf.kept(), clock=now)
    shelf.approve_changes(cast)
    with transaction() as session:
        first = session.scalars(select(Photo).where(Photo.key == key)).one()
    take_down(cast, rice, now)
    with transaction() as session:
        other = make.make_product(session, session.get_one(Stall, cast.htx.stall), "Gạo tẻ", now()).product_id
        remove_photo(session, seller, here, first.id, now=now())
        there = VariantRef(stall_id=cast.htx.stall, product_id=other)
        add_photo(session, seller, there, KeptPhoto(key=key, width=400, height=300), clock=now)
    shelf.approve_changes(cast)
    now.move(days=400)
    work_all()
    assert len(files_of(key)) == 5
    assert client.get(f"/anh/{key}-320.webp").status_code == 200


def list_again(cast: Cast, product_id: int, now: Clock) -> None:
    """The seller changes the goods, the office approves them."""
    which, seen = VariantRef(stall_id=cast.htx.stall, product_id=product_id), shelf.edit_seen(product_id)
    with transaction() as session:
        new = ListingChange(name=f"{NAME} mới", description="", category_id=None, seen=seen)
        seller = Actor(person_id=cast.htx.person)
        assert change_listing(session, seller, which, new, now=now()) is ProductState.PENDING
    seen = shelf.seen(cast.commune, product_id)
    with transaction() as session:
        moderation.approve_product(session, Actor(person_id=cast.hung), seen, clock=now)
