"""Two communes behind every page: none shows what is the other's, read from the application's own map of routes."""

from collections.abc import Iterator
from html import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests import factories as make
from tests.base.test_every_route import HELPER, OFFICE, OWN, SELLER, methods_of, rules_of
from tests.base.villages import SHARED, Things, Village
from tests.base.world import arguments_of
from tests.conftest import Clock

TEXTS = ("text/html", "text/csv", "application/json")
PICTURES = {"catalog.photo", "channels.photo_jpeg"}
"""No pages: who has a picture's random name, has it from a page that shows it."""
ANYWHERE = {"trace.stamp", "shop.category"}
"""Of the whole country: a true stamp must not be called unknown at another commune's host; the goods tree is one."""
OTHERWISE = {"shop.category": {"slug": "category"}, "shop.purchase": {"code": "purchase_code"}}
"""What an address' argument means where it is not what it means elsewhere."""

SHOWN = {
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
def villages(app: Flask, now: Clock) -> tuple[Village, Village]:
    both = Village.make("Hạc Trắng", "HT", "20001", now()), Village.make("Sếu Xám", "SX", "20002", now())
    app.config["TRUSTED_HOSTS"] = [village.host for village in both]
    return both


class Visitor:
    """A browser of one person (or nobody) at one commune's host."""

    def __init__(self, app: Flask, village: Village, person: int | None, now: Clock) -> None:
        self._app, self._base = app, f"http://{village.host}"
        self.client: FlaskClient = app.test_client()
        if person is not None:
            make.sign_in(self.client, person, now(), base_url=self._base)

    def fill_cart(self, variant: int) -> None:
        self.client.post("/gio-hang/them", data={"variant_id": variant, "amount": "1"}, base_url=self._base)

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
    for part, person in people.items():
        yield part, Visitor(app, village, person, now)
    buyer = Visitor(app, village, village.buyer, now)
    buyer.fill_cart(village.variant)
    yield "", buyer


def pages_of(app: Flask, part: str) -> Iterator[Rule]:
    """The GET rules of one part; of no part those that belong to none."""
    for rule in rules_of(app, "/"):
        own = next((one for one in (OFFICE, HELPER, SELLER, OWN) if rule.rule.startswith(one)), "")
        if own == part and "GET" in methods_of(rule) and rule.endpoint not in PICTURES:
            yield rule


def readings(app: Flask, village: Village, now: Clock) -> Iterator[tuple[str, int, str]]:
    """Every page of a commune's own things, plain and with something looked for: endpoint, status, text."""
    for part, visitor in visitors(app, village, now):
        for rule in pages_of(app, part):
            yield rule.endpoint, *visitor.read(rule, village.things)
            if "{" not in rule.rule:
                yield rule.endpoint, *visitor.read(rule, village.things, q=SHARED, nguoi="Chủ hàng")


def names_in(text: str, names: dict[str, tuple[str, str]]) -> set[str]:
    return {name for name in names if name in text or escape(name) in text}


def test_no_page_of_a_commune_shows_what_is_another_s(
    app: Flask, villages: tuple[Village, Village], now: Clock
) -> None:
    for here, there in (villages, villages[::-1]):
        foreign, own = there.foreign_to(here), here.foreign_to(there)
        shown: set[tuple[str, str]] = set()
        wrong = []
        for endpoint, status, text in readings(app, here, now):
            assert status < 500, endpoint
            wrong += [f"{endpoint}: {foreign[name]} {name!r}" for name in names_in(text, foreign)]
            shown |= {own[name] for name in names_in(text, own)}
        assert wrong == []
        assert SHOWN - shown == set(), "nobody was shown these: what would be seen of another commune's?"


def test_what_is_another_commune_s_is_not_there_under_its_address(
    app: Flask, villages: tuple[Village, Village], now: Clock
) -> None:
    """Its own address, typed at this commune's host, by everybody of this commune."""
    here, there = villages
    foreign, asked, wrong = there.foreign_to(here), 0, []
    for part, visitor in visitors(app, here, now):
        for rule in pages_of(app, part):
            if not rule.arguments - {"channel", "file", "kind"} or rule.endpoint in ANYWHERE:
                continue
            status, text = visitor.read(rule, there.things)
            asked += 1
            if status != 404 or names_in(text, {name: of for name, of in foreign.items() if name not in here.host}):
                wrong.append(f"{rule.endpoint}: {status} {names_in(text, foreign)}")
    assert wrong == []
    assert asked > 30
