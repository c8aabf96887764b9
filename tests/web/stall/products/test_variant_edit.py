"""One of several things that a product is sold as: its unit, price, name and amount are changed each on its own."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.catalog.actions.listing import Choice, ListingChange, VariantRef, change_listing
from market.catalog.models import ProductState
from market.values.money import Dong
from tests.access import keeps_out
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


@pytest.fixture
def bag(cast: Cast) -> int:
    """Bà Lan's đậu xanh is sold by the kilo and, as this, in bags of 500 g."""
    return shelf.add_choice(cast.dau_xanh, pack_amount=500_000, pack_unit="g")


def product_page(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"


def address(cast: Cast, variant: int) -> str:
    return f"{product_page(cast)}/loai/{variant}"


def said(**changed: str) -> dict[str, str]:
    """The bag's form as the page has it, with some of it changed."""
    return {"unit": "tui", "price": "20.000", "pack_amount": "500", "pack_unit": "g", "label": ""} | changed


def test_the_page_shows_what_it_is_and_what_is_left(lan: FlaskClient, cast: Cast, bag: int) -> None:
    page = lan.get(address(cast, bag)).text
    assert "Đậu xanh, túi 500 g" in page
    assert 'value="20.000"' in page
    assert 'value="500"' in page
    assert "Còn <strong>3\u00a0túi</strong>" in page
    assert 'id="label" name="label" type="text" value=""' in page, "the name comes of unit and pack"
    assert "Bỏ loại này" in page


def test_a_price_changes_on_its_own(lan: FlaskClient, cast: Cast, bag: int) -> None:
    answer = send(lan, address(cast, bag), said(price="22k"))
    assert (answer.status_code, answer.location) == (303, f"{product_page(cast)}#cac-loai")
    product, variant = shelf.read(bag)
    assert (variant.price, product.state) == (22_000, ProductState.APPROVED)
    assert shelf.read(cast.dau_xanh)[1].price == 45_000
    assert (shelf.last_event(product.id).verb, shelf.last_event(product.id).fields) == ("change_variant", "price")


def test_its_name_follows_its_pack_and_needs_no_look(lan: FlaskClient, cast: Cast, bag: int) -> None:
    send(lan, address(cast, bag), said(pack_amount="1", pack_unit="kg"))
    product, variant = shelf.read(bag)
    assert (variant.label, product.state) == ("túi 1 kg", ProductState.APPROVED)


def test_a_name_of_its_own_is_read_by_the_office_and_can_be_taken_back(lan: FlaskClient, cast: Cast, bag: int) -> None:
    send(lan, address(cast, bag), said(label="Túi quà"))
    product, variant = shelf.read(bag)
    assert (variant.label, product.state) == ("túi 500 g", ProductState.APPROVED)
    assert 'value="Túi quà"' in lan.get(address(cast, bag)).text
    assert shelf.approve_changes(cast) == 1
    assert shelf.read(bag)[1].label == "Túi quà"
    send(lan, address(cast, bag), said(label="Túi quà", price="30k"))
    assert shelf.waiting(product.id) is None, "the same name again is no new name"
    send(lan, address(cast, bag), said(price="30k"))
    product, variant = shelf.read(bag)
    assert (variant.label, product.state) == ("túi 500 g", ProductState.APPROVED)


def test_two_may_not_be_called_alike(lan: FlaskClient, cast: Cast, bag: int) -> None:
    answer = send(lan, address(cast, bag), said(label="Theo kg"))
    assert answer.status_code == 422
    assert "Món này đã có loại “Theo kg”" in answer.text
    assert shelf.read(bag)[1].label == "túi 500 g"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"price": "5"}, "có vẻ thiếu số 0"), ({"unit": "ri"}, "Mời chọn"), ({"pack_amount": "vài"}, "Chưa đọc được")],
)
def test_a_wrong_field_comes_back_with_what_was_typed(
    lan: FlaskClient, cast: Cast, bag: int, wrong: dict[str, str], sentence: str
) -> None:
    answer = send(lan, address(cast, bag), said(**wrong, label="Túi quà"))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Túi quà"' in answer.text
    assert (shelf.read(bag)[1].price, shelf.read(bag)[1].label) == (20_000, "túi 500 g")


def test_its_unit_does_not_change_under_the_goods_of_an_order(
    lan: FlaskClient, cast: Cast, now: Clock, bag: int
) -> None:
    place(cast.commune, wanted(bag, 1000), now=now())
    answer = send(lan, address(cast, bag), said(unit="hop"))
    assert answer.status_code == 422
    assert "Đang giữ 1\u00a0túi cho các đơn" in answer.text


# --- the buttons of the list and of its page, each about one --------------------------------------------------------


def test_the_list_shows_each_with_its_amount_and_price(lan: FlaskClient, cast: Cast, bag: int) -> None:
    page = lan.get(shelf.goods_of(cast.lan)).text
    assert "2 loại" in page
    assert "20.000\u00a0₫/túi" in page
    assert f'name="variant" value="{bag}"' in page
    assert "Giá mới của Đậu xanh, túi 500 g" in page


def test_an_amount_a_price_and_sold_out_are_of_the_one_that_is_meant(lan: FlaskClient, cast: Cast, bag: int) -> None:
    one = {"variant": str(bag), "tu": "loai"}
    page = product_page(cast)
    price = one | {"price": "21k", "seen": shelf.price_seen(bag)}
    assert lan.post(f"{page}/gia", data=price).location == page
    amount = one | {"amount": "7", "seen": shelf.amount_seen(bag)}
    assert lan.post(f"{page}/con-hang", data=amount).location == address(cast, bag)
    answer = lan.post(f"{page}/het-hang", data=one)
    assert answer.location == address(cast, bag)
    assert "Đã báo hết Đậu xanh, túi 500 g" in lan.get(answer.location).text
    variant, kilo = shelf.read(bag)[1], shelf.read(cast.dau_xanh)[1]
    assert (variant.price, variant.on_hand, variant.is_sold_out) == (21_000, 7000, True)
    assert (kilo.price, kilo.on_hand, kilo.is_sold_out) == (45_000, 5000, False)
    lan.post(f"{page}/co-hang", data=one)
    assert not shelf.read(bag)[1].is_sold_out


@pytest.mark.parametrize(("button", "fields"), [("gia", {"price": "2"}), ("con-hang", {"amount": "nhiều"})])
def test_what_is_typed_wrong_comes_back_on_its_page(
    lan: FlaskClient, cast: Cast, bag: int, button: str, fields: dict[str, str]
) -> None:
    answer = lan.post(f"{product_page(cast)}/{button}", data=fields | {"variant": str(bag)})
    assert answer.status_code == 422
    assert "Đậu xanh, túi 500 g" in answer.text
    assert f'value="{next(iter(fields.values()))}"' in answer.text


def test_the_list_says_of_each_what_its_forms_showed(lan: FlaskClient, cast: Cast, bag: int) -> None:
    page = lan.get(shelf.goods_of(cast.lan)).text
    for variant in (cast.dau_xanh, bag):
        assert f'value="{shelf.price_seen(variant)}"' in page
        assert f'value="{shelf.amount_seen(variant)}"' in page


@pytest.mark.parametrize(
    ("button", "typed", "seen_of", "meanwhile"),
    [
        ("gia", {"price": "21k"}, shelf.price_seen, {"price": Dong(22_000)}),
        ("con-hang", {"amount": "7"}, shelf.amount_seen, {"on_hand": 1000}),
    ],
)
def test_what_changed_meanwhile_of_the_one_that_is_meant_comes_back_on_its_page(
    lan: FlaskClient,
    cast: Cast,
    bag: int,
    button: str,
    typed: dict[str, str],
    seen_of: Callable[[int], str],
    meanwhile: dict[str, object],
) -> None:
    sent = typed | {"variant": str(bag), "seen": seen_of(bag)}
    shelf.change(bag, **meanwhile)
    answer = lan.post(f"{product_page(cast)}/{button}", data=sent)
    assert answer.status_code == 409
    assert "nay là" in answer.text
    assert "Đậu xanh, túi 500 g" in answer.text
    assert f'value="{next(iter(typed.values()))}"' in answer.text
    assert all(getattr(shelf.read(bag)[1], field) == value for field, value in meanwhile.items())


@pytest.mark.parametrize("button", ["gia", "con-hang", "het-hang", "co-hang"])
def test_another_product_s_is_not_found(lan: FlaskClient, cast: Cast, bag: int, button: str) -> None:
    for foreign in (cast.rau_muong, cast.gao_nep):
        fields = {"variant": str(foreign), "price": "99k", "amount": "1"}
        assert lan.post(f"{product_page(cast)}/{button}", data=fields).status_code == 404
        assert lan.get(address(cast, foreign)).status_code == 404


def test_the_listing_s_own_form_leaves_them_as_they_are(lan: FlaskClient, cast: Cast, bag: int) -> None:
    page = lan.get(product_page(cast)).text
    assert "Các loại đang bán" in page
    assert send(lan, product_page(cast), {"name": "Đậu xanh", "price": "1", "unit": "tan"}).status_code == 303
    assert (shelf.read(cast.dau_xanh)[1].price, shelf.read(bag)[1].price) == (45_000, 20_000)


def test_the_only_one_keeps_the_name_it_was_given(cast: Cast, now: Clock, bag: int) -> None:
    actor, which = (
        shelf.give_mandate(cast, now()),
        VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(bag)),
    )
    shelf.rename(cast.dau_xanh, "Loại vỡ")
    choice = Choice(unit="kg", price=Dong(40_000), pack_amount=None, pack_unit=None)
    seen = shelf.edit_seen(which.product_id)
    with transaction() as session:
        new = ListingChange(name="Đậu xanh", description="", category_id=None, choice=choice, seen=seen)
        assert change_listing(session, actor, which, new, now=now()) is ProductState.APPROVED
    assert shelf.read(cast.dau_xanh)[1].label == "Loại vỡ"


@pytest.mark.parametrize(
    ("meanwhile", "named"),
    [
        ({"price": Dong(25_000)}, "giá (nay là túi 500 g: 25.000"),
        ({"label": "Túi quà"}, "giá (nay là Túi quà: 20.000"),
        ({"pack_amount": 400_000}, "túi 400 g"),
    ],
)
def test_what_another_hand_changed_of_it_meanwhile_is_named_and_not_overwritten(
    lan: FlaskClient, cast: Cast, bag: int, meanwhile: dict[str, object], named: str
) -> None:
    loaded = hidden(lan.get(address(cast, bag)).text, address(cast, bag))
    shelf.change(bag, **meanwhile)

    answer = lan.post(address(cast, bag), data=loaded | said(price="22k"))

    assert answer.status_code == 409
    assert named in answer.text.replace("\u00a0", " ")
    assert 'value="22k"' in answer.text
    assert shelf.read(bag)[1].price == meanwhile.get("price", 20_000)
    again = hidden(answer.text, address(cast, bag)) | said(price="22k")
    assert [lan.post(address(cast, bag), data=again).status_code for _ in range(2)] == [303, 303]
    assert shelf.read(bag)[1].price == 22_000


def test_a_change_of_it_that_does_not_say_what_was_seen_is_not_saved(lan: FlaskClient, cast: Cast, bag: int) -> None:
    answer = lan.post(address(cast, bag), data=said(price="22k"))

    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert shelf.read(bag)[1].price == 20_000


def test_nobody_else_sees_or_changes_it(app: Flask, cast: Cast, bag: int) -> None:
    others = [cast.tu.person, cast.vy, cast.hung, cast.stranger]
    assert keeps_out(app, address(cast, bag), others)
    assert keeps_out(app, address(cast, bag), others, method="POST")
