"""A product's page: what, how much, from whom, and into the cart."""

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Photo, Product, ProductState, Variant
from market.places.models import Commune
from market.places.rules.modes import CommuneMode
from market.sellers.models import Stall, StallState
from market.trace.models import Lot
from market.trace.rules import LotState
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting


def address(variant_id: int) -> str:
    with transaction() as session:
        product = session.get_one(Variant, variant_id).product
        return f"/san-pham/{product.id}-{product.slug}"


def page(client: FlaskClient, variant_id: int) -> str:
    answer = client.get(address(variant_id))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_price_the_amount_left_and_the_seller_are_plain_to_see(client: FlaskClient, cast: Cast) -> None:
    html = page(client, cast.dau_xanh)
    assert "45.000\u00a0₫" in html
    assert "Còn 5\u00a0kg" in html
    assert f'href="/gian-hang/{cast.lan.slug}"' in html
    assert 'href="tel:+84900000011"' in html
    assert 'href="https://zalo.me/0900000011"' in html


def test_the_pictures_stand_in_the_seller_s_order(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """By position, and those of one position as they came: the tenth after the second."""
    with transaction() as writing:
        product = writing.get_one(Variant, cast.dau_xanh).product
        whose = {"product_id": product.id, "stall_id": product.stall_id, "width": 1280, "height": 960}
        product.photos[0].position = 10
        for position, key in ((2, "second"), (2, "third"), (0, "first")):
            writing.add(Photo(key=f"{key}-picture-000", position=position, created_at=now(), **whose))
            writing.flush()
        last = product.photos[0].key
    html = page(client, cast.dau_xanh)
    places = [html.index(key) for key in ("first-picture", "second-picture", "third-picture", last)]
    assert places == sorted(places)


def test_half_a_kilo_left_is_told_on_every_page(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Variant, cast.gao_nep).on_hand = 12_500
    for path in ("/", "/tim?q=gao", f"/gian-hang/{cast.htx.slug}", address(cast.gao_nep)):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "òn 12,5\u00a0kg" in answer.text
    too_much = client.post("/gio-hang/them", data={"variant_id": cast.gao_nep, "amount": "13"}, follow_redirects=True)
    assert "12,5\u00a0kg" in too_much.text


def test_it_goes_into_the_cart_from_here(client: FlaskClient, cast: Cast) -> None:
    html = page(client, cast.dau_xanh)
    assert 'action="/gio-hang/them"' in html
    assert f'name="variant_id" value="{cast.dau_xanh}"' in html
    answer = client.post("/gio-hang/them", data={"variant_id": cast.dau_xanh, "amount": "0,5"})
    assert answer.status_code == 303


def test_what_is_sold_out_can_be_asked_for_but_not_put_in_the_cart(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Variant, cast.dau_xanh).is_sold_out = True
    html = page(client, cast.dau_xanh)
    assert "Tạm hết hàng" in html
    assert "/gio-hang/them" not in html
    assert "tel:" in html


def test_a_showcase_shows_contacts_alone(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Commune, cast.commune).mode = CommuneMode.SHOWCASE
    html = page(client, cast.dau_xanh)
    assert "/gio-hang/them" not in html
    assert "tel:" in html
    assert "zalo.me" in html


def test_several_kinds_can_be_chosen_from_cheapest_first(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        one = writing.get_one(Variant, cast.gao_nep)
        pack = {"product_id": one.product_id, "stall_id": one.stall_id, "unit": "tui"}
        writing.add_all(
            [
                Variant(**pack, sku="A", label="Túi 5 kg", price=Dong(150_000), pack_amount=5000, pack_unit="kg"),
                Variant(**pack, sku="B", label="Túi 2 kg", price=Dong(20_000), is_sold_out=True),
            ]
        )
    html = page(client, cast.gao_nep)
    assert html.count('name="variant_id"') == 3
    assert html.index("32.000\u00a0₫") < html.index("Túi 5 kg") < html.index("Túi 2 kg")
    assert "30.000\u00a0₫ một kg" in html


@pytest.mark.parametrize("slug", ["sai", "x" * 200])
def test_a_wrong_name_in_the_address_leads_to_the_right_one(client: FlaskClient, cast: Cast, slug: str) -> None:
    right = address(cast.dau_xanh)
    number = right.removeprefix("/san-pham/").partition("-")[0]
    answer = client.get(f"/san-pham/{number}-{slug}")
    assert (answer.status_code, answer.headers["Location"]) == (301, right)


def test_what_is_no_longer_public_says_so(client: FlaskClient, cast: Cast) -> None:
    there = address(cast.dau_xanh)
    with transaction() as writing:
        writing.get_one(Variant, cast.dau_xanh).product.state = ProductState.TAKEN_DOWN
    answer = client.get(there)
    assert answer.status_code == 404
    assert "không còn trên chợ" in answer.get_data(as_text=True)
    with transaction() as writing:
        writing.get_one(Variant, cast.dau_xanh).product.state = ProductState.APPROVED
        writing.get_one(Stall, cast.lan.stall).state = StallState.PAUSED
    assert client.get(there).status_code == 404
    assert client.get("/san-pham/999999-x").status_code == 404


def lot_of(session: Session, variant: int, code: str, now: Clock) -> Lot:
    product = session.get_one(Variant, variant).product
    lot = Lot(
        commune_id=product.commune_id,
        stall_id=product.stall_id,
        product_id=product.id,
        plot="Ruộng 12",
        code=code,
        state=LotState.SEALED,
        created_at=now(),
    )
    session.add(lot)
    return lot


def test_a_sealed_lot_leads_to_its_journal(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Có tem lô" not in page(client, cast.gao_nep)
    with transaction() as writing:
        lot_of(writing, cast.dau_xanh, "L261020A", now).state = LotState.OPEN
        lot_of(writing, cast.gao_nep, "L261020B", now).sealed_at = now()
    html = page(client, cast.gao_nep)
    assert "Có tem lô" in html
    assert 'href="/lo/L261020B"' in html
    assert "Có tem lô" not in page(client, cast.dau_xanh)
    assert client.get("/").get_data(as_text=True).count("Có tem lô") == 1
    with counting() as seen:
        page(client, cast.gao_nep)
    assert len([one for one in seen if "variant" in one or "lot" in one]) <= 4
    for without in (cast.rau_muong, cast.dau_xanh):
        page(client, without)
        with counting() as seen_without:
            page(client, without)
        assert len(seen_without) == len(seen) - 2, "without a sealed lot neither lots nor journals are asked for"


def test_search_engines_and_link_previews_read_the_same_facts(client: FlaskClient, cast: Cast) -> None:
    html = page(client, cast.dau_xanh)
    there = f"http://cho.test{address(cast.dau_xanh)}"
    facts = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])
    assert (facts["@type"], facts["name"], facts["url"]) == ("Product", "Đậu xanh", there)
    assert facts["offers"][0]["price"] == 45_000
    assert facts["offers"][0]["priceCurrency"] == "VND"
    assert facts["offers"][0]["availability"] == "https://schema.org/InStock"
    assert f'<link rel="canonical" href="{there}">' in html
    assert f'property="og:url" content="{there}"' in html
    assert re.search(r'property="og:image" content="http://cho\.test/anh/test-photo-\d+-640\.webp"', html)


def test_a_name_cannot_break_out_of_the_data_block(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Variant, cast.dau_xanh).product.description = "</script><script>alert(1)</script>"
    assert "<script>alert" not in page(client, cast.dau_xanh)


def test_an_illustration_is_called_one(client: FlaskClient, cast: Cast) -> None:
    assert "Ảnh minh họa" not in page(client, cast.dau_xanh)
    with transaction() as writing:
        product = writing.get_one(Variant, cast.dau_xanh).product_id
        writing.query(Photo).filter_by(product_id=product).one().is_illustration = True
    assert "Ảnh minh họa" in page(client, cast.dau_xanh)


def test_what_is_held_for_others_is_not_offered(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Variant, cast.dau_xanh).reserved = 2000
    assert "Còn 3\u00a0kg" in page(client, cast.dau_xanh)


def test_the_page_takes_four_statements_at_most(client: FlaskClient, cast: Cast, now: Clock) -> None:
    there = address(cast.dau_xanh)
    client.get(there)
    with counting() as seen:
        client.get(there)
    assert len(seen) <= 4
    sign_in(client, cast.mai, now())
    with counting() as seen:
        client.get(there)
    assert len(seen) <= 5
    with transaction() as writing:
        assert writing.get_one(Product, writing.get_one(Variant, cast.dau_xanh).product_id).name == "Đậu xanh"
