"""Filters and orders of the lists of goods: on the search page and on a category's, by the address alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.catalog.models import Category, Product, Variant
from market.places.actions import HamletEdit, rename_hamlet
from market.places.models import Commune, Hamlet, PickupPoint
from market.places.queries import hamlet_facts
from market.places.rules.modes import CommuneMode
from market.sellers.models import Certificate, Stall
from market.values.money import Dong
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns, of_many, on_both
from tests.queries import counting
from tests.web.base.world import plain_row

pytestmark = [on_both, in_turns]  # alike on both kinds of database: one kind by day, the other with the next test

LAN, HTX, TU = "Su hào", "Gạo tẻ", "Cáy đồng"


@pytest.fixture(autouse=True)
def goods(cast: Cast, now: Clock) -> dict[str, int]:
    """Of each seller one more, all greens: bà Lan's at 5,000 of Nghĩa Dũng, in season in November; HTX Đại Sơn's at
    30,000 and anh Tư's at 90,000, of Mỗ Đoạn. A second commune's that would fit everything."""
    with transaction() as session:
        greens = Category(code="OCOP-01", name="Rau, củ, quả, hạt tươi", slug="rau-cu", level=3, position=1)
        session.add(greens)
        session.flush()
        made = {}
        for name, seller, price in ((LAN, cast.lan, 5_000), (HTX, cast.htx, 30_000), (TU, cast.tu, 90_000)):
            variant = make.make_product(session, session.get_one(Stall, seller.stall), name, now(), price=price)
            session.get_one(Product, variant.product_id).category_id = greens.id
            made[name] = variant.product_id
        kohlrabi = session.get_one(Product, made[LAN])
        kohlrabi.season_from, kohlrabi.season_to = 10, 2
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        owner = make.make_person(session, far, "Chủ Hàng Khác", "0900 000 053", now())
        officer = make.make_person(session, far, "Cán Bộ Khác", "0900 000 051", now())
        hamlet = make.make_hamlet(session, far, "thôn Nghĩa Dũng")
        business = make.make_business(session, hamlet, "Gian hàng xã khác", now())
        stall = make.make_stall(session, business, owner, officer, now())
        stall.delivers_in_commune = stall.ships_outside = True
        certify(session, business.id, now)
        theirs = session.get_one(Product, make.make_product(session, stall, "Hàng xã khác", now()).product_id)
        theirs.season_from, theirs.season_to, theirs.category_id = 11, 11, greens.id
        return made


def certify(session: Session, business_id: int, now: Clock, *, days: int = 30, **fields: object) -> int:
    said = {"checked_at": now(), "valid_to": local_day(now()) + timedelta(days=days)} | fields
    return plain_row(session, Certificate, now(), business_id=business_id, kind="VietGAP", **said).id


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def names(html: str) -> list[str]:
    return re.findall("card-name.>([^<]+)", html)


def listed(client: FlaskClient, query: str) -> list[str]:
    """What the category, all goods and goods found by a word show for the same conditions: the same goods."""
    shown = names(page(client, f"/nhom/rau-cu?{query}"))
    assert names(page(client, f"/tim?nhom=rau-cu&{query}")) == shown, query
    assert all(name in names(page(client, f"/tim?{query}")) for name in shown), query
    return shown


def each_found(client: FlaskClient, query: str) -> list[str]:
    """Which of the three a search by their own name shows."""
    words = {LAN: "su+hao", HTX: "gao+te", TU: "cay+dong"}
    return [name for name, word in words.items() if name in names(page(client, f"/tim?q={word}&{query}"))]


def shows(client: FlaskClient, query: str) -> list[str]:
    found = each_found(client, query)
    shown = listed(client, query)
    assert sorted(found) == sorted(shown), query
    return shown


# --- each filter ------------------------------------------------------------------------------------------------------


def test_goods_of_a_hamlet_and_of_those_beside_it(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert shows(client, "thon=thon-nghia-dung") == [LAN]
    assert shows(client, "thon=thon-mo-doan") == [TU, HTX]
    assert "bên cạnh" not in page(client, "/nhom/rau-cu"), "no office has said of any"
    alone = page(client, "/nhom/rau-cu?thon=thon-nghia-dung&canh=1")
    assert (names(alone), "Xã chưa ghi thôn nào ở bên cạnh thôn Nghĩa Dũng" in alone) == ([LAN], True)
    with transaction() as session:
        make.make_neighbours(session, session.get_one(Hamlet, cast.nghia_dung), session.get_one(Hamlet, cast.mo_doan))
    now.move(seconds=31)
    assert shows(client, "thon=thon-nghia-dung&canh=1") == [TU, HTX, LAN]
    assert shows(client, "thon=thon-mo-doan&canh=1") == [TU, HTX, LAN]
    assert shows(client, "thon=thon-nghia-dung") == [LAN]
    assert "và các thôn bên cạnh" in page(client, "/tim")


def test_an_address_that_names_a_hamlet_as_it_was_called_still_leads_there(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.nghia_dung)
        edit = HamletEdit(
            commune_id=cast.commune,
            hamlet_id=hamlet.id,
            name="thôn Bình Minh",
            source=None,
            seen=seen_of(hamlet_facts(hamlet)),
        )
        rename_hamlet(writing, Actor(person_id=cast.hung), edit, now=now())
    html = page(client, "/nhom/rau-cu?thon=thon-nghia-dung")
    assert names(html) == [LAN]
    assert "thôn Bình Minh" in html


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("tu=20k", [TU, HTX]),
        ("den=20+nghìn", [LAN]),
        ("tu=5.000&den=30000đ", [HTX, LAN]),
        ("tu=30k&den=5k", [HTX, LAN]),
        ("tu=1tr", []),
        ("tu=90000&den=90000", [TU]),
    ],
)
def test_a_price_from_and_to_as_people_type_it(client: FlaskClient, query: str, shown: list[str]) -> None:
    assert shows(client, query) == shown


def test_the_price_is_the_one_that_the_card_shows(client: FlaskClient, now: Clock, goods: dict[str, int]) -> None:
    """The cheapest variant on sale: not one that was removed or is said to be sold out."""
    with transaction() as writing:
        first = writing.scalars(select(Variant).where(Variant.product_id == goods[HTX])).one()
        given = {"stall_id": first.stall_id, "product_id": first.product_id, "unit": "kg"}
        writing.add_all(
            [
                Variant(**given, label="bán hết", sku="b", price=Dong(1_000), is_sold_out=True),
                Variant(**given, label="bỏ", sku="c", price=Dong(2_000), is_sold_out=True, removed_at=now()),
                Variant(**given, label="túi", sku="d", price=Dong(60_000)),
            ]
        )
    assert shows(client, "tu=29k&den=31k") == [HTX]
    assert shows(client, "den=3k") == []
    assert names(page(client, "/nhom/rau-cu?xep=re")) == [LAN, HTX, TU]
    with transaction() as writing:
        writing.get_one(Variant, first.id).is_sold_out = True
    assert shows(client, "tu=59k&den=61k") == [HTX]


def test_what_is_in_season(client: FlaskClient, goods: dict[str, int], now: Clock) -> None:
    assert shows(client, "mua=1") == [LAN]
    with transaction() as writing:
        rice = writing.get_one(Product, goods[HTX])
        rice.season_from, rice.season_to = 1, 12
        crabs = writing.get_one(Product, goods[TU])
        crabs.season_from, crabs.season_to = local_day(now()).month, local_day(now()).month
    assert shows(client, "mua=1") == [TU, LAN]


def test_sellers_with_a_certificate_in_force(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """Neither one that ended, nor one that nobody has checked, nor one that is to begin."""
    assert shows(client, "giay=1") == []
    with transaction() as writing:
        certify(writing, cast.lan.business, now, days=0)
        certify(writing, cast.tu.business, now, checked_at=None)
        certify(writing, cast.tu.business, now, valid_from=local_day(now()) + timedelta(days=1))
        certify(writing, cast.htx.business, now, days=-1)
    assert shows(client, "giay=1") == [LAN]
    now.move(days=1)
    assert shows(client, "giay=1") == [TU], "bà Lan's ended, anh Tư's began"


def test_how_goods_are_brought(client: FlaskClient, cast: Cast) -> None:
    assert shows(client, "giao=diem") == [TU, HTX, LAN]
    with transaction() as writing:
        for stall in writing.scalars(select(Stall).where(Stall.commune_id == cast.commune)):
            stall.delivers_in_commune = stall.ships_outside = False
        writing.get_one(Stall, cast.lan.stall).delivers_in_commune = True
        writing.get_one(Stall, cast.htx.stall).ships_outside = True
    assert (shows(client, "giao=nha"), shows(client, "giao=xa")) == ([LAN], [HTX])
    with transaction() as writing:
        writing.get_one(PickupPoint, cast.pickup).is_active = False
    assert shows(client, "giao=diem") == []


def test_where_nobody_orders_nobody_filters_by_how_goods_are_brought(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert "Nhận hàng thế nào" in page(client, "/nhom/rau-cu")
    with transaction() as writing:
        writing.get_one(Commune, cast.commune).mode = CommuneMode.SHOWCASE
    now.move(seconds=31)
    html = page(client, "/nhom/rau-cu?giao=nha")
    assert ("Nhận hàng thế nào" in html, len(names(html))) == (False, 3)


def test_conditions_add_up(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        certify(writing, cast.htx.business, now)
        certify(writing, cast.tu.business, now)
    assert shows(client, "thon=thon-mo-doan&giay=1&den=50k&giao=diem") == [HTX]
    assert shows(client, "thon=thon-mo-doan&giay=1&den=50k&giao=diem&mua=1") == []


def test_what_is_no_longer_public_fits_nothing(client: FlaskClient, cast: Cast, goods: dict[str, int]) -> None:
    with transaction() as writing:
        writing.get_one(Product, goods[HTX]).is_hidden = True
    assert shows(client, "thon=thon-mo-doan") == [TU]


# --- orders and pages -------------------------------------------------------------------------------------------------


def many(cast: Cast, now: Clock, count: int) -> None:
    """Goods at few prices, every fifth sold out."""
    with transaction() as session:
        greens = session.scalars(select(Category)).one()
        for stall_id in (cast.lan.stall, cast.htx.stall):
            some = [f"Cà {i}" for i in range(count // 2)]
            ids = make.make_products(session, session.get_one(Stall, stall_id), some, now(), category_id=greens.id)
            for i, variant in enumerate(session.scalars(select(Variant).where(Variant.product_id.in_(ids)))):
                variant.price, variant.is_sold_out = Dong((i * 7) % 11 * 1_000 + 1_000), i % 5 == 0


def leaves(client: FlaskClient, address: str, way: str = "next") -> Iterator[str]:
    """The pages one after the other, by the links on them."""
    while True:
        html = page(client, address)
        yield html
        link = re.search(f'rel="{way}" href="([^"]+)"', html)
        if link is None:
            return
        address = unescape(link[1])


def cards(html: str) -> list[tuple[bool, int, str]]:
    """Of each card whether it is sold out, its price in đồng, and where it leads."""
    found = re.findall(r'product-card" href="([^"]+)".*?class="price">([\d.]+).*?</a>', html, re.DOTALL)
    parts = html.split('class="product-card"')[1:]
    gone = ["tạm hết" in one for one in parts]
    return [(out, int(price.replace(".", "")), href) for out, (href, price) in zip(gone, found, strict=True)]


@of_many(3)
@pytest.mark.parametrize("where", ["/nhom/rau-cu?", "/tim?nhom=rau-cu&", "/tim?q=ca&"])
@pytest.mark.parametrize("order", ["re", "dat", "moi"])
def test_pages_in_an_order_have_no_gap_and_nothing_twice(
    client: FlaskClient, cast: Cast, now: Clock, where: str, order: str
) -> None:
    many(cast, now, 57)
    pages = list(leaves(client, f"{where}xep={order}&den=8k"))
    rows = [row for html in pages for row in cards(html)]
    with transaction() as session:
        fits = select(Product.id).join(Variant, Variant.product_id == Product.id).where(Variant.price <= 8_000)
        wanted = set(session.scalars(fits.where(Product.category_id.is_not(None), Product.commune_id == cast.commune)))
    ids = [int(re.findall(r"/(\d+)-", href)[0]) for _, _, href in rows]
    assert len(ids) == len(set(ids))
    assert set(ids) >= wanted - {min(wanted)} if "q=" in where else set(ids) == wanted
    falls = {"re": 1, "dat": -1, "moi": 0}[order]
    keys = [(out, falls * price, (falls or -1) * number) for (out, price, _), number in zip(rows, ids, strict=True)]
    assert all(one < other for one, other in pairwise(keys))
    assert len(pages) == -(-len(ids) // 24)
    back = list(leaves(client, unescape(re.findall(r'rel="next" href="([^"]+)"', pages[-2])[0]), "prev"))
    assert [names(html) for html in back] == [names(html) for html in reversed(pages)]


def test_goods_put_up_meanwhile_show_none_twice_in_a_list_by_price(client: FlaskClient, cast: Cast, now: Clock) -> None:
    many(cast, now, 30)
    first = page(client, "/nhom/rau-cu?xep=re")
    many(cast, now, 9)
    second = page(client, unescape(re.findall(r'rel="next" href="([^"]+)"', first)[0]))
    assert not {row[2] for row in cards(first)} & {row[2] for row in cards(second)}


def test_the_order_of_a_search_is_its_own_until_another_is_asked_for(client: FlaskClient, cast: Cast) -> None:
    assert names(page(client, "/tim?q=gao"))[0] == "Gạo tẻ"
    found = page(client, "/tim?q=gao&xep=re")
    assert [price for _, price, _ in cards(found)] == sorted(price for _, price, _ in cards(found))
    assert "Cách xếp hàng" not in found, "it is put in order by price alone"


# --- what the page says -----------------------------------------------------------------------------------------------


def chips(html: str) -> dict[str, str]:
    """Words -> where the list is without it."""
    begins = '<a class="chip chip-on" href="([^"]+)"><span class="sr">Bỏ lọc </span>([^<]+)'
    found = re.findall(begins, html)
    return {words: unescape(address) for address, words in found}


def test_each_condition_is_taken_off_by_itself(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "/tim?q=gao&thon=thon-mo-doan&den=50k&giao=diem&xep=dat")
    off = chips(html)
    assert list(off) == ["thôn Mỗ Đoạn", "Đến 50.000\u00a0₫", "Có ở điểm nhận hàng", "Đắt trước"]
    assert off["thôn Mỗ Đoạn"] == "/tim?q=gao&den=50.000&giao=diem&xep=dat"
    assert off["Đến 50.000\u00a0₫"] == "/tim?q=gao&thon=thon-mo-doan&giao=diem&xep=dat"
    assert 'href="/tim?q=gao">Bỏ hết' in html
    assert 'value="thon-mo-doan" selected' in html
    assert "2 món hợp" in html


def types(client: FlaskClient, html: str, text: str) -> str:
    """The page that another text leads to, typed into the search box of this one."""
    box = re.findall(r'<form class="search".*?</form>', html, re.DOTALL)[0]
    along = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', unescape(box)))
    return page(client, f"/tim?{urlencode({'q': text, **along})}")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("thon=thon-mo-doan", ["thôn Mỗ Đoạn"]),
        ("thon=thon-mo-doan&den=50k&giao=diem&xep=dat", None),
        ("tu=1k&mua=1&giay=1", None),
        ("nhom=rau-cu&thon=thon-mo-doan", ["thôn Mỗ Đoạn", "Rau củ, hoa quả"]),
        ("thon=thon-mo-doan&tu=ba+chục", ["thôn Mỗ Đoạn"]),
        ("", []),
    ],
)
def test_another_text_keeps_what_was_asked_for(
    client: FlaskClient, cast: Cast, query: str, words: list[str] | None
) -> None:
    before = page(client, f"/tim?q=gao&{query}")
    after = types(client, before, "Cáy đồng")
    assert list(chips(after)) == (list(chips(before)) if words is None else words)
    assert [unescape(one) for one in chips(after).values()] == [
        one.replace("q=gao", "q=C%C3%A1y+%C4%91%E1%BB%93ng") for one in chips(before).values()
    ]
    if words is not None:
        assert TU in names(after)


def test_a_text_that_nothing_of_the_category_has_is_looked_for_in_all_of_them(client: FlaskClient, cast: Cast) -> None:
    """The category was chosen for the text before. One that is chosen for this text holds."""
    after = types(client, page(client, "/tim?q=su+hao&nhom=rau-cu&giao=diem"), "gạo nếp")
    assert "Nhóm “Rau củ, hoa quả” không có món nào hợp với “gạo nếp”, đang xem mọi nhóm hàng." in after
    assert (list(chips(after)), names(after)) == (["Có ở điểm nhận hàng"], ["Gạo nếp cái hoa vàng"])
    alone = types(client, page(client, "/tim?q=su+hao&nhom=rau-cu"), "gạo nếp")
    assert (chips(alone), names(alone)) == ({}, ["Gạo nếp cái hoa vàng"])
    chosen = page(client, "/tim?q=gạo+nếp&nhom=rau-cu")
    assert (list(chips(chosen)), names(chosen)) == (["Rau củ, hoa quả"], [])
    nowhere = types(client, page(client, "/tim?nhom=rau-cu&tu=9tr"), "gạo nếp")
    assert "Không có hàng nào hợp" in nowhere
    unsold = types(client, page(client, "/tim?nhom=rau-cu"), "xe máy")
    assert ("Chưa có món nào như vậy" in unsold, list(chips(unsold))) == (True, ["Rau củ, hoa quả"])


def test_nothing_fits_and_leads_on(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "/nhom/rau-cu?thon=thon-nghia-dung&tu=1tr")
    assert "Không có hàng nào hợp" in html
    assert 'href="/nhom/rau-cu">Bỏ hết bộ lọc' in html
    assert list(chips(html)) == ["thôn Nghĩa Dũng", "Từ 1.000.000\u00a0₫"]
    html = page(client, "/tim?q=gao&tu=1tr")
    assert 'href="/tim?q=gao">Bỏ hết bộ lọc' in html
    html = page(client, "/tim?q=xe+may&tu=1tr")
    assert "Chưa có món nào như vậy" in html


def test_a_price_that_cannot_be_read_stays_and_is_said(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "/nhom/rau-cu?tu=hai+chục&thon=thon-mo-doan")
    assert "Chưa đọc được giá “hai chục” nên chưa lọc theo giá ấy" in html
    assert ('value="hai chục"' in html, '<details class="filters" open' in html) == (True, True)
    assert names(html) == [TU, HTX]


@pytest.mark.parametrize(
    "query",
    [
        "thon=khong-co&canh=1",
        "thon=%00&giao=%00&xep=%00&mua=%00",
        "canh=1",
        "xep=dep&mua=2&giay=co&giao=may-bay&nhom=khong-co",
        "tu=-5&den=99999999999999999999",
        "tu=" + "9" * 3000,
        "sau=0-5-7&truoc=1-2-3",
        "xep=re&sau=0-5",
        "xep=re&sau=0-5-9999999999999999999",
        "xep=dat&page=0&sau=x",
        "xep=re&page=99",
        "tu=%F0%9F%8D%9A&den=%3Cscript%3E",
        "thon=&thon=thon-nghia-dung",
    ],
)
def test_what_means_nothing_is_passed_over(client: FlaskClient, cast: Cast, query: str) -> None:
    for path in ("/nhom/rau-cu?", "/tim?", "/tim?q=su&"):
        html = page(client, path + query)
        assert names(html), (path, query)
        assert "<script>" not in html


def test_pages_past_the_end_are_answered_with_the_first(client: FlaskClient, cast: Cast) -> None:
    for address in ("/nhom/rau-cu?den=50k&page=9", "/tim?q=gao&den=50k&page=9", "/nhom/rau-cu?xep=re&page=7&sau=1-1-1"):
        assert names(page(client, address)), address


def test_smaller_kinds_keep_what_is_asked_for(client: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        above = Category(code="I", name="Thực phẩm", slug="thuc-pham", level=1, position=0)
        session.add(above)
        session.flush()
        session.scalars(select(Category).where(Category.slug == "rau-cu")).one().parent_id = above.id
    html = page(client, "/nhom/thuc-pham?thon=thon-mo-doan&xep=re")
    assert names(html) == [HTX, TU]
    assert 'href="/nhom/rau-cu?thon=thon-mo-doan&amp;xep=re"' in html


def test_another_commune_s_hamlets_are_not_offered(client: FlaskClient, cast: Cast) -> None:
    here = page(client, "/nhom/rau-cu")
    answer = client.get("/nhom/rau-cu?thon=thon-nghia-dung", base_url="http://khac.test")
    assert here.count('<option value="thon-') == 2
    assert names(answer.text) == ["Hàng xã khác"]
    assert answer.text.count('<option value="thon-') == 1


def test_a_filtered_list_takes_few_statements(client: FlaskClient, cast: Cast, now: Clock) -> None:
    many(cast, now, 30)
    for address, most in (
        ("/nhom/rau-cu?thon=thon-mo-doan&xep=re&giay=1&mua=1&den=1tr&giao=diem", 2),
        ("/tim?xep=dat", 2),
        ("/tim?q=ca&xep=re&thon=thon-mo-doan", 5),
    ):
        page(client, address)
        with counting() as seen:
            page(client, address)
        assert len(seen) <= most, (address, seen)


def test_no_filter_asks_what_was_asked_before(client: FlaskClient, cast: Cast) -> None:
    """A form that was sent with nothing in it is the plain list, by its plain statement."""
    page(client, "/nhom/rau-cu")
    with counting() as plain:
        page(client, "/nhom/rau-cu")
    with counting() as empty:
        page(client, "/nhom/rau-cu?thon=&tu=&den=&giao=&xep=")
    assert plain == empty
