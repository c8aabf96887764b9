"""Nhật ký: who did what, when, for whom; a helper's work reads "X thay mặt Y"."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import transaction
from market.sellers.models import Stall
from market.values.period import day_end, day_start, local_day
from market.web.office.log import queries
from market.web.office.log.queries import LINES_A_PAGE, LogFilter, log
from market.web.office.log.words import VERBS
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import place, wanted
from tests.queries import counting
from tests.web.stall.settings.test_mandates import mandate

PATH = "/van-phong/nhat-ky"
MARKET = Path(__file__).resolve().parents[4] / "market"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.fixture
def helped(cast: Cast, now: Clock) -> int:
    """Vy has set bà Lan's bank account in her place."""
    given = mandate(cast, now)
    acting = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=given)
    change = Change(
        verb="set_bank_account",
        subject="business",
        subject_id=cast.lan.business,
        commune_id=cast.commune,
        business_id=cast.lan.business,
    )
    with transaction() as writing:
        record(writing, acting, change, now=now())
    return given


def test_a_helpers_work_stands_under_both_names(hung: FlaskClient, helped: int) -> None:
    page = words(hung.get(PATH).text)

    assert "Trần Khánh Vy thay mặt Rau bà Lan đặt tài khoản nhận tiền" in page
    assert "09:00 24/11/2026" in page


def test_what_nobody_signed_in_did_is_told_of_whom_it_was(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.htx.stall).accepts_by_itself = True
    place(cast.commune, wanted(cast.gao_nep), now=now())
    page = words(hung.get(PATH).text)
    assert "Khách đặt hàng: HTX nông nghiệp Đại Sơn" in page
    assert "Gian hàng nhận đơn: HTX nông nghiệp Đại Sơn" in page


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ({"thay_mat": "co"}, True),
        ({"nguoi": "Khánh Vy"}, True),
        ({"nguoi": "Phạm Thị Lan"}, False),
        ({"viec": "set_bank_account"}, True),
        ({"viec": "set_price"}, False),
        ({"tu": "2026-11-24", "den": "2026-11-24"}, True),
        ({"den": "2026-11-23"}, False),
        ({"tu": "2026-11-25"}, False),
    ],
)
def test_filters_stand_in_the_address(hung: FlaskClient, helped: int, asked: dict[str, str], is_there: bool) -> None:
    page = words(hung.get(PATH, query_string=asked).text)

    assert ("thay mặt Rau bà Lan" in page) is is_there


def test_one_business_has_its_own_log(hung: FlaskClient, cast: Cast, helped: int) -> None:
    assert "thay mặt" in words(hung.get(PATH, query_string={"co_so": cast.lan.business}).text)
    assert "thay mặt" not in words(hung.get(PATH, query_string={"co_so": cast.tu.business}).text)


FAR = {"tu": "0001-01-01", "den": "9999-12-31"}


ODD = ({"co_so": "x"}, {"co_so": "9" * 30}, {"viec": "x"}, {"tu": "x"}, {"truoc": "0"}, {"truoc": "9" * 30 + "-1"})


@pytest.mark.parametrize("asked", [*ODD, FAR])
def test_an_address_that_was_tampered_with_shows_the_whole_log(
    hung: FlaskClient, helped: int, asked: dict[str, str]
) -> None:
    answer = hung.get(PATH, query_string=asked)

    assert answer.status_code == 200
    assert "thay mặt" in answer.text


def test_fifty_lines_a_page_with_a_fixed_number_of_statements(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    change = Change(verb="set_price", subject="product", subject_id=1, commune_id=cast.commune)
    with transaction() as writing:
        for _ in range(60):
            record(writing, Actor(person_id=cast.lan.person), change, now=now())
    hung.get(PATH)

    with counting() as seen:
        page = hung.get(PATH, query_string={"viec": "set_price"}).text

    assert "Cũ hơn" in page
    assert "viec=set_price" in page
    rest = re.search(r'rel="next" href="([^"]+)"', page)
    assert rest is not None
    assert words(hung.get(unescape(rest[1])).text).count("Phạm Thị Lan") == 10
    assert len(seen) <= 5


def test_the_newest_line_stands_first_and_each_on_one_page(cast: Cast, session: Session, now: Clock) -> None:
    prices = LogFilter(verb="set_price")
    with transaction() as writing:
        for number in range(LINES_A_PAGE + 3):
            told = Change(
                verb="set_price", subject="product", subject_id=1, commune_id=cast.commune, fields=(f"f{number}",)
            )
            record(writing, Actor(person_id=cast.lan.person), told, now=now.move(minutes=-number))
    first = log(session, cast.commune, prices)
    second = log(session, cast.commune, replace(prices, after=first.older))
    shown = [[line.fields[0] for line in page.lines] for page in (first, second)]
    order = [f"f{number}" for number in range(LINES_A_PAGE + 3)]
    assert shown == [order[:LINES_A_PAGE], order[LINES_A_PAGE:]]
    assert second.older is None


def test_a_line_that_names_no_commune_is_of_its_business_s_or_else_its_person_s(
    cast: Cast, session: Session, now: Clock
) -> None:
    """Of one commune each: its log is one index, newest first (growth 5)."""
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        theirs = make.make_person(writing, far, "Người Xã Khác", "0900 000 061", now()).id
        for verb, actor, business in (
            ("set_price", theirs, cast.lan.business),
            ("change_password", cast.mai, None),
            ("sign_up", theirs, None),
        ):
            told = Change(verb=verb, subject="person", subject_id=1, business_id=business)
            record(writing, Actor(person_id=actor), told, now=now())
        commune = far.id
    own = {line.verb for line in log(session, cast.commune, LogFilter(first_day=local_day(now()))).lines}
    assert own >= {"set_price", "change_password"}
    assert "sign_up" not in own
    assert {line.verb for line in log(session, commune, LogFilter()).lines} == {"sign_up"}


def test_days_are_vietnam_s_from_midnight_to_midnight(cast: Cast, session: Session, now: Clock) -> None:
    day = local_day(now())
    moments = (
        ("before", day_start(day) - timedelta(seconds=1)),
        ("first", day_start(day)),
        ("last", day_end(day) - timedelta(seconds=1)),
        ("after", day_end(day)),
    )
    with transaction() as writing:
        for field, at in moments:
            told = Change(verb="dispatch", subject="order", subject_id=1, commune_id=cast.commune, fields=(field,))
            record(writing, Actor(), told, now=at)

    def shown(**days: date) -> list[str]:
        return [line.fields[0] for line in log(session, cast.commune, LogFilter(verb="dispatch", **days)).lines]

    assert shown(first_day=day, last_day=day) == ["last", "first"]
    assert shown(first_day=day) == ["after", "last", "first"]
    assert shown(last_day=day) == ["last", "first", "before"]


def test_what_was_done_for_a_business_is_in_its_log_and_what_nobody_stood_in_for_is_no_helper_s(
    cast: Cast, session: Session, helped: int, now: Clock
) -> None:
    acting = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=helped)
    told = Change(verb="set_price", subject="product", subject_id=1, commune_id=cast.commune)
    with transaction() as writing:
        record(writing, acting, told, now=now.move(minutes=1))
        record(writing, Actor(person_id=cast.vy), told, now=now.move(minutes=1))

    own = [line.verb for line in log(session, cast.commune, LogFilter(business_id=cast.lan.business)).lines]
    assert own[:2] == ["set_price", "set_bank_account"]
    stood_in = log(session, cast.commune, LogFilter(only_on_behalf=True))
    assert [(line.verb, line.behalf_name) for line in stood_in.lines] == [
        ("set_price", "Rau bà Lan"),
        ("set_bank_account", "Rau bà Lan"),
    ]
    assert list(log(session, cast.commune, LogFilter(person_name="%")).lines) == []


def test_what_is_sought_is_looked_for_in_so_many_lines_and_further_on_the_next_page(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """growth 5: a filter that no index knows never reads the whole log at once, and misses nothing."""
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 10)
    prices, others = (
        Change(verb=verb, subject="product", subject_id=1, commune_id=cast.commune)
        for verb in ("set_price", "dispatch")
    )
    with transaction() as writing:
        for change in (prices, *[others] * 25):
            record(writing, Actor(person_id=cast.lan.person), change, now=now())
    sought, found = LogFilter(verb="set_price"), []
    while True:
        page = log(session, cast.commune, sought)
        found.append(len(page.lines))
        if page.older is None:
            break
        sought = replace(sought, after=page.older)
    assert found[:3] == [0, 0, 1]
    assert sum(found) == 1
    assert "Tìm tiếp" in hung.get(PATH, query_string={"viec": "set_price"}).text


def test_every_change_the_market_records_has_words() -> None:
    source = "\n".join(path.read_text("utf-8") for path in MARKET.rglob("*.py"))
    shapes = (
        r"verb=\"([a-z_]+)\"",
        r"(?:log_business|log_lot|note|_log|_record|_record_credit|_decide)\(\s*session, actor, \"([a-z_]+)\"",
    )
    recorded = {verb for shape in shapes for verb in re.findall(shape, source)}

    assert recorded - VERBS.keys() == set()


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy])
