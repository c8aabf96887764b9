"""A seller puts goods up from a phone: a picture, a name, a price, a unit, and nothing else is needed."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.config import MEGABYTE
from market.base.db import transaction
from market.base.jobs import Job, work_once
from market.catalog import pictures
from market.catalog.actions.listing import NewListing, list_product
from market.catalog.actions.uploads import FORGET_PHOTO
from market.catalog.jobs import HANDLERS
from market.catalog.models import Category, MoveReason, Photo, ProductState, StockMove, Variant
from market.catalog.queries.listing import last_unit
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import of_many


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    """Bà Lan's phone."""
    sign_in(client, cast.lan.person, now())
    return client


def new(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/moi"


def variant_of(session: Session, product: int) -> Variant:
    return session.scalars(select(Variant).where(Variant.product_id == product)).one()


def kept_in(page: str) -> str:
    found = re.search(r'name="kept_photo" value="([^"]*)"', page)
    assert found
    return found[1]


def test_the_form_asks_for_four_things_only(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(new(cast)).text
    asked = re.findall(r"<(?:input|select|textarea)[^>]*\brequired\b[^>]*>", page)
    assert sorted(re.findall(r'name="(\w+)"', " ".join(asked))) == ["name", "price"], "nobody else chooses a unit"
    assert page.count('type="file"') == 2, "the camera, and the pictures in the phone"


def test_a_unit_is_chosen_only_where_it_was_the_stalls_own_last_time(
    lan: FlaskClient, cast: Cast, session: Session
) -> None:
    page = lan.get(new(cast)).text
    assert '<option selected value="kg">' in page
    assert "Như lần trước" in page
    with transaction() as writing:
        for variant in writing.scalars(select(Variant).where(Variant.stall_id == cast.lan.stall)):
            variant.unit = "mo"
    assert '<option selected value="mo">' in lan.get(new(cast)).text
    assert last_unit(session, 999) is None
    answer = shelf.post(lan, new(cast), shelf.form(unit=""))
    assert answer.status_code == 422
    assert "Mời chọn bán theo gì." in answer.text


def test_four_things_put_goods_up_and_they_wait_for_the_office(
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    answer = shelf.post(lan, new(cast), shelf.form())
    assert answer.status_code == 303
    product = shelf.newest(cast.lan)
    variant = variant_of(session, product.id)
    assert (product.name, product.folded, product.slug) == ("Cà chua vườn nhà", "ca chua vuon nha", "ca-chua-vuon-nha")
    assert product.state is ProductState.PENDING
    assert (variant.price, variant.unit, variant.on_hand, variant.sku) == (20_000, "kg", None, f"SP{product.id}")
    photo = session.scalars(select(Photo).where(Photo.product_id == product.id)).one()
    assert (photo.width, photo.height) == (400, 300)
    assert pictures.is_kept(photo.key)
    assert "Xã xem xong" in lan.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "price"), [("35k", 35_000), ("35.000", 35_000), ("1tr2", 1_200_000), ("420 nghìn", 420_000)]
)
def test_prices_are_read_as_people_write_them(
    lan: FlaskClient, cast: Cast, session: Session, typed: str, price: int
) -> None:
    shelf.post(lan, new(cast), shelf.form(name="Sâm quý", price=typed))
    assert variant_of(session, shelf.newest(cast.lan).id).price == price


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [("0,5", "kg", 500), ("0.5", "kg", 500), ("30 kg", "kg", 30_000), ("12", "con", 12_000)],
)
def test_an_amount_is_read_as_people_write_it_and_counted(
    lan: FlaskClient, cast: Cast, session: Session, typed: str, unit: str, amount: int
) -> None:
    shelf.post(lan, new(cast), shelf.form(amount=typed, unit=unit))
    variant = variant_of(session, shelf.newest(cast.lan).id)
    move = session.scalars(select(StockMove).where(StockMove.variant_id == variant.id)).one()
    assert variant.on_hand == amount
    assert (move.delta, move.reason, move.actor_id) == (amount, MoveReason.RECOUNT, cast.lan.person)


def test_a_pack_says_what_is_in_it(lan: FlaskClient, cast: Cast, session: Session) -> None:
    shelf.post(lan, new(cast), shelf.form(unit="tui", pack_amount="0,25", pack_unit="kg"))
    variant = variant_of(session, shelf.newest(cast.lan).id)
    assert (variant.pack_amount, variant.pack_unit) == (250, "kg")


def test_a_pack_is_no_matter_of_goods_sold_by_weight(lan: FlaskClient, cast: Cast, session: Session) -> None:
    shelf.post(lan, new(cast), shelf.form(unit="kg", pack_amount="5", pack_unit="kg"))
    variant = variant_of(session, shelf.newest(cast.lan).id)
    assert (variant.pack_amount, variant.pack_unit) == (None, None)


def add_category() -> int:
    with transaction() as session:
        top = Category(code="tp", name="Tươi sống", slug="tuoi-song", level=2, position=1)
        session.add(top)
        session.flush()
        leaf = Category(
            code="1", name="Rau, củ, quả", slug="rau-cu-qua", level=3, position=2, ocop_set=1, parent_id=top.id
        )
        session.add(leaf)
        session.flush()
        return leaf.id


def test_the_group_is_guessed_from_the_name(lan: FlaskClient, cast: Cast) -> None:
    rau = add_category()
    shelf.post(lan, new(cast), shelf.form())
    assert shelf.newest(cast.lan).category_id == rau


def test_the_group_may_be_chosen_among_those_without_groups_below(lan: FlaskClient, cast: Cast) -> None:
    rau = add_category()
    page = lan.get(new(cast)).text
    assert '<optgroup label="Tươi sống">' in page
    shelf.post(lan, new(cast), shelf.form(name="Món lạ", category=str(rau)))
    assert shelf.newest(cast.lan).category_id == rau


WRONG = [
    ({"name": ""}, "Mời viết tên món hàng."),
    ({"name": "???"}, "Tên hàng cần có chữ"),
    ({"name": "x" * 101}, "Viết gọn trong 100 chữ"),
    ({"price": ""}, "Mời viết giá bán."),
    ({"price": "rẻ"}, "Chưa đọc được số tiền này"),
    ({"price": "20"}, "có vẻ thiếu số 0"),
    ({"price": "0"}, "Giá bán phải lớn hơn 0"),
    ({"price": "9tỷ"}, "thừa số 0"),
    ({"unit": "ri"}, "Mời chọn một mục trong danh sách"),
    ({"amount": "nhiều"}, "Chưa đọc được số lượng"),
    ({"amount": "2,5", "unit": "con"}, "Bán theo từng 1"),
    ({"pack_amount": "x", "unit": "tui"}, "Chưa đọc được số lượng"),
    ({"description": "x" * 2001}, "Viết gọn trong 2000 chữ"),
    ({"category": "999"}, "Mời chọn một mục trong danh sách"),
]


@of_many(5)
@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_a_wrong_field_comes_back_with_what_was_typed_and_the_picture(
    lan: FlaskClient, cast: Cast, wrong: dict[str, object], sentence: str
) -> None:
    filled = {"name": "Rau muống nhà Lan", "price": "12k"} | wrong
    before = shelf.count_of(cast.lan)
    answer = shelf.post(lan, new(cast), shelf.form(**filled))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all(str(typed) in answer.text for typed in filled.values() if str(typed) not in ("ri", "999"))
    assert shelf.count_of(cast.lan) == before
    kept = kept_in(answer.text)
    assert kept, "the picture is still there"
    repaired = shelf.post(lan, new(cast), {"name": "Rau muống", "price": "12k", "unit": "mo", "kept_photo": kept})
    assert repaired.status_code == 303
    assert shelf.newest(cast.lan).name == "Rau muống"


def test_without_a_picture_nothing_is_put_up(lan: FlaskClient, cast: Cast) -> None:
    answer = shelf.post(lan, new(cast), shelf.form(camera=shelf.sent(b"", "")))
    assert answer.status_code == 422
    assert "Mời chụp hoặc chọn một ảnh" in answer.text
    assert "Cà chua vườn nhà" in answer.text


def test_a_picture_out_of_the_phone_does_as_well_an_iphone_s_too(lan: FlaskClient, cast: Cast) -> None:
    fields = shelf.form(photo=shelf.sent(files.heic(), "IMG_0001.HEIC"))
    del fields["camera"]
    assert shelf.post(lan, new(cast), fields).status_code == 303


HOSTILE = [
    (files.too_heavy, "nặng 33 MB"),
    (files.png_bomb, "lớn quá"),
    (lambda: files.SVG, "không phải ảnh"),
    (lambda: files.TEXT, "không phải ảnh"),
    (lambda: files.jpeg()[:5000], "hỏng"),
]


@pytest.mark.parametrize(("make", "sentence"), HOSTILE)
def test_what_is_no_picture_is_refused_kindly_and_the_rest_kept(
    lan: FlaskClient, cast: Cast, make: files.Maker, sentence: str
) -> None:
    answer = shelf.post(lan, new(cast), shelf.form(camera=shelf.sent(make(), "rau.jpg")))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Cà chua vườn nhà" in answer.text
    assert kept_in(answer.text) == ""


HUGE = b"\xff\xd8" + b"\0" * (40 * MEGABYTE)


def test_a_picture_of_forty_megabytes_does_not_lose_what_was_typed(lan: FlaskClient, cast: Cast) -> None:
    answer = shelf.post(lan, new(cast), shelf.form(camera=shelf.sent(HUGE, "rau.jpg")))
    assert answer.status_code == 422
    assert "Ảnh nặng 41 MB" in answer.text
    assert "Cà chua vườn nhà" in answer.text


def test_what_is_larger_than_any_picture_is_refused_before_it_is_read(lan: FlaskClient, cast: Cast) -> None:
    answer = shelf.post(lan, new(cast), shelf.form(camera=shelf.sent(HUGE), photo=shelf.sent(HUGE)))
    assert answer.status_code == 413
    assert "trang này nhận tới 48 MB" in answer.text
    assert "Chưa có gì được lưu" in answer.text


def test_who_is_not_signed_in_may_send_no_more_than_elsewhere(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = shelf.post(client, new(cast), shelf.form(camera=shelf.sent(HUGE)))
    assert answer.status_code == 413
    assert "trang này nhận tới 16 MB" in answer.text


@pytest.mark.parametrize(
    "forged", ["x", "a.b", "Zb3Zb3Zb3Zb3Zb3Zb3Zb3Zb3.400.300.AAAAAAAAAAAAAAAAAAAA", "../../etc.1.2.AAAA", "ạ.1.2.ạ"]
)
def test_a_kept_picture_cannot_be_made_up(lan: FlaskClient, cast: Cast, forged: str) -> None:
    fields = shelf.form(kept_photo=forged)
    del fields["camera"]
    answer = shelf.post(lan, new(cast), fields)
    assert answer.status_code == 422
    assert kept_in(answer.text) == ""


def test_a_picture_serves_one_listing_only(lan: FlaskClient, cast: Cast) -> None:
    answer = shelf.post(lan, new(cast), shelf.form(price=""))
    kept = kept_in(answer.text)
    first = {"name": "Rau muống", "price": "12k", "unit": "mo", "kept_photo": kept, "client_key": "a"}
    assert shelf.post(lan, new(cast), dict(first)).status_code == 303
    second = shelf.post(lan, new(cast), first | {"client_key": "b"})
    assert second.status_code == 422
    assert "đã dùng cho một món khác" in second.text


def test_posting_twice_is_one_listing(lan: FlaskClient, cast: Cast) -> None:
    before = shelf.count_of(cast.lan)
    answers = [shelf.post(lan, new(cast), shelf.form()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert shelf.count_of(cast.lan) == before + 1


def test_an_impatient_thumb_makes_one_listing_of_ten_posts_at_once(app: Flask, cast: Cast, now: Clock) -> None:
    kept, at = shelf.kept(), now()

    def put_up(_: int) -> int:
        new = NewListing(
            stall_id=cast.lan.stall, name="Mồng tơi", unit="mo", price=Dong(8000), photo=kept, client_key="thumb"
        )
        with app.app_context(), transaction() as session:
            return list_product(session, Actor(person_id=cast.lan.person), new, now=at)

    with ThreadPoolExecutor(5) as hands:
        assert len(set(hands.map(put_up, range(10)))) == 1


def test_two_phones_of_two_stalls_may_have_the_same_key(client: FlaskClient, cast: Cast, now: Clock) -> None:
    for seller in (cast.lan, cast.tu):
        sign_in(client, seller.person, now())
        assert shelf.post(client, f"{shelf.goods_of(seller)}/moi", shelf.form()).status_code == 303
        assert shelf.newest(seller).name == "Cà chua vườn nhà"


def test_a_picture_nobody_used_is_forgotten_in_a_week_a_used_one_is_not(
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    shelf.post(lan, new(cast), shelf.form(price=""))
    shelf.post(lan, new(cast), shelf.form())
    keys = [str(job.payload["key"]) for job in session.scalars(select(Job).where(Job.kind == FORGET_PHOTO))]
    used = session.scalars(select(Photo.key).where(Photo.product_id == shelf.newest(cast.lan).id)).one()
    assert not work_once(HANDLERS), "not yet"
    now.move(days=8)
    assert clock.now() - now() < timedelta(1)
    while work_once(HANDLERS):
        pass
    assert [key for key in keys if pictures.is_kept(key)] == [used]


def test_a_helper_s_listing_says_for_whom_and_on_what_mandate(client: FlaskClient, cast: Cast, now: Clock) -> None:
    helper = shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    assert shelf.post(client, new(cast), shelf.form()).status_code == 303
    event = shelf.last_event(shelf.newest(cast.lan).id)
    assert (event.verb, event.actor_id) == ("list_product", cast.vy)
    assert (event.on_behalf_of, event.mandate_id) == (cast.lan.business, helper.mandate_id)
    assert event.business_id == cast.lan.business


@pytest.mark.parametrize("who", ["tu", "mai", "hung", "vy", "stranger"])
def test_nobody_else_lists_for_a_stall(client: FlaskClient, cast: Cast, now: Clock, who: str) -> None:
    person = getattr(cast, who)
    sign_in(client, getattr(person, "person", person), now())
    assert client.get(new(cast)).status_code == 404
    assert shelf.post(client, new(cast), shelf.form()).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    answer = client.get(new(cast))
    assert answer.status_code == 303
    assert "/dang-nhap" in answer.location
