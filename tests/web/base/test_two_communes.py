"""Two communes behind every page: none shows what is the other's, read from the application's own map of routes."""

import re
from collections.abc import Iterator
from contextlib import suppress
from html import escape, unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect, Rule

from market.base.commands import links
from market.base.db import reading, transaction
from market.catalog.queries.search import search
from market.notices.models import Notice
from market.notices.rules import News
from market.places.models import Commune
from market.trace.models import Lot
from market.trace.sheets import label_of
from tests import factories as make
from tests.conftest import Clock
from tests.nights import of_many, on_both
from tests.web.base.test_every_route import HELPER, OFFICE, OWN, SELLER, methods_of, rules_of
from tests.web.base.villages import SHARED, Things, Village
from tests.web.base.world import arguments_of

TEXTS = ("text/html", "text/csv", "application/json")
KEEPER = "/diem-nhan"
PICTURES = {"stall.photo", "stall.photo_jpeg"}
"""No pages: who has a picture's random name, has it from a page that shows it."""
ANYWHERE = {"shop.stamp", "shop.category"}
"""Of the whole country: a true stamp must not be called unknown at another commune's host; the goods tree is one."""
UNTOLD = {"shop.purchase"}
"""Its code has no commune's letters: another commune's answers as none does (tests/web/shop/order/test_access.py)."""
OTHERWISE = {"shop.category": {"slug": "category"}, "shop.purchase": {"code": "purchase_code"}}
"""What an address' argument means where it is not what it means elsewhere."""
ADDRESS = re.compile(r"https?://([a-z0-9.-]+)", re.IGNORECASE)
LINK = re.compile(r'(?:href|src)="(/[^"]*)"')
DRAWN = re.compile(r'<input type="hidden" name="(?:csrf_token|client_key)"[^>]*>')
"""What is drawn anew for each page."""

SHOWN = {
    ("commune", "name"),
    ("commune", "office_name"),
    ("commune", "office_phone"),
    ("commune", "office_address"),
    ("commune", "office_email"),
    ("commune", "welcome"),
    ("commune", "complaints"),
    ("commune", "own_rules"),
    ("hamlet", "name"),
    ("pickup_point", "name"),
    ("person", "name"),
    ("business", "name"),
    ("business_proposal", "name"),
    ("product", "name"),
    ("contact", "name"),
    ("order", "code"),
    ("purchase", "code"),
    ("lot", "code"),
    ("lot", "plot"),
    ("certificate", "number"),
}
"""What some page must show of a commune's own: else none of these tests could see it on another's."""


@pytest.fixture
def hac(app: Flask, now: Clock) -> Village:
    return Village.make("Hạc Trắng", "HT", "20001", now())


def make_seu(now: Clock, also: Village | None = None) -> Village:
    return Village.make("Sếu Xám", "SX", "20002", now(), also)


class Visitor:
    """A browser of one person (or nobody) at one commune's host."""

    def __init__(self, app: Flask, village: Village, person: int | None, now: Clock) -> None:
        self._app, self._base = app, f"http://{village.host}"
        self.client: FlaskClient = app.test_client()
        if person is not None:
            make.sign_in(self.client, person, now(), base_url=self._base)

    def fill_cart(self, variant: int) -> None:
        """And read what that says: it is said once, on the next page."""
        data = {"variant_id": variant, "amount": "1"}
        self.client.post("/gio-hang/them", data=data, base_url=self._base, follow_redirects=True)

    def read(self, rule: Rule, things: Things, **query: str) -> tuple[int, str]:
        """The status and the text of a page; what is no text (pictures, PDF) is empty."""
        with self._app.test_request_context(base_url=self._base):
            otherwise = {name: things[thing] for name, thing in OTHERWISE.get(rule.endpoint, {}).items()}
            path = self._app.url_for(rule.endpoint, **arguments_of(rule, things | otherwise))  # type: ignore[arg-type]
        answer = self.client.open(path, base_url=self._base, query_string=query, follow_redirects=True)
        with answer:
            return answer.status_code, answer.text if answer.mimetype in TEXTS else ""


def visitors(app: Flask, village: Village, now: Clock) -> Iterator[tuple[str, Visitor]]:
    """Who opens the pages of each part of the market; everybody opens the rest, as a buyer with goods in the cart."""
    people = {OFFICE: village.officer, HELPER: village.helper, SELLER: village.owner, OWN: village.buyer}
    people[KEEPER] = village.helper
    for part, person in people.items():
        yield part, Visitor(app, village, person, now)
    buyer = Visitor(app, village, village.buyer, now)
    buyer.fill_cart(village.variant)
    yield "", buyer


def pages_of(app: Flask, part: str) -> Iterator[Rule]:
    """The GET rules of one part; of no part those that belong to none."""
    for rule in rules_of(app, "/"):
        own = next((one for one in (OFFICE, HELPER, SELLER, OWN, KEEPER) if rule.rule.startswith(one)), "")
        if own == part and "GET" in methods_of(rule) and rule.endpoint not in PICTURES:
            yield rule


class Readings:
    """Every page of a commune's own things, plain and with something looked for, by the same people again and again."""

    def __init__(self, app: Flask, village: Village, now: Clock) -> None:
        self._village = village
        self._pages = [(visitor, rule) for part, visitor in visitors(app, village, now) for rule in pages_of(app, part)]

    def read(self) -> dict[str, str]:
        """Endpoint, with a mark where something was looked for -> text."""
        texts = {}
        for visitor, rule in self._pages:
            texts[rule.endpoint] = self._shown(visitor, rule)
            if not rule.arguments:
                texts[f"{rule.endpoint}?"] = self._shown(visitor, rule, q=SHARED, nguoi="Chủ hàng")
        return texts

    def _shown(self, visitor: Visitor, rule: Rule, **query: str) -> str:
        status, text = visitor.read(rule, self._village.things, **query)
        assert status < 500, rule.endpoint
        return DRAWN.sub("", text)


def names_in(text: str, names: dict[str, tuple[str, str]]) -> set[str]:
    return {name for name in names if name in text or escape(name) in text}


def test_no_page_of_a_commune_shows_what_is_another_s(app: Flask, hac: Village, now: Clock) -> None:
    """Neither a name nor a count: each page is the same before the other commune was there and after, also to people
    who have parts and news in both."""
    pages = Readings(app, hac, now)
    before = pages.read()
    seu = make_seu(now, hac)
    after = pages.read()
    assert [endpoint for endpoint in before if after[endpoint] != before[endpoint]] == []
    foreign = hac.foreign_to(seu)
    newer = Readings(app, seu, now).read()
    assert {page: found for page, text in newer.items() if (found := names_in(text, foreign))} == {}
    for texts, own in ((before, hac.beside(seu)), (newer, seu.beside(hac))):
        shown = {own[name] for text in texts.values() for name in names_in(text, own)}
        assert SHOWN - shown == set(), "nobody was shown these: what would be seen of another commune's?"


def test_what_is_another_commune_s_is_not_there_under_its_address(app: Flask, hac: Village, now: Clock) -> None:
    """Its own address, typed at this commune's host, by everybody of this commune."""
    seu, asked, wrong = make_seu(now), 0, []
    for part, visitor in visitors(app, hac, now):
        for rule in pages_of(app, part):
            if not rule.arguments - {"channel", "file", "kind"} or rule.endpoint in ANYWHERE | UNTOLD:
                continue
            asked += 1
            status, _ = visitor.read(rule, seu.things)
            if status != 404:
                wrong.append(f"{rule.endpoint}: {status}")
    assert wrong == []
    assert asked > 30


def addresses_in(text: str) -> set[str]:
    """The hosts of the whole addresses on a page: links, previews, data for machines, what is to be copied or sent."""
    return {host.lower() for host in ADDRESS.findall(unescape(text))}


def paths_in(app: Flask, village: Village, text: str) -> dict[str, str]:
    """Endpoint -> the first link to it on a page that a browser follows by itself or at a tap."""
    routes, found = app.url_map.bind(village.host), dict[str, str]()
    for path in map(unescape, LINK.findall(text)):
        with suppress(NotFound, MethodNotAllowed, RequestRedirect):
            endpoint, _ = routes.match(path.partition("?")[0].partition("#")[0], "GET")
            if endpoint not in PICTURES:
                found.setdefault(endpoint, path)
    return found


@pytest.mark.nightly  # follows links of every page; that none shows the other's is tried by day
def test_every_link_of_the_second_commune_opens_at_its_own_host(app: Flask, hac: Village, now: Clock) -> None:
    """Growth 4: answer links, canonical addresses and a stamp's buy link led to the base address and were 404. Pages of
    each kind are followed once by each person; no page names the other's host, nor the installation's."""
    seu = make_seu(now)
    ours, named, opened, dead = {hac.host, "cho.test", "localhost"}, set[str](), set[str](), []
    for part, visitor in visitors(app, seu, now):
        links: dict[str, str] = {}
        for rule in pages_of(app, part):
            _, text = visitor.read(rule, seu.things)
            named |= addresses_in(text)
            assert not addresses_in(text) & ours, rule.endpoint
            links = paths_in(app, seu, text) | links
        for endpoint, path in links.items():
            answer = visitor.client.get(path, base_url=f"http://{seu.host}")
            opened.add(endpoint)
            if answer.status_code >= 400 or not answer.headers.get("Location", "/").startswith("/"):
                dead.append(f"{part} {endpoint}: {answer.status_code}")
            answer.close()
    assert dead == []
    assert seu.host in named
    assert len(opened) > 60


def test_a_stamp_scanned_at_another_commune_s_host_opens_at_its_own(app: Flask, hac: Village, now: Clock) -> None:
    """Growth 4: `/T/CODE` opened and its buy link was 404. Printed before the commune had a host, it opens too."""
    seu = make_seu(now)
    path = f"/T/{seu.things['stamp']}"
    for host in (hac.host, "cho.test"):
        answer = app.test_client().get(path, base_url=f"http://{host}")
        assert (answer.status_code, answer.location) == (302, f"http://{seu.host}{path}")
    page = app.test_client().get(path, base_url=f"http://{seu.host}")
    assert page.status_code == 200
    for link in re.findall(r'href="(/san-pham/[^"]+)"', page.text):
        assert app.test_client().get(link, base_url=f"http://{seu.host}").status_code == 200
    scanned = {"ma": f"HTTP://{seu.host.upper()}{path}"}
    found = app.test_client().get("/quet", query_string=scanned, base_url=f"http://{hac.host}")
    assert (found.status_code, found.location) == (303, f"http://{seu.host}{path}")


def test_a_host_is_the_same_however_it_is_written(app: Flask, hac: Village, now: Clock) -> None:
    make_seu(now)
    for host in ("HT.Test", "ht.test:8443", "ht.test.", "HT.TEST.:80"):
        assert "Hạc Trắng" in app.test_client().get("/", base_url=f"http://{host}").text, host


def test_an_unknown_host_shows_nobody_s_market(app: Flask, hac: Village, now: Clock) -> None:
    """Growth 4: it showed commune 1. Health is asked at any host; so is a bank's signed call."""
    make_seu(now)
    for path in ("/", "/dang-nhap", "/gio-hang", "/khong-co", "/van-phong", f"/don/{hac.things['code']}"):
        answer = app.test_client().get(path, base_url="http://la.test")
        assert (answer.status_code, "không phải chợ của xã nào" in answer.text) == (421, True)
        assert "Hạc Trắng" not in answer.text
        assert not re.search(r'href="/(?!static/)|action=', answer.text), "every link of this host leads back to here"
    assert app.test_client().get("/healthz", base_url="http://la.test").status_code == 200
    assert app.test_client().post("/webhook/sepay/none", json={}, base_url="http://la.test").status_code == 404


@on_both
def test_search_finds_only_a_commune_s_own_goods(hac: Village, session: Session, now: Clock) -> None:
    seu = make_seu(now)
    for village in (hac, seu):
        found = search(session, village.commune, SHARED, now=now())
        assert list(found.ids) == [village.things["product_id"]]


def test_a_cart_is_of_one_commune_even_where_its_cookie_is_shown_at_another_s_host(
    app: Flask, hac: Village, now: Clock
) -> None:
    seu = make_seu(now)
    mai = Visitor(app, hac, None, now)
    mai.fill_cart(hac.variant)
    key = mai.client.get_cookie("gio_ma", domain=hac.host)
    assert key is not None
    mai.client.set_cookie("gio_ma", key.value, domain=seu.host)
    assert "muống Hạc Trắng" in mai.client.get("/gio-hang", base_url=f"http://{hac.host}").text
    assert "muống Hạc Trắng" not in mai.client.get("/gio-hang", base_url=f"http://{seu.host}").text


def without_host(village: Village) -> None:
    """The village answers at the installation's own address, as one does that was there before the other."""
    with transaction() as session:
        session.get_one(Commune, village.commune).host = None


def test_an_address_of_the_commune_at_the_base_address_is_scanned_at_another_s_host(
    app: Flask, hac: Village, now: Clock
) -> None:
    """It led to the same path at the host that was asked: to nothing, or to another stall of that name."""
    seu = make_seu(now)
    without_host(seu)
    path = f"/gian-hang/{seu.things['slug']}"
    for host, typed, leads in (
        (hac.host, f"http://cho.test{path}", f"http://cho.test{path}"),
        ("cho.test", f"http://cho.test{path}", path),
        ("cho.test", f"http://{hac.host}/", f"http://{hac.host}/"),
        (hac.host, f"http://{hac.host}/", "/"),
    ):
        found = app.test_client().get("/quet", query_string={"ma": typed}, base_url=f"http://{host}")
        assert (found.status_code, found.location) == (303, leads)


def test_another_commune_s_goods_do_not_come_into_a_cart(app: Flask, hac: Village, now: Clock) -> None:
    seu = make_seu(now)
    mai = Visitor(app, hac, None, now)
    mai.fill_cart(hac.variant)
    mai.fill_cart(seu.variant)
    for page in ("/gio-hang", "/dat-hang"):
        text = mai.client.get(page, base_url=f"http://{hac.host}").text
        assert ("muống Hạc Trắng" in text, "Sếu Xám" in text) == (True, False), page


def test_who_signed_in_at_one_host_is_not_signed_in_at_another_s(app: Flask, hac: Village, now: Clock) -> None:
    """The same account, which has a part in both; then the link of a notice leads through the sign-in page there."""
    seu = make_seu(now, hac)
    owner = Visitor(app, hac, hac.owner, now)
    cookie = owner.client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain=hac.host)
    assert cookie is not None
    owner.client.set_cookie(cookie.key, cookie.value, domain=seu.host)
    about = Notice.person_id == hac.owner, Notice.commune_id == seu.commune, Notice.kind == News.LISTING_APPROVED
    link = links(None).notice(reading().scalars(select(Notice.id).where(*about)).one())
    assert link == f"http://{seu.host}/ban-hang"
    answer = owner.client.get(link)
    assert (answer.status_code, answer.location) == (303, "/dang-nhap?tiep=/ban-hang")
    make.sign_in(owner.client, hac.owner, now(), base_url=f"http://{seu.host}")
    assert "Sếu Xám" in owner.client.get(link).text
    assert "Sếu Xám" not in owner.client.get(f"http://{hac.host}/ban-hang").text


def files_of(app: Flask, village: Village) -> Iterator[str]:
    """What a commune's printed sheets and files for marketplaces hold of addresses."""
    lot = (
        reading().scalars(select(Lot).where(Lot.code == village.things["lot"], Lot.commune_id == village.commune)).one()
    )
    label = label_of(lot)
    yield label.link(str(village.things["stamp"]))
    yield label.host
    yield links(reading().get_one(Commune, village.commune).host).picture("abc")


def test_what_is_printed_and_exported_names_its_own_commune_s_host(app: Flask, hac: Village, now: Clock) -> None:
    seu = make_seu(now)
    for village in (hac, seu):
        found = [text.lower() for text in files_of(app, village)]
        assert [village.host in text for text in found] == [True] * 3, found
    without_host(seu)
    assert ["cho.test" in text.lower() for text in files_of(app, seu)] == [True] * 3
    assert [hac.host in text.lower() for text in files_of(app, hac)] == [True] * 3


@of_many(1)
@pytest.mark.parametrize("host", ["Ht.Test:8000", "HT.TEST", "ht.test:80"])
def test_a_host_is_known_however_it_is_written(app: Flask, hac: Village, now: Clock, host: str) -> None:
    make_seu(now)
    page = app.test_client().get("/", headers={"Host": host})
    assert (page.status_code, "xã Hạc Trắng" in page.text) == (200, True)


NEARLY = ["x.ht.test", "ht.test.ke-xau.test", "ht", "", "ht.test@sx.test", "ht.test/..", "[::1"]


@of_many(3)
@pytest.mark.parametrize("host", NEARLY)
def test_a_host_that_is_nearly_a_commune_s_is_none_s(app: Flask, hac: Village, now: Clock, host: str) -> None:
    make_seu(now)
    page = app.test_client().get("/", headers={"Host": host})
    assert page.status_code in (400, 421)
    assert "Hạc Trắng" not in page.text
    assert "Sếu Xám" not in page.text
