"""The office looks at goods before they stand on the market, and takes down what must not stand there."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.base.audit import Actor
from market.base.db import db, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.actions import moderation
from market.catalog.models import Product, ProductState
from market.catalog.queries.listing import PAGE
from market.catalog.queries.public import public_conditions
from market.sellers.actions import claim_business
from market.sellers.models import Post, Stall
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.elsewhere import far_stall
from tests.factories import sign_in
from tests.pages import hidden, send
from tests.queries import counting

QUEUE = "/van-phong/duyet"


def product(product_id: int) -> Product:
    with Session(db.engine, expire_on_commit=False) as session:
        return session.get_one(Product, product_id)


def is_public(product_id: int) -> bool:
    with Session(db.engine) as session:
        return bool(session.scalar(select(Product.id).where(Product.id == product_id, *public_conditions())))


def press(client: FlaskClient, product_id: int, button: str = "duyet", **typed: str) -> TestResponse:
    """The button that the queue offers for a product, with what the page says was seen."""
    return send(client, QUEUE, typed, f"{QUEUE}/{product_id}/{button}")


def card_of(page: str, product_id: int) -> str:
    found = re.search(rf'<article class="card stack" id="mon-{product_id}".*?</article>', page, re.S)
    assert found
    return found[0]


def test_the_queue_shows_what_there_is_to_judge(hung: FlaskClient, cast: Cast, waiting: int) -> None:
    page = hung.get(QUEUE).text
    card = card_of(page, waiting)
    assert all(words in card for words in ("Mồng tơi", "20.000\u00a0₫", "/ mớ", "Rau bà Lan", "thôn Nghĩa Dũng"))
    assert '-640.webp"' in card
    assert "1 món đang chờ" in page
    assert "Đậu xanh" not in page.split('id="dang-ban"')[0]


def test_how_much_waits_stands_on_every_page_of_the_office(
    hung: FlaskClient, cast: Cast, now: Clock, waiting: int
) -> None:
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    for page in ("/van-phong/so-ho", "/van-phong/nhat-ky", QUEUE):
        assert '<span class="count">2<span class="sr"> việc chờ</span></span>' in hung.get(page).text
    page = hung.get(QUEUE).text
    assert 'Hàng mới <span class="count">1</span>' in page
    assert 'Cơ sở <span class="count">1</span>' in page
    press(hung, waiting)
    assert "Hàng mới</a>" in hung.get(QUEUE).text


def test_an_empty_queue_says_so(hung: FlaskClient, cast: Cast) -> None:
    assert "Không có món nào đang chờ" in hung.get(QUEUE).text


def test_an_approved_product_stands_on_the_market(hung: FlaskClient, cast: Cast, waiting: int, now: Clock) -> None:
    assert not is_public(waiting)
    assert press(hung, waiting).status_code == 303
    assert is_public(waiting)
    decided = product(waiting)
    assert (decided.decided_by, decided.decided_at) == (cast.hung, now())
    event = shelf.last_event(waiting)
    assert (event.verb, event.actor_id, event.business_id) == ("approve_product", cast.hung, cast.lan.business)


def test_a_refused_product_tells_its_seller_why(client: FlaskClient, cast: Cast, waiting: int, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    fields = {"why": "Ảnh không rõ hoặc không đúng món", "more": "Mời chụp gần hơn"}
    assert press(client, waiting, "tu-choi", **fields).status_code == 303
    assert product(waiting).state is ProductState.REFUSED
    sign_in(client, cast.lan.person, now())
    page = client.get(shelf.goods_of(cast.lan)).text
    assert "Xã chưa duyệt: Ảnh không rõ hoặc không đúng món. Mời chụp gần hơn" in page


def test_goods_taken_down_are_gone_at_once_and_tell_why(hung: FlaskClient, cast: Cast) -> None:
    on_market = shelf.product_id(cast.dau_xanh)
    fields = {"why": "Món này không được phép bán"}
    assert press(hung, on_market, "go", **fields).status_code == 303
    assert not is_public(on_market)
    taken = product(on_market)
    assert (taken.state, taken.refusal) == (ProductState.TAKEN_DOWN, "Món này không được phép bán")
    assert "Đậu xanh" not in hung.get(QUEUE).text


def test_a_word_of_one_s_own_is_reason_enough(hung: FlaskClient, cast: Cast, waiting: int) -> None:
    assert press(hung, waiting, "tu-choi", why="", more="Cần giấy kiểm dịch").status_code == 303
    assert product(waiting).refusal == "Cần giấy kiểm dịch"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"why": "", "more": "  "}, "Mời chọn hoặc viết lý do"),
        ({}, "Mời chọn hoặc viết lý do"),
        ({"why": "", "more": "x" * 301}, "Viết gọn trong 300 chữ"),
    ],
)
@pytest.mark.parametrize("button", ["tu-choi", "go"])
def test_no_is_never_said_without_a_reason(
    hung: FlaskClient, cast: Cast, waiting: int, button: str, fields: dict[str, str], sentence: str
) -> None:
    wanted = waiting if button == "tu-choi" else shelf.product_id(cast.dau_xanh)
    before = product(wanted).state
    answer = hung.post(f"{QUEUE}/{wanted}/{button}", data=fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert product(wanted).state is before


def test_a_decision_is_made_once(hung: FlaskClient, cast: Cast, waiting: int) -> None:
    approve = hidden(hung.get(QUEUE).text, f"{QUEUE}/{waiting}/duyet")
    assert press(hung, waiting, "tu-choi", more="Ảnh mờ").status_code == 303
    answer = hung.post(f"{QUEUE}/{waiting}/duyet", data=approve)
    assert answer.status_code == 409
    assert "đã có người xử lý" in answer.text
    assert product(waiting).state is ProductState.REFUSED


@pytest.mark.parametrize("state", [ProductState.PENDING, ProductState.REFUSED, ProductState.TAKEN_DOWN])
def test_only_what_stands_on_the_market_is_taken_down(
    cast: Cast, waiting: int, now: Clock, state: ProductState
) -> None:
    with transaction() as session:
        session.get_one(Product, waiting).state = state
    with pytest.raises(Conflict), transaction() as session:
        moderation.take_down_product(session, Actor(person_id=cast.hung), cast.commune, waiting, "x", clock=now)


def test_an_officer_does_not_approve_their_own_goods(app: Flask, cast: Cast, waiting: int, now: Clock) -> None:
    for person in (cast.lan.person, None):
        with pytest.raises(Refused, match="cán bộ khác"), transaction() as session:
            moderation.approve_product(session, Actor(person_id=person), shelf.seen(cast.commune, waiting), clock=now)
    assert not is_public(waiting)


def test_another_commune_s_goods_are_not_there_to_decide_on(cast: Cast, waiting: int, now: Clock) -> None:
    hung = Actor(person_id=cast.hung)
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test").id
    with pytest.raises(NotFound), transaction() as session:
        moderation.approve_product(session, hung, shelf.seen(far, waiting), clock=now)
    with pytest.raises(NotFound), transaction() as session:
        moderation.take_down_product(session, hung, far, shelf.product_id(cast.dau_xanh), "x", clock=now)


def test_goods_on_the_market_are_found_by_name_or_stall(hung: FlaskClient, cast: Cast) -> None:
    def found(words: str) -> str:
        return hung.get(f"{QUEUE}?q={words}").text.split('id="dang-ban"')[1]

    assert "Gạo nếp" in found("gao nep")
    assert "Gạo nếp" in found("GẠO NẾP")
    assert "Rươi tươi" not in found("gao nep")
    assert "Rươi tươi" in found("ruoi anh tu")
    assert "Không thấy món nào" in found("khong co")


def test_another_commune_s_goods_are_neither_shown_nor_decided(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    far = far_stall(now())
    with transaction() as session:
        stall = session.get_one(Stall, far)
        waiting = make.make_product(session, stall, "Mồng tơi xa", now(), state=ProductState.PENDING).product_id
    assert "Mồng tơi xa" not in hung.get(QUEUE).text
    for button in ("duyet", "tu-choi", "go"):
        for fields in ({"more": "x"}, {}):
            assert hung.post(f"{QUEUE}/{waiting}/{button}", data=fields).status_code == 404
    with pytest.raises(NotFound), transaction() as session:
        moderation.approve_product(session, Actor(person_id=cast.hung), shelf.seen(cast.commune, waiting), clock=now)


@pytest.mark.parametrize("number", ["duyet", "tu-choi", "go"])
def test_goods_that_are_not_there_are_not_found(hung: FlaskClient, cast: Cast, number: str) -> None:
    assert hung.post(f"{QUEUE}/999999/{number}", data={"more": "x"}).status_code == 404


def test_the_page_asks_the_database_as_often_for_thirty_as_for_one(
    hung: FlaskClient, cast: Cast, waiting: int, now: Clock
) -> None:
    hung.get(QUEUE)
    with counting() as few:
        hung.get(QUEUE)
    with transaction() as session:
        stall = session.get_one(Stall, cast.htx.stall)
        for number in range(PAGE):
            make.make_product(session, stall, f"Gạo {number}", now(), state=ProductState.PENDING)
        make.make_products(session, stall, [f"Nếp {number}" for number in range(PAGE)], now())
    with counting() as many:
        page = hung.get(QUEUE).text
    assert len(many) == len(few) <= 14
    assert f"{PAGE + 1} món đang chờ" in page
    assert "Trang 1 / 2" in page, "of the goods on the market"


@pytest.mark.parametrize("who", ["lan", "mai", "vy", "stranger"])
def test_the_queue_is_the_office_s_alone(client: FlaskClient, cast: Cast, waiting: int, now: Clock, who: str) -> None:
    person = getattr(cast, who)
    sign_in(client, getattr(person, "person", person), now())
    assert client.get(QUEUE).status_code == 404
    for button in ("duyet", "tu-choi", "go"):
        assert client.post(f"{QUEUE}/{waiting}/{button}", data={"more": "x"}).status_code == 404
    assert product(waiting).state is ProductState.PENDING


def test_a_post_that_has_ended_opens_nothing(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.scalars(select(Post).where(Post.person_id == cast.hung)).one().ends_on = (now() - timedelta(2)).date()
    sign_in(client, cast.hung, now())
    assert client.get(QUEUE).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient, cast: Cast, waiting: int) -> None:
    assert client.get(QUEUE).status_code == 303
    assert client.post(f"{QUEUE}/{waiting}/duyet").status_code == 303
    assert product(waiting).state is ProductState.PENDING


def test_several_are_approved_from_one_list_each_as_it_was_seen(
    hung: FlaskClient, cast: Cast, waiting: int, now: Clock, session: Session
) -> None:
    """Office 15: twelve approvals were twelve page loads."""
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        variant = make.make_product(writing, stall, "Rau ngót", now(), state=ProductState.PENDING, unit="mo")
        other = variant.product_id
    queue, all_of_them = "/van-phong/duyet", {"chon": [waiting, other]}
    loaded = hidden(hung.get(queue).text, f"{queue}/duyet")
    assert "Chưa duyệt món nào" in hung.post(f"{queue}/duyet", data=loaded, follow_redirects=True).text
    with transaction() as writing:
        writing.get_one(Product, other).name = "Rau ngót héo"

    said = hung.post(f"{queue}/duyet", data=loaded | all_of_them, follow_redirects=True).text

    assert "Đã duyệt 1 món." in said
    assert "Chưa được: Rau ngót héo: Từ lúc bạn mở trang đã có thay đổi" in said
    states = {one.id: one.state for one in session.scalars(select(Product).where(Product.id.in_([waiting, other])))}
    assert states == {waiting: ProductState.APPROVED, other: ProductState.PENDING}
