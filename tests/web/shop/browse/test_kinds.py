"""Categories as people call them, each with a picture: on the first page, the search page and their own; the law's name
stays with the office (words of ui.md; people 12)."""

import csv
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Category, Product
from market.catalog.queries.facts import listing_facts
from market.catalog.queries.listing import category_choices
from market.catalog.rules import kind_names
from market.catalog.rules.kind_names import ANY_GOODS, kind_words
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import on_both

ROOT = Path(__file__).parents[4]
SPRITE = (ROOT / "market/static/img/kinds.svg").read_text("utf-8")
PICTURES = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
LEGAL = "Thịt, thủy sản, trứng, sữa tươi"
PLAIN = "Thịt, cá, trứng"


def seeded() -> list[dict[str, str]]:
    with (ROOT / "seeds/categories.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def kinds(cast: Cast, now: Clock) -> None:
    """Of each one thing on sale: a set of OCOP, and a category of which nobody has said what people call it."""
    with transaction() as session:
        food = Category(code="I.tuoi", name="Tươi sống", slug="tuoi-song", level=2, position=0)
        session.add(food)
        session.flush()
        meat = Category(code="OCOP-02", name=LEGAL, slug="thit", level=3, ocop_set=2, position=1, parent_id=food.id)
        new = Category(code="X-1", name="Máy móc cũ", slug="may-moc", level=3, position=2)
        session.add_all([meat, new])
        session.flush()
        stall = session.get_one(Stall, cast.tu.stall)
        for name, kind in (("Trứng vịt", meat), ("Máy tuốt lúa", new)):
            variant = make.make_product(session, stall, name, now())
            session.get_one(Product, variant.product_id).category_id = kind.id


def test_every_category_of_the_tree_has_a_name_of_its_own_and_a_picture_that_is_drawn() -> None:
    words = {row["code"]: kind_words(row["code"], row["name"]) for row in seeded()}
    assert len({one.name for one in words.values()}) == len(words), "no two are called the same"
    assert {one.picture for one in words.values()} <= PICTURES
    assert ANY_GOODS in PICTURES
    known = json.loads(Path(kind_names.__file__).with_name("kind_names.json").read_text("utf-8"))
    assert known.keys() == words.keys(), "none is named that there is not"


def test_people_s_names_are_short_and_plain() -> None:
    for row in seeded():
        name = kind_words(row["code"], row["name"]).name
        assert len(name) <= 24, name
        assert not re.search(r"chế biến|sản phẩm|thủy sản|dược liệu|mỹ nghệ|nông sản|OCOP|khác\)", name), name


def test_the_pictures_are_small_and_take_the_colour_of_the_text() -> None:
    assert len(SPRITE.encode()) < 8_000
    assert not re.search(r"#[0-9a-f]{3,6}|rgb|<style|<image|href|<script", SPRITE, re.IGNORECASE)


@on_both
@pytest.mark.usefixtures("kinds")
@pytest.mark.parametrize("address", ["/", "/tim", "/nhom/tuoi-song"])
def test_buyers_see_people_s_names_with_pictures(client: FlaskClient, address: str) -> None:
    html = client.get(address).text
    assert f"{PLAIN}</" in html
    assert LEGAL not in html
    assert re.search(r"img/kinds\.svg\?v=\w+#thit", html)


@pytest.mark.usefixtures("kinds")
def test_what_has_no_name_of_people_s_is_called_as_in_the_tree(client: FlaskClient) -> None:
    html = client.get("/").text
    assert "<span>Máy móc cũ</span>" in html
    assert f"#{ANY_GOODS}" in html
    assert "<h1>Máy móc cũ</h1>" in client.get("/nhom/may-moc").text


@pytest.mark.usefixtures("kinds")
def test_its_own_page_and_its_filter_are_called_so(client: FlaskClient) -> None:
    assert f"<h1>{PLAIN}</h1>" in client.get("/nhom/thit").text
    html = client.get("/tim?nhom=thit").text
    assert f'<option value="thit" selected>{PLAIN}</option>' in html
    assert html.count('class="product-card"') == 1


@pytest.mark.usefixtures("kinds")
def test_sellers_choose_by_people_s_names_and_the_office_decides_by_the_law_s(session: Session) -> None:
    choices = {one.name: one.group for one in category_choices(session)}
    assert choices == {PLAIN: "Đồ tươi", "Máy móc cũ": "Máy móc cũ"}
    eggs = session.scalars(select(Product).where(Product.name == "Trứng vịt")).one()
    assert LEGAL in listing_facts(eggs).values()


@on_both
def test_many_categories_stand_in_one_calm_row_with_more_behind_it(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        stall = session.get_one(Stall, cast.tu.stall)
        for number in range(11):
            kind = Category(code=f"X-{number}", name=f"Loại {number}", slug=f"loai-{number}", level=3, position=number)
            session.add(kind)
            session.flush()
            variant = make.make_product(session, stall, f"Hàng {number}", now())
            session.get_one(Product, variant.product_id).category_id = kind.id
    html = client.get("/").text
    first, _, rest = html.partition("Xem thêm 3 nhóm hàng")
    assert (first.count('class="kind"'), rest.count('class="kind"')) == (8, 3)
