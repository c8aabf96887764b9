"""A disk that is full or open for reading alone: every page opens, what is sent is refused whole in one sentence (503),
nothing is half done, and all of it goes by itself once the fault is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from market.base import secrets
from market.base.db import Base, reading, transaction
from market.base.outages import Outage
from market.base.seals import keep_seal
from market.payments.models import BankCredit
from market.payments.rules.status import PaidStatus
from market.web.base.outages import OPENING_SHUT, SENDING
from tests import factories as make
from tests.cast import Cast
from tests.catalog import pictures, shelf
from tests.conftest import Clock
from tests.nights import on_both
from tests.pages import hidden
from tests.payments.steps import BANK, HOOK, buy, paid
from tests.services.unwritable import database_reads_only, no_room_for_files
from tests.trace import steps
from tests.web.base.test_every_route import methods_of, opened
from tests.web.base.world import World, arguments_of, change
from tests.web.shop import buying

NOT_WRITTEN = SENDING[Outage.UNWRITABLE]
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""Its server has a disk of its own: what keeps this process from writing files keeps no row from it."""


def rows() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: reading().scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def files(app: Flask) -> list[str]:
    return sorted(str(path) for path in Path(app.config["CHOSO"].storage_url).rglob("*") if path.is_file())


def says_so(answer: TestResponse) -> bool:
    """One sentence, when to come again, and the machine's word for it."""
    told = (answer.status_code, answer.headers.get("Retry-After"), answer.headers.get("X-Refused"))
    return told == (503, "60", "cannot_write") and NOT_WRITTEN in answer.text


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    make.sign_in(client, cast.lan.person, now())
    return client


@on_both
def test_a_form_that_cannot_be_written_comes_back_as_typed_and_goes_once_it_can(lan: FlaskClient, cast: Cast) -> None:
    """field.md F03: a database open for reading alone."""
    path = f"/ban-hang/{cast.lan.slug}/cai-dat"
    typed = hidden(lan.get(path).text, path) | {
        "name": "Rau bà Lan",
        "intro": "Rau hái lúc 5 giờ sáng.",
        "hold_days": "3",
    }
    before = rows()
    with database_reads_only():
        assert lan.get(path).status_code == 200
        answer = lan.post(path, data=typed)
        assert says_so(answer)
        assert "Rau hái lúc 5 giờ sáng.</textarea>" in answer.text
    assert rows() == before
    assert lan.post(path, data=typed).status_code == 303


@on_both
def test_a_button_that_cannot_be_written_is_answered_by_a_page_with_the_way_back(
    client: FlaskClient, cast: Cast
) -> None:
    with database_reads_only():
        added = {"variant_id": cast.rau_muong, "amount": "1"}
        answer = client.post("/gio-hang/them", data=added, headers={"Referer": "http://cho.test/gio-hang"})
        assert says_so(answer)
        assert 'href="/gio-hang"' in answer.text
        assert client.get("/gio-hang").status_code == 200
    assert client.post("/gio-hang/them", data=added).status_code == 303


@on_both
def test_a_check_out_that_cannot_be_written_leaves_the_cart_and_goes_once_it_can(
    client: FlaskClient, cast: Cast
) -> None:
    buying.fill_cart(client, (cast.rau_muong, "2"))
    page = buying.review(client, buying.terms(cast.lan.stall))
    before, order = rows(), buying.hidden_fields(page.text)
    with database_reads_only():
        assert says_so(client.post("/dat-hang/gui", data=order))
    assert rows() == before
    assert "/mua/" in client.post("/dat-hang/gui", data=order).location or rows()["order"] == before["order"] + 1


@on_both
def test_a_notice_that_cannot_be_kept_is_asked_for_again(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    sent, before = BANK.send(1, 12_000, order.code, now()), rows()
    with database_reads_only():
        answer = client.post(HOOK, data=sent.body, headers=sent.headers)
        assert (answer.status_code, answer.headers["Retry-After"], answer.text) == (503, "60", '{"success": false}')
        assert client.post(HOOK, data=b"{}").status_code == 503
    assert rows() == before
    assert client.post(HOOK, data=sent.body, headers=sent.headers).status_code == 200
    assert paid(order).status is PaidStatus.PAID
    assert rows()[BankCredit.__tablename__] == before[BankCredit.__tablename__] + 1


@on_both
def test_a_stamp_is_shown_though_its_scan_cannot_be_counted(client: FlaskClient, cast: Cast, now: Clock) -> None:
    _, code = steps.active_stamp(cast, now())
    with database_reads_only():
        assert client.get(f"/t/{code}").status_code == 200
    assert client.get(f"/t/{code}").status_code == 200


@ON_POSTGRESQL
def test_a_picture_that_storage_does_not_take_leaves_no_file_and_is_said(
    app: Flask, lan: FlaskClient, cast: Cast
) -> None:
    """faults.md P2: a failed upload left a `.part`, and its sender read of a fault of the machine."""
    where = f"/ban-hang/{cast.lan.slug}/anh"
    with no_room_for_files(1_000):  # two widths fit, the largest does not
        answer = shelf.post(lan, where, {"photo": shelf.sent(pictures.jpeg(), "rau.jpg")})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.get_json() == {"sentence": NOT_WRITTEN}
    assert files(app) == []
    assert shelf.post(lan, where, {"photo": shelf.sent(pictures.jpeg(), "rau.jpg")}).status_code == 200
    assert len(files(app)) == 5


@contextmanager
def other_keys(app: Flask) -> Iterator[None]:
    """Without the data keys that have sealed all there is."""
    settings = app.config["CHOSO"]
    keep_seal()
    secrets.configure("k9:" + "z" * 32, settings.secret)
    try:
        yield
    finally:
        secrets.configure(settings.data_keys.get_secret_value(), settings.secret)


def test_a_market_without_its_data_keys_says_so_and_loses_no_notice(app: Flask, cast: Cast, now: Clock) -> None:
    """Seven pages and the banks' calls were faults of the program, and health was green."""
    lan = app.test_client()
    make.sign_in(lan, cast.lan.person, now())
    order = buy(cast, now())
    with transaction() as session:
        change(session, cast.lan.business, cast.lan.person, now())
    sent = BANK.send(1, 12_000, order.code, now())
    with other_keys(app):
        page = lan.get(f"/ban-hang/{cast.lan.slug}")
        assert (page.status_code, page.headers["X-Refused"], OPENING_SHUT in page.text) == (503, "key_missing", True)
        assert lan.post(HOOK, data=sent.body, headers=sent.headers).status_code == 503
        health = lan.get("/healthz")
        assert (health.status_code, health.json) == (503, {"status": "failed", "failed": ["keys"]})
        assert lan.get("/san-pham/1-rau-muong").status_code == 200
    assert lan.get("/healthz").status_code == lan.get(f"/ban-hang/{cast.lan.slug}").status_code == 200
    assert lan.post(HOOK, data=sent.body, headers=sent.headers).status_code == 200
    assert paid(order).status is PaidStatus.PAID


# --- every route ------------------------------------------------------------------------------------------------------


def paths_of(app: Flask, world: World) -> list[tuple[Rule, str]]:
    with app.test_request_context():
        beginnings = ("/ban-hang", "/to-cong-nghe", "/van-phong", "/tai-khoan", "/don", "/dat-hang", "/gio-hang", "/t")
        rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(beginnings)]
        return [(rule, app.url_for(rule.endpoint, **arguments_of(rule, world.lan))) for rule in rules]  # type: ignore[arg-type]


@pytest.mark.nightly  # every page and button once more, over a database that only reads
@on_both
def test_every_page_opens_and_nothing_sent_is_half_done_or_a_fault_of_the_program(
    app: Flask, cast: Cast, now: Clock
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    world, wrong, statuses = World.make(cast, now()), [], set()
    people = {"/van-phong": cast.hung, "/to-cong-nghe": cast.vy, "": cast.lan.person}
    clients = {part: app.test_client() for part in people}
    for part, person in people.items():
        make.sign_in(clients[part], person, now())
    before, kept = rows(), files(app)
    with database_reads_only():
        for rule, path in paths_of(app, world):
            client = next(clients[part] for part in people if rule.rule.startswith(part))
            for method in methods_of(rule):
                with opened(client, path, method) as answer:
                    status, is_said = answer.status_code, says_so(answer)
                statuses.add((method, status))
                if status == 500 or (status == 503 and (method == "GET" or not is_said)):
                    wrong.append(f"{method} {path} ({rule.endpoint}): {status}")
    assert wrong == []
    assert {("POST", 503), ("GET", 200)} <= statuses
    assert rows() == before
    assert files(app) == kept
