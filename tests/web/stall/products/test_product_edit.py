"""A listing's own page: what it says can be changed; another name or description goes past the office again."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import transaction
from market.catalog.actions.listing import Choice, ListingChange, VariantRef, change_listing
from market.catalog.models import Category, Product, ProductState
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import place, wanted
from tests.pages import hidden, send


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def page_of(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"


def said(**changed: str) -> dict[str, str]:
    """The form as the page has it, with some of it changed."""
    return {"name": "Đậu xanh", "price": "45.000", "unit": "kg", "pack_unit": "kg"} | changed


def test_the_page_shows_what_the_listing_says(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(page_of(cast)).text
    assert 'value="Đậu xanh"' in page
    assert 'value="45.000"' in page
    assert '<option selected value="kg">' in page
    assert "Còn <strong>5\u00a0kg</strong>" in page
    assert "Đổi tên, lời tả hoặc thêm ảnh thì chờ xã xem" in page


def test_a_listing_not_counted_says_so(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.rau_muong)}").text
    assert "không đếm số" in page
    assert "Không đếm nữa" not in page


@pytest.mark.parametrize(
    ("changed", "waits"),
    [
        ({"price": "50k"}, {}),
        ({"unit": "yen", "price": "450k"}, {}),
        ({"name": "Đậu đen"}, {"name": "Đậu đen"}),
        ({"description": "Trồng ở bãi sông."}, {"description": "Trồng ở bãi sông."}),
        ({}, {}),
    ],
)
def test_only_another_name_or_description_waits_for_the_office(
    lan: FlaskClient, cast: Cast, changed: dict[str, str], waits: dict[str, str]
) -> None:
    assert send(lan, page_of(cast), said(**changed)).status_code == 303
    product, _ = shelf.read(cast.dau_xanh)
    assert (product.state, product.name, product.description) == (ProductState.APPROVED, "Đậu xanh", "")
    waiting = shelf.waiting(product.id)
    assert (waiting.fields if waiting else {}) == waits


def test_a_new_name_is_found_by_its_new_words(lan: FlaskClient, cast: Cast) -> None:
    answer = send(lan, page_of(cast), said(name="Đậu đen xanh lòng"))
    assert "Trên chợ vẫn hiện bản cũ" in lan.get(answer.location).text
    product, _ = shelf.read(cast.dau_xanh)
    assert (product.folded, product.slug) == ("dau xanh", "dau-xanh")
    assert shelf.last_event(product.id).fields == "name"
    shelf.approve_changes(cast)
    product, _ = shelf.read(cast.dau_xanh)
    assert (product.folded, product.slug) == ("dau den xanh long", "dau-den-xanh-long")


@pytest.mark.parametrize("state", [ProductState.REFUSED, ProductState.TAKEN_DOWN])
def test_what_the_office_sent_back_is_sent_again_by_saving(lan: FlaskClient, cast: Cast, state: ProductState) -> None:
    shelf.change(cast.dau_xanh, state=state, refusal="Ảnh mờ")
    assert "Lưu và gửi xã xem lại" in lan.get(page_of(cast)).text
    send(lan, page_of(cast), said())
    product, _ = shelf.read(cast.dau_xanh)
    assert (product.state, product.refusal) == (ProductState.PENDING, None)


def test_saving_without_a_change_leaves_no_trace(lan: FlaskClient, cast: Cast) -> None:
    send(lan, page_of(cast), said(price="46k"))
    send(lan, page_of(cast), said(price="46k"))
    product, variant = shelf.read(cast.dau_xanh)
    assert variant.price == 46_000
    assert shelf.last_event(product.id).fields == "price"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Mời viết tên món hàng."),
        ({"price": "45"}, "có vẻ thiếu số 0"),
        ({"price": "\u202e\ufeff"}, "Mời"),
        ({"unit": "ri"}, "Mời chọn một mục"),
        ({"unit": "tui", "pack_amount": "vài"}, "Chưa đọc được số lượng"),
    ],
)
def test_a_wrong_field_comes_back_with_what_was_typed(
    lan: FlaskClient, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = send(lan, page_of(cast), said(description="Đậu bãi sông", **wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Đậu bãi sông" in answer.text
    product, variant = shelf.read(cast.dau_xanh)
    assert (product.name, product.description, variant.price) == ("Đậu xanh", "", 45_000)


@pytest.mark.parametrize(
    ("meanwhile", "named"),
    [
        ({"name": "Đậu xanh lòng vàng"}, "tên (nay là Đậu xanh lòng vàng)"),
        ({"description": "Đậu bãi"}, "lời giới thiệu (nay là Đậu bãi)"),
        ({"price": Dong(48_000)}, "giá (nay là 48.000"),
        ({"unit": "lang"}, "giá (nay là 45.000"),
    ],
)
def test_what_another_hand_changed_meanwhile_is_named_and_not_overwritten(
    lan: FlaskClient, cast: Cast, meanwhile: dict[str, object], named: str
) -> None:
    loaded = hidden(lan.get(page_of(cast)).text, page_of(cast))
    shelf.change(cast.dau_xanh, **meanwhile)
    before = [dict(vars(row)) for row in shelf.read(cast.dau_xanh)]

    answer = lan.post(page_of(cast), data=loaded | said(price="46k", description="Đậu của tôi"))

    assert answer.status_code == 409
    assert named in answer.text
    assert 'value="46k"' in answer.text
    assert "Đậu của tôi</textarea>" in answer.text
    for row, kept in zip(shelf.read(cast.dau_xanh), before, strict=True):
        assert {name: value for name, value in vars(row).items() if name != "_sa_instance_state"} == {
            name: value for name, value in kept.items() if name != "_sa_instance_state"
        }
    again = hidden(answer.text, page_of(cast)) | said(price="46k", description="Đậu của tôi")
    assert lan.post(page_of(cast), data=again).status_code == 303
    assert shelf.read(cast.dau_xanh)[1].price == 46_000


@pytest.mark.parametrize(
    ("code", "legal", "plain"),
    [
        ("OCOP-02", "Thịt, thủy sản, trứng, sữa tươi", "Thịt, cá, trứng"),
        ("OCOP-04", "Mật ong và sản phẩm từ mật ong", "Mật ong, quà quê"),
        ("X-1", "Đồ cũ", "Đồ cũ"),
    ],
)
def test_a_category_that_changed_meanwhile_is_called_as_its_seller_chooses_it(
    lan: FlaskClient, cast: Cast, code: str, legal: str, plain: str
) -> None:
    """By the name of the form's own list, not by the law's."""
    with transaction() as session:
        session.add(Category(code=code, name=legal, slug="nhom", level=3, position=1))
    loaded = hidden(lan.get(page_of(cast)).text, page_of(cast))
    with transaction() as session:
        product = session.get_one(Product, shelf.product_id(cast.dau_xanh))
        product.category_id = session.scalars(select(Category.id).where(Category.code == code)).one()
    answer = lan.post(page_of(cast), data=loaded | said(price="46k"))
    assert answer.status_code == 409
    assert f"nhóm hàng (nay là {plain})" in answer.text
    assert f">{plain}</option>" in answer.text
    assert (legal in answer.text) == (legal == plain)


def test_the_same_change_saved_twice_from_one_page_is_one(lan: FlaskClient, cast: Cast) -> None:
    typed = hidden(lan.get(page_of(cast)).text, page_of(cast)) | said(name="Đậu đen", price="46k")

    assert [lan.post(page_of(cast), data=typed).status_code for _ in range(2)] == [303, 303]
    assert shelf.approve_changes(cast) == 1
    assert shelf.read(cast.dau_xanh)[0].name == "Đậu đen"


def test_a_change_that_does_not_say_what_was_seen_is_not_saved(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(page_of(cast), data=said(name="Đậu đen"))

    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert 'value="Đậu đen"' in answer.text
    assert shelf.read(cast.dau_xanh)[0].name == "Đậu xanh"


def test_a_unit_does_not_change_under_the_goods_of_an_order(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh, 2000), now=now())
    answer = send(lan, page_of(cast), said(unit="lang", price="5k", name="Đậu xanh bãi"))
    assert answer.status_code == 422
    assert "Đang giữ 2\u00a0kg cho các đơn" in answer.text
    assert 'value="Đậu xanh bãi"' in answer.text
    product, variant = shelf.read(cast.dau_xanh)
    assert (product.name, variant.unit, variant.price) == ("Đậu xanh", "kg", 45_000)


def test_an_amount_that_the_new_unit_cannot_hold_is_refused_in_words(lan: FlaskClient, cast: Cast) -> None:
    shelf.change(cast.dau_xanh, on_hand=5500)
    answer = send(lan, page_of(cast), said(unit="tui"))
    assert answer.status_code == 422
    assert "không đổi sang túi được" in answer.text


def test_the_pack_stays_as_it_is_and_goes_with_the_bag(lan: FlaskClient, cast: Cast) -> None:
    send(lan, page_of(cast), said(unit="tui", pack_amount="5"))
    assert 'name="pack_amount" type="text" value="5"' in lan.get(page_of(cast)).text
    assert shelf.read(cast.dau_xanh)[1].pack_amount == 5000
    send(lan, page_of(cast), said(unit="kg", pack_amount="5"))
    assert shelf.read(cast.dau_xanh)[1].pack_amount is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_s_listing_is_not_found(client: FlaskClient, cast: Cast, now: Clock, method: str) -> None:
    sign_in(client, cast.tu.person, now())
    for seller in (cast.lan, cast.tu):
        address = f"{shelf.goods_of(seller)}/{shelf.product_id(cast.dau_xanh)}"
        data = {"data": said(name="Của tôi")} if method == "post" else {}
        assert getattr(client, method)(address, **data).status_code == 404
    assert shelf.read(cast.dau_xanh)[0].name == "Đậu xanh"


def test_a_listing_that_is_not_there_is_not_found(lan: FlaskClient, cast: Cast) -> None:
    assert lan.get(f"{shelf.goods_of(cast.lan)}/999999").status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    assert client.get(page_of(cast)).status_code == 303
    assert client.post(page_of(cast), data=said(name="X")).status_code == 303


def test_a_helper_changes_it_on_behalf_of_the_owner(client: FlaskClient, cast: Cast, now: Clock) -> None:
    helper = shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    assert send(client, page_of(cast), said(price="44k")).status_code == 303
    event = shelf.last_event(shelf.product_id(cast.dau_xanh))
    assert (event.actor_id, event.on_behalf_of, event.mandate_id) == (cast.vy, cast.lan.business, helper.mandate_id)


def test_a_hidden_listing_of_the_queue_stays_hidden_when_changed(cast: Cast, now: Clock) -> None:
    shelf.change(cast.dau_xanh, is_hidden=True)
    choice = Choice(unit="kg", price=Dong(45_000), pack_amount=None, pack_unit=None)
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    seen = shelf.edit_seen(which.product_id)
    new = ListingChange(name="Đậu đen", description="", category_id=None, choice=choice, seen=seen)
    actor = shelf.give_mandate(cast, now())
    with transaction() as session:
        change_listing(session, actor, which, new, now=now())
    assert shelf.read(cast.dau_xanh)[0].is_hidden


# --- one Save -----------------------------------------------------------------------------------------------------


def test_one_save_keeps_the_price_the_amount_and_the_picture_and_says_so(lan: FlaskClient, cast: Cast) -> None:
    typed = hidden(lan.get(page_of(cast)).text, page_of(cast)) | said(price="50k", description="Đậu bãi", amount="33")
    answer = shelf.post(lan, page_of(cast), typed | {"photo": shelf.sent()})
    assert answer.status_code == 303
    product, variant = shelf.read(cast.dau_xanh)
    assert (variant.price, variant.on_hand) == (50_000, 33_000)
    assert shelf.waiting(product.id).fields == {"description": "Đậu bãi"}
    told = lan.get(answer.location).text
    for words in ("Đã lưu Đậu xanh:", "lời giới thiệu", "giá 50.000\u00a0₫ / kg", "số còn 33\u00a0kg", "có 2 ảnh"):
        assert words in told
    assert "tên Đậu xanh" not in told


@pytest.mark.parametrize(("do", "left"), [("plus", 38_000), ("minus", 2_000), ("uncount", None)])
def test_a_button_beside_the_amount_keeps_the_rest_too(lan: FlaskClient, cast: Cast, do: str, left: int | None) -> None:
    amount = "33" if do == "plus" else "3"
    sent = hidden(lan.get(page_of(cast)).text, page_of(cast)) | said(price="50k", amount=amount, do=do)
    for _ in range(2):
        assert lan.post(f"{page_of(cast)}/con-hang", data=sent).status_code == 303
        variant = shelf.read(cast.dau_xanh)[1]
        assert (variant.price, variant.on_hand) == (50_000, left)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"price": "45"}, "có vẻ thiếu số 0"), ({"amount": "vài"}, "Chưa đọc được"), ({"amount": "0,05"}, "từng 0,1")],
)
def test_where_one_thing_cannot_be_nothing_is_kept_and_all_of_it_comes_back(
    lan: FlaskClient, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    whole = said(price="50k", amount="33", description="Đậu bãi") | wrong
    loaded = hidden(lan.get(page_of(cast)).text, page_of(cast))
    answer = shelf.post(lan, page_of(cast), loaded | whole | {"photo": shelf.sent()})
    assert answer.status_code == 422
    assert sentence in answer.text
    for typed in (f'value="{whole["price"]}"', f'value="{whole["amount"]}"', "Đậu bãi</textarea>"):
        assert typed in answer.text
    back = hidden(answer.text, page_of(cast))
    assert back["kept_photo"], "the picture need not be sent again"
    product, variant = shelf.read(cast.dau_xanh)
    assert (variant.price, variant.on_hand, shelf.waiting(product.id)) == (45_000, 5000, None)
    assert lan.post(page_of(cast), data=back | whole | {"price": "50k", "amount": "33"}).status_code == 303
    product, variant = shelf.read(cast.dau_xanh)
    assert (variant.price, variant.on_hand) == (50_000, 33_000)
    assert "có 2 ảnh" in lan.get(shelf.goods_of(cast.lan)).text


def test_an_amount_held_for_orders_undoes_the_price_typed_with_it(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh, 3000), now=now())
    answer = send(lan, page_of(cast), said(price="50k", amount="1"))
    assert answer.status_code == 422
    assert "Đang giữ 3\u00a0kg" in answer.text
    assert 'value="50k"' in answer.text
    variant = shelf.read(cast.dau_xanh)[1]
    assert (variant.price, variant.on_hand) == (45_000, 5000)


def test_an_amount_that_changed_meanwhile_is_named_and_the_price_stays_typed(lan: FlaskClient, cast: Cast) -> None:
    loaded = hidden(lan.get(page_of(cast)).text, page_of(cast))
    shelf.change(cast.dau_xanh, on_hand=4000)
    answer = lan.post(page_of(cast), data=loaded | said(price="50k", amount="33"))
    assert answer.status_code == 409
    assert "số còn (nay là 4\u00a0kg)" in answer.text
    assert 'value="33"' in answer.text
    assert shelf.read(cast.dau_xanh)[1].price == 45_000
    again = hidden(answer.text, page_of(cast)) | said(price="50k", amount="33")
    assert lan.post(page_of(cast), data=again).status_code == 303


def test_an_amount_left_empty_changes_no_amount(lan: FlaskClient, cast: Cast) -> None:
    send(lan, page_of(cast), said(price="50k", amount=""))
    assert shelf.read(cast.dau_xanh)[1].on_hand == 5000
    assert "vẫn như cũ" in lan.get(send(lan, page_of(cast), said(price="50k")).location).text


def test_what_another_hand_changed_is_not_overwritten_because_an_amount_was_mistyped(
    lan: FlaskClient, cast: Cast
) -> None:
    loaded = hidden(lan.get(page_of(cast)).text, page_of(cast))
    shelf.change(cast.dau_xanh, price=Dong(48_000))
    answer = lan.post(page_of(cast), data=loaded | said(amount="vài"))
    assert answer.status_code == 422
    back = hidden(answer.text, page_of(cast))
    assert lan.post(page_of(cast), data=back | said(amount="6")).status_code == 409
    assert shelf.read(cast.dau_xanh)[1].price == 48_000
