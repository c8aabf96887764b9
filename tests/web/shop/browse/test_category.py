"""A category's page."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Category, Product, Variant
from market.catalog.queries.browse import kinds
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting


@pytest.fixture(autouse=True)
def goods(cast: Cast, now: Clock) -> None:
    """Thirty heads of kohlrabi among the vegetables; food is the branch above."""
    with transaction() as writing:
        food = Category(code="I", name="Thực phẩm", slug="thuc-pham", level=1, position=1)
        writing.add(food)
        writing.flush()
        greens = Category(code="1", name="Rau, củ", slug="rau-cu", level=3, position=2, parent_id=food.id)
        empty = Category(code="2", name="Đồ uống", slug="do-uong", level=3, position=3)
        writing.add_all([greens, empty])
        writing.flush()
        stall = writing.get_one(Stall, cast.lan.stall)
        make.make_products(
            writing, stall, [f"Su hào {i}" for i in range(30)], now(), category_id=greens.id, on_hand=3000
        )


def test_kinds_stand_by_position_not_as_they_were_written(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.add(Category(code="0", name="Mới ghi", slug="moi-ghi", level=3, position=0))
    assert [kind.slug for kind in kinds(session)] == ["moi-ghi", "thuc-pham", "rau-cu", "do-uong"]


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_goods_of_a_kind_newest_first(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "/nhom/rau-cu")
    assert html.count('class="product-card"') == 24
    assert html.index("Su hào 29") < html.index("Su hào 28")
    assert "Rau muống" not in html
    assert page(client, "/nhom/rau-cu?page=2").count('class="product-card"') == 6


def leaf(client: FlaskClient, html: str, way: str) -> str:
    """The page that a link of this one leads to."""
    (link,) = re.findall(f'rel="{way}" href="([^"]+)"', html)
    return page(client, unescape(link))


def test_its_links_lead_from_page_to_page_and_back(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        greens = writing.query(Category).filter_by(slug="rau-cu").one()
        stall = writing.get_one(Stall, cast.lan.stall)
        make.make_products(writing, stall, [f"Su su {i}" for i in range(30)], now(), category_id=greens.id)
    first = page(client, "/nhom/rau-cu")
    second = leaf(client, first, "next")
    third = leaf(client, second, "next")
    shown = re.findall("card-name.>([^<]+)", first + second + third)
    assert shown == [f"{name} {i}" for name in ("Su su", "Su hào") for i in reversed(range(30))]
    assert [numbered in html for numbered, html in (("Trang 2<", second), ("Trang 3<", third))] == [True, True]
    assert 'rel="next"' not in third
    assert leaf(client, third, "prev") == second
    assert leaf(client, second, "prev").count("Su su") == first.count("Su su")


def test_a_page_that_is_no_longer_there_or_a_place_that_is_none_is_answered_all_the_same(
    client: FlaskClient, cast: Cast
) -> None:
    gone = ("page=99", "page=2&sau=1-1", "page=1&truoc=0-99999999", "page=7&truoc=1-9999999999999")
    none = ("sau=x", "sau=2-5", "truoc=0-", "sau=0-99999999999999999999", "page=x&sau=0-٣")
    for query in gone + none:
        assert page(client, f"/nhom/rau-cu?{query}").count('class="product-card"') == 24, query


def test_goods_that_just_fill_a_page_have_no_next_one(client: FlaskClient, cast: Cast) -> None:
    assert 'rel="next"' in page(client, "/nhom/rau-cu")
    with transaction() as writing:
        for number in range(6):
            writing.query(Product).filter_by(name=f"Su hào {number}").one().category_id = None
    html = page(client, "/nhom/rau-cu")
    assert (html.count('class="product-card"'), 'rel="next"' in html) == (24, False)


def test_the_branch_above_shows_all_below_it(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "/nhom/thuc-pham")
    assert html.count('class="product-card"') == 24
    assert 'href="/nhom/rau-cu"' in html


def test_sold_out_goods_stay_and_stand_last(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        newest = writing.query(Product).filter_by(name="Su hào 29").one()
        writing.query(Variant).filter_by(product_id=newest.id).one().is_sold_out = True
    assert "Su hào 29" not in page(client, "/nhom/rau-cu")
    html = page(client, "/nhom/rau-cu?page=2")
    assert "tạm hết" in html
    assert html.index("Su hào 0") < html.index("Su hào 29")


def test_pictures_never_shift_and_wait_for_the_thumb(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "/nhom/rau-cu")
    assert html.count('width="320" height="240"') == 24
    assert html.count('loading="lazy"') == 22
    assert html.count("-640.webp 640w") == 24


def test_an_empty_kind_leads_on(client: FlaskClient, cast: Cast) -> None:
    assert "Nhóm này chưa có hàng" in page(client, "/nhom/do-uong")


def test_an_unknown_kind_is_no_page(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/nhom/khong-co").status_code == 404


def test_four_statements_anonymous_and_three_once_seen_whatever_the_number_of_goods(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    with counting() as cold:
        page(client, "/nhom/rau-cu")
    assert len(cold) <= 4, "the commune, the kinds, the hamlets to filter by (both kept for half a minute), the goods"
    assert "verification.state = 'da_xac_thuc'" in cold[-1], "a bound one makes SQLite plan it all anew each time"
    sign_in(client, cast.mai, now())
    page(client, "/nhom/rau-cu")
    with counting() as seen:
        page(client, "/nhom/rau-cu")
    assert len(seen) <= 3


def test_the_page_weighs_little(client: FlaskClient, cast: Cast) -> None:
    assert len(page(client, "/nhom/rau-cu").encode()) < 24_000
