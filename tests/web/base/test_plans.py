"""No page reads a large table from end to end, in a city as in a village; none grows with what it does not show.

Every GET of the application's own map, by the person it is for (growth 5, 6, 7, 14; office 15).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import inf

import pytest
from flask import Flask
from sqlalchemy import func, select

from market.base.audit import Event
from market.base.db import db, reading, transaction
from market.orders.models import Order
from market.places.models import Hamlet
from market.web.base import heavy
from tests.city import MACHINERY, OWN, SMALL, City, crowd, grow
from tests.conftest import Clock
from tests.nights import IS_NIGHT, by_day_on, in_turns, on_both
from tests.plans import Asked, Scan, asking, blocks_touched, whole_scans
from tests.web.base.test_every_route import SELLER
from tests.web.base.test_two_communes import Visitor, pages_of, visitors
from tests.web.base.villages import SHARED, Village

SHORT = {
    "ix_business_member_waiting": "nothing but what waits for an answer, however much was answered",
    "ix_change_request_waiting": "as above",
    "ix_order_at_point": "nothing but what stands ready to be fetched; where much does, it is asked by its point",
    "ix_card_dispute_not_over": "nothing but what banks have not decided yet, however much they did",
    "ix_card_refund_under_way": "nothing but what a gateway has not sent yet, however much it did",
    "ix_allocation_left_again": "card money that left again alone: hardly a sale of a village is paid by card",
    "uq_waiting_change_waiting": "nothing but what waits for an answer, however much was answered",
    "uq_identity_event_answer": "one entry a link: as of uq_verification_in_force",
    "uq_verification_in_force": "one entry a business: PostgreSQL puts it into memory where it asks of many rows, and "
    "asks it for each where that is less",
}
"""Index -> why it may be read from end to end."""

LAST_ENTRY = "SELECT max(product.id)"
"""The search asks once a minute how large the market is: the last entry of an index, though it has no condition."""

KPI = {
    *("office.home", "office.kpi", "office.kpi_csv", "office.kpi_order", "office.kpi_calls"),
    *("office.report", "office.report_file", "office.report_workbook", "office.figure_rows"),
}
ALLOWED = {
    "office.register_import_check": "compares a file with the whole register: growth 10, becomes a job",
    "office.register_import_fix": "as office.register_import_check, for the same file; what was answered is few words",
    "stall.channels": "holds every one of the stall's own goods against the marketplace's template, as an export does",
    "stall.channel": "as stall.channels",
    "stall.channel_words": "as stall.channels",
    "stall.channel_answers": "as stall.channels",
    "stall.channel_product_answers": "as stall.channels",
    "office.changes": "the photos of the thirty changes on its page: SQLite reads all of a table of few",
    "shop.orders": "told only how many rows there are, PostgreSQL takes a commune for a few of the orders, and begins "
    "with them; with its own statistics it begins with the buyer (bench lists)",
}
"""Endpoint -> why it may go through a whole table as yet."""

ASKED_OF_ALL = {"stall.channel_answers", "stall.channel_product_answers", "stall.channel_words"}
GROWING = {
    **dict.fromkeys(KPI, "looks at the newest sales of every business of the commune, one by one: growth 1"),
    "office.register_import_check": "as above",
    "office.register_import_fix": "as above",
    "stall.channels": "as above",
    **dict.fromkeys(("stall.channel", *ASKED_OF_ALL), "as above"),
    **dict.fromkeys(
        ("office.changes", "office.goods"), "puts the claims and changes that wait in order, to know when another comes"
    ),
    **dict.fromkeys(("office.programme", "office.farms", "office.farm"), "counts the farm households, as the KPI does"),
    "office.classes": "counts the classes of the year",
    "office.models": "counts who follows each of the commune's models",
    "office.ocop": "puts the papers that end within half a year in the order of their last days",
    "office.business": "counts each of its lists, to say how long it is",
    "shop.orders": "puts all that one buyer ordered in order, and shows the newest",
    "stall.money": "adds up the month, whatever came in; a day's and a month's money is an index range",
    "stall.today": "adds up the day, and what is still owed",
    "stall.mine": "leads to stall.today",
    "stall.lot_new": "offers up to 200 of the stall's own goods",
    "shop.home": "in season and the stalls on sale are asked of the whole commune: growth 8, kept 30 s",
    "office.posts": "the mandates that live are put in order of their end, then paged",
    "office.slip": "leads to office.posts",
    "stall.pickup": "reads every post of its keeper, who has one or two",
    "office.claims": "the claims that wait are put in order of their time, then paged",
    "office.help_board": "counts the households of every hamlet, step by step",
    "office.help_alone": "says of everybody who was ever helped where they stand, to count them by month",
    "stall.helper_targets": "counts the households of the helper's hamlets, step by step",
    "stall.helper_home": "the businesses of the helper's hamlets are put in order of their names, then paged",
}
"""Endpoint -> why its database works more where there is more of everything, though it shows no more."""
FILTERED = ("/tim?q=", "giay=1")
"""Of what a text finds the 2,400 best are looked at, no more whatever there is; where no goods are as asked for, all
of a commune's are."""
SEARCHED, PARTS = ("/tim?q=",), 8
"""Of these they are asked for by five hundred, in two questions: of four parts more at most."""


MOST_BLOCKS = 40_000
"""Of eight hundred goods each is looked at in some ten blocks. What once was joined for each with every seller that is
verified took four millions, and a second."""
BY_SEASON_AND_PRICE = {
    f"{path}thon=thon-hac-trang-ha&tu=1k&den=1tr&mua=1&giay=1&giao=diem&xep=re" for path in ("/tim?", "/nhom/rau-cu?")
}
"""Of the goods in season in the order of their prices all are looked at for each price, as long as it takes the commune
to have one of them; with its statistics it begins with the prices."""


WHOLE_FILES = {
    "office.class_sheet": "the list of a class to be printed and signed, of at most 300 people",
    "office.kpi_csv": "the list itself, of at most 200 rows: a longer one is a long task",
    "office.survey_xlsx": "the catalogue itself, of at most 2,000 products",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one page took."""

    statements: int
    size: int
    work: int


@pytest.fixture
def villages(app: Flask, now: Clock) -> list[Village]:
    app.config["TRUSTED_HOSTS"] = ["ht.test", "sx.test"]
    return [Village.make("Hạc Trắng", "HT", "20001", now()), Village.make("Sếu Xám", "SX", "20002", now())]


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heavy pages are opened one after the other here, and need no rest after each."""
    monkeypatch.setattr(heavy, "LIGHT_SECONDS", inf)


@pytest.fixture
def city(villages: list[Village], now: Clock) -> City:
    with transaction() as session:
        return City.found(session, villages, now())


@pytest.fixture
def busy_city(villages: list[Village], now: Clock) -> City:
    with transaction() as session:
        return City.found(session, villages, now(), is_busy=True)


def pages(app: Flask, village: Village, now: Clock) -> Iterator[tuple[str, Asked, int]]:
    """Endpoint, what it asked, how long it is: of every page, opened by whom it is for."""
    for part, visitor in visitors(app, village, now):
        for rule in pages_of(app, part):
            yield rule.endpoint, *opened(visitor, rule, village)
        for path in looks_of(part, village):
            with asking() as asked:
                answer = visitor.client.get(path, base_url=f"http://{village.host}")
            assert answer.status_code == 200, path
            yield path, asked, len(answer.data)


def looks_of(part: str, village: Village) -> list[str]:
    """What open pages ask again and again, of each topic there is; an order's is a page of the map's own."""
    things = village.things
    topics = {
        SELLER: [f"gian/{things['gian']}", "toi/co-so"],
        "": [f"don/{things['code']}", f"bien-nhan/{things['purchase_code']}"],
    }
    return [f"/tin-moi/{one}" for one in topics.get(part, [])] + ([] if part else filtered(village))


def filtered(village: Village) -> list[str]:
    """The lists of goods with each condition and order that a buyer may ask for, and with all at once."""
    lists = ("/tim?", f"/tim?q={SHARED}&", f"/nhom/{village.things['category']}?")
    hamlet = reading().get_one(Hamlet, village.things["hamlet_id"])
    each = [f"thon={hamlet.slug}", "tu=1k", "den=1tr", "mua=1", "giay=1", "giao=diem", "giao=nha"]
    orders = ["xep=re", "xep=dat"]
    asked = [*each, *orders, "&".join(each[:6]), "&".join([*each[:6], *orders[:1]])]
    return [f"{path}{query}" for path, query in product(lists, asked)]


def opened(visitor: Visitor, rule: object, village: Village) -> tuple[Asked, int]:
    with asking() as asked:
        status, text = visitor.read(rule, village.things)  # type: ignore[arg-type]
    assert status < 500, rule
    return asked, len(text.encode())


def forbidden(scans: set[Scan]) -> list[Scan]:
    """Of tables that grow, beside what is short."""
    return [one for one in scans if one.table not in SMALL | MACHINERY and one.index not in SHORT]


Readings = dict[str, tuple[Asked, Read]]
"""Endpoint -> what its page asked, and what that took."""


def readings(app: Flask, village: Village, now: Clock) -> Readings:
    return {
        endpoint: (asked, Read(statements=asked.statements, size=size, work=asked.work))
        for endpoint, asked, size in pages(app, village, now)
    }


def wrong_plans(read: Readings) -> list[str]:
    """Where a page that is not named means to go through a large table."""
    questions = {
        statement: (endpoint, statement, values)
        for endpoint, (asked, _) in read.items()
        for statement, values in asked.questions.items()
        if endpoint not in ALLOWED and not statement.startswith(LAST_ENTRY)
    }
    assert len(questions) > 100
    with db.engine.connect() as connection:
        return [
            f"{endpoint}: {scan.table} {scan.index}: {statement[:60]} ... {statement[statement.find('FROM') :][:160]}"
            for endpoint, statement, values in questions.values()
            for scan in forbidden(whole_scans(connection, statement, values))
        ]


def long_answers(read: Readings) -> set[str]:
    """The pages of which PostgreSQL answers a question out of very many blocks, though nothing is counted
    yet."""
    with db.engine.connect() as connection:
        return {
            endpoint
            for endpoint, (asked, _) in read.items()
            if connection.dialect.name == "postgresql"
            for statement, values in asked.questions.items()
            if blocks_touched(connection, statement, values) > MOST_BLOCKS
        }


@by_day_on("postgresql")
def test_no_page_goes_through_a_large_table(app: Flask, villages: list[Village], city: City, now: Clock) -> None:
    """growth 5, 6, 7, 14: as PostgreSQL would do it if nothing counted but rows; and as it does where it does not know
    yet what is in them, as after many goods came at once. SQLite's plans are looked at below."""
    city = grow(city, 100, kept=OWN)
    grow(city, 300, kept=SMALL)
    read = readings(app, villages[0], now)
    assert wrong_plans(read) == []
    assert long_answers(read) - BY_SEASON_AND_PRICE == set()


@on_both
@in_turns  # alike on both kinds of database
def test_a_page_that_goes_through_a_large_table_is_seen(
    app: Flask, villages: list[Village], city: City, now: Clock
) -> None:
    """A violation of each kind is planted: without an index, by an index from end to end, and by the newest first."""
    grow(city, 100, kept=SMALL)
    planted = (
        (select(Order.id).where(Order.placed_at > now()), "order"),
        (select(Order.status).where(Order.status == "cho_nhan").order_by(Order.id.desc()).limit(30), "order"),
        (select(Event.id).where(func.coalesce(Event.commune_id, 1) == 1), "event"),
    )
    for query, table in planted:
        with asking() as asked:
            reading().execute(query).all()
        ((statement, values),) = asked.questions.items()
        with db.engine.connect() as connection:
            found = {one.table for one in forbidden(whole_scans(connection, statement, values))}
        assert table in found, statement
    held = select(Order.id).where(Order.stall_id == 1).order_by(Order.placed_at.desc()).limit(30)
    with asking() as asked:
        reading().execute(held).all()
    ((statement, values),) = asked.questions.items()
    with db.engine.connect() as connection:
        assert forbidden(whole_scans(connection, statement, values)) == []


@by_day_on("sqlite")
def test_no_page_grows_with_what_there_is(app: Flask, villages: list[Village], busy_city: City, now: Clock) -> None:
    """growth 14: a seller's own goods, orders and money, the commune's people and businesses, and all that hangs on one
    thing: ten times as much of each (by day twice). No more statements, no more bytes, on either kind of
    database. Of a page's list no more than sixty rows are shown: with so many it is as long as it gets."""
    city = more(crowd(busy_city, 60), 60)
    before = readings(app, villages[0], now)
    many = 540 if IS_NIGHT else 60
    more(crowd(city, many), many)
    after = readings(app, villages[0], now)
    assert grown(before, after, is_longer) == {}
    assert len(after) > 70


@pytest.mark.nightly  # minutes: every page over two sizes of a city; the plans are read by day
@by_day_on("sqlite")
def test_no_page_works_more_where_there_is_more(app: Flask, villages: list[Village], city: City, now: Clock) -> None:
    """On SQLite no page works more with ten times as much, but for what is named; on both kinds none goes through a
    large table (growth 5, 6, 7, 14)."""
    city = more(city, 60)
    before = readings(app, villages[0], now)
    city = more(city, 540)
    after = readings(app, villages[0], now)
    assert grown(before, after, works_more) == {}
    grow(city, 500, kept=SMALL)
    assert wrong_plans(after) == []


def more(city: City, copies: int) -> City:
    return grow(grow(city, copies, kept=OWN), copies, kept=SMALL)


def grown(before: Readings, after: Readings, has_grown: Callable[[str, Read, Read], bool]) -> dict[str, object]:
    pairs = {one: (before[one][1], read) for one, (_, read) in after.items() if one not in WHOLE_FILES}
    return {endpoint: pair for endpoint, pair in pairs.items() if has_grown(endpoint, *pair)}


def is_longer(endpoint: str, before: Read, after: Read) -> bool:
    """Numbers in a page may take a digit more; a question may be left out where nothing is found, and come back. What a
    text finds is looked at by five hundred."""
    parts = PARTS if any(one in endpoint for one in SEARCHED) else 1
    return after.size > 1.3 * before.size + 500 or after.statements > before.statements + parts


def works_more(endpoint: str, before: Read, after: Read) -> bool:
    is_named = endpoint in GROWING or any(one in endpoint for one in FILTERED)
    return not is_named and after.work > 2 * before.work + 50_000


def test_a_list_that_is_not_paged_is_seen() -> None:
    paged, unpaged = Read(statements=4, size=25_000, work=20_000), Read(statements=4, size=120_000, work=20_000)
    assert not is_longer("stall.lots", paged, paged)
    assert is_longer("stall.today", paged, unpaged)
    assert is_longer("stall.today", paged, Read(statements=6, size=25_000, work=20_000))
    assert works_more("stall.lots", paged, Read(statements=4, size=25_000, work=200_000))
    assert not works_more("stall.lots", paged, paged)
