"""The market's first page."""

import re

from flask.testing import FlaskClient
from sqlalchemy import update

from market.base.db import transaction
from market.catalog.models import Category, Product
from market.places.models import Commune
from market.sellers.models import Stall, StallState
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting


def page(client: FlaskClient) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_market_shows_its_newest_goods_and_its_stalls(client: FlaskClient, cast: Cast) -> None:
    html = page(client)
    assert html.index("Rươi tươi") < html.index("Gạo nếp cái hoa vàng") < html.index("Rau muống")
    assert "420.000\u00a0₫" in html
    assert "còn 10\u00a0kg" in html
    assert f'href="/gian-hang/{cast.lan.slug}"' in html


def test_a_link_to_it_is_previewed_with_the_commune_and_a_picture(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """The home page had no preview tags (trial: people 8): a link in a chat was a bare address."""

    def told() -> dict[str, str]:
        return dict(re.findall(r'property="og:(\w+)" content="([^"]*)"', client.get("/").text))

    shown = told()
    assert (shown["title"], shown["url"], shown["type"]) == ("Chợ xã Đại Sơn", "http://cho.test/", "website")
    assert shown["description"] == "Hàng của bà con xã Đại Sơn: ai bán, giá bao nhiêu, còn bao nhiêu."
    newest = re.findall(r'src="(/anh/[^"]+)-320\.webp"', page(client))[0]
    assert shown["image"] == f"http://cho.test{newest}-640.webp"
    with transaction() as session:
        session.get_one(Commune, cast.commune).welcome = 'Chợ "quê" <b>Đại Sơn</b>'
        session.execute(update(Product).values(is_hidden=True))
    now.move(seconds=31)
    shown = told()
    assert shown["description"] == "Chợ &#34;quê&#34; &lt;b&gt;Đại Sơn&lt;/b&gt;"
    assert "image" not in shown


def test_goods_in_season_come_as_chips(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        ruoi = writing.query(Product).filter_by(name="Rươi tươi").one()
        ruoi.season_from, ruoi.season_to = 9, 1
        gao = writing.query(Product).filter_by(name="Gạo nếp cái hoa vàng").one()
        gao.season_from, gao.season_to = 5, 7
    html = page(client)
    assert "Đang mùa rươi tươi" in html
    assert "Đang mùa gạo" not in html


def test_only_kinds_with_goods_are_offered(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        full = Category(code="a", name="Rau củ", slug="rau-cu", level=3, position=1)
        writing.add_all([full, Category(code="b", name="Nhóm trống", slug="nhom-trong", level=3, position=2)])
        writing.flush()
        writing.query(Product).filter_by(name="Rau muống").one().category_id = full.id
    html = page(client)
    assert "Rau củ" in html
    assert "Nhóm trống" not in html


def test_an_empty_market_says_so(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        for stall in writing.query(Stall):
            stall.state = StallState.PAUSED
    assert "Chợ chưa có hàng" in page(client)


def test_the_cart_s_count_comes_from_the_phone_itself(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """To a guest without a session by the script (tests/browser), since all such guests are shown one page."""
    client.set_cookie("gio", "3")
    assert '<span class="count">' not in page(client)
    sign_in(client, cast.mai, now())
    assert '<span class="count">3</span>' in page(client)


def test_the_page_takes_few_statements_signed_in_or_not(client: FlaskClient, cast: Cast, now: Clock) -> None:
    page(client)
    with counting() as seen:
        page(client)
    assert len(seen) <= 4
    sign_in(client, cast.mai, now())
    with counting() as seen:
        page(client)
    assert len(seen) <= 5


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient, cast: Cast, now: Clock) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with transaction() as writing:
        writing.get_one(Commune, cast.commune)
        writing.query(Product).filter_by(name="Rau muống").one().is_hidden = True
    now.move(seconds=30)
    assert client.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
