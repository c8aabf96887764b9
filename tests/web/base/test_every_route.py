"""What holds for every route there is, and for every one that will be: read from the application's own map."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from market.accounts.models import LoginSession
from market.base import clock
from market.base.db import db, reading, transaction
from market.catalog.models import Category, Variant
from market.web.base.caching import GUESTS, NOBODY, policy_of
from tests import factories as make
from tests.caching import faults_of_caching
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.nights import IS_NIGHT, by_day_on, in_turns, of_many, on_both
from tests.pages import faults_of, forget_last_request
from tests.web.base.world import Things, World, arguments_of

SELLER, HELPER, OFFICE, OWN = "/ban-hang", "/to-cong-nghe", "/van-phong", "/tai-khoan"
WEBHOOK = "/webhook/"
COUNTED = (
    "page",
    "tu",
    "den",
    "thon",
    "sau",
    "mon",
    "chua_ro",
    "cho_tien",
    "gan_day",
    "nhan",
    "doi",
    "ghi",
    "uy_quyen",
)
"""What addresses say in numbers, by any page; a gate (tests/architecture/test_habits.py) knows how they are read."""
TOKENLESS = "shop.cart_add"
"""Its form stands on a page that all guests share; tests/web/base/test_origin.py says what it asks instead."""


@pytest.fixture
def world(cast: Cast, now: Clock) -> World:
    return World.make(cast, now())


def rules_of(app: Flask, *beginnings: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and any(rule.rule.startswith(beginning) for beginning in beginnings):
            yield rule


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def opened(client: FlaskClient, path: str, method: str) -> TestResponse:
    """The answer, the rules of pages not looked at: what is asked for here is not there, again and again."""
    forget_last_request()
    return FlaskClient.open(client, path, method=method)


class Asking:
    """Asks every way of every rule as one person, and notes the answers that are not as they should be."""

    def __init__(self, app: Flask, now: Clock, person: int | None) -> None:
        self._app = app
        self.client = app.test_client()
        if person is not None:
            make.sign_in(self.client, person, now())
        self.wrong: list[str] = []
        self.asked = 0

    def ask(self, rule: Rule, arguments: Things, is_right: Callable[[int], bool], methods: list[str]) -> None:
        with self._app.test_request_context():
            path = self._app.url_for(rule.endpoint, **arguments)  # type: ignore[arg-type]
        for method in methods:
            with opened(self.client, path, method) as answer:
                status, faults = answer.status_code, faults_of_caching(self._app, answer)
            self.asked += 1
            if not is_right(status):
                faults.append(str(status))
            self.wrong += [f"{method} {path} ({rule.endpoint}): {fault}" for fault in faults]


def is_hidden(status: int) -> bool:
    return status == 404


def is_shown(status: int) -> bool:
    return status in (200, 301, 302, 303)


def test_a_signed_out_person_is_sent_to_sign_in(app: Flask, world: World, now: Clock) -> None:
    asking = Asking(app, now, None)
    for rule in rules_of(app, SELLER, HELPER, OFFICE, OWN):
        asking.ask(rule, arguments_of(rule, world.lan), lambda status: status == 303, methods_of(rule))
    assert asking.wrong == []
    assert asking.asked > 60


def test_another_s_stall_is_not_there(app: Flask, world: World, now: Clock) -> None:
    """For anh Tư, who has a stall himself, and for a stranger: whatever of bà Lan's they ask for."""
    for person in (world.cast.tu.person, world.cast.stranger, world.seller_elsewhere):
        asking = Asking(app, now, person)
        for rule in rules_of(app, f"{SELLER}/<gian>"):
            asking.ask(rule, arguments_of(rule, world.lan), is_hidden, methods_of(rule))
        assert asking.wrong == []
        assert asking.asked > 20


def test_another_s_things_are_not_in_one_s_own_stall(app: Flask, world: World, now: Clock) -> None:
    """Bà Lan asks in her own stall for what is the HTX's."""
    asking = Asking(app, now, world.cast.lan.person)
    for rule in rules_of(app, f"{SELLER}/<gian>"):
        arguments = arguments_of(rule, world.htx | {"gian": world.cast.lan.slug})
        if set(arguments) - {"gian", "channel"}:
            asking.ask(rule, arguments, is_hidden, methods_of(rule))
    assert asking.wrong == []
    assert asking.asked > 10


def test_one_s_own_things_are_there(app: Flask, world: World, now: Clock) -> None:
    """What shows that the tests above ask for things that exist; on both kinds of database they are opened below."""
    asking = Asking(app, now, world.cast.lan.person)
    for rule in rules_of(app, f"{SELLER}/<gian>"):
        if "GET" in methods_of(rule):
            asking.ask(rule, arguments_of(rule, world.lan), is_shown, ["GET"])
    assert asking.wrong == []


def test_the_office_is_not_there_for_others(app: Flask, world: World, now: Clock) -> None:
    people = (world.cast.lan.person, world.cast.vy, world.cast.stranger, world.officer_elsewhere)
    for person in people:
        asking = Asking(app, now, person)
        for rule in rules_of(app, OFFICE):
            asking.ask(rule, arguments_of(rule, world.lan), is_hidden, methods_of(rule))
        assert asking.wrong == []
        assert asking.asked > 20


def test_another_commune_s_things_are_not_in_the_office(app: Flask, world: World, now: Clock) -> None:
    asking = Asking(app, now, world.cast.hung)
    for rule in rules_of(app, OFFICE):
        if rule.arguments - {"file"}:  # a file's name is random: who has it, has it from the page that made it
            asking.ask(rule, arguments_of(rule, world.elsewhere), is_hidden, methods_of(rule))
    assert asking.wrong == []
    assert asking.asked > 10


def test_the_commune_s_own_things_are_in_the_office(app: Flask, world: World, now: Clock) -> None:
    asking = Asking(app, now, world.cast.hung)
    for rule in rules_of(app, OFFICE):
        if "GET" in methods_of(rule):
            asking.ask(rule, arguments_of(rule, world.lan), is_shown, ["GET"])
    assert asking.wrong == []


def test_the_helpers_pages_are_not_there_for_others(app: Flask, world: World, now: Clock) -> None:
    for person in (world.cast.lan.person, world.cast.stranger, world.cast.hung):
        asking = Asking(app, now, person)
        for rule in rules_of(app, HELPER):
            asking.ask(rule, arguments_of(rule, world.lan), is_hidden, methods_of(rule))
        assert asking.wrong == []
        assert asking.asked > 1


def test_a_business_elsewhere_is_not_there_for_a_helper(app: Flask, world: World, now: Clock) -> None:
    asking = Asking(app, now, world.cast.vy)
    for rule in rules_of(app, HELPER):
        if rule.arguments:
            asking.ask(rule, arguments_of(rule, world.elsewhere), is_hidden, methods_of(rule))
    assert asking.wrong == []


def test_a_business_of_the_helper_s_hamlet_is_there(app: Flask, world: World, now: Clock) -> None:
    asking = Asking(app, now, world.cast.vy)
    for rule in rules_of(app, HELPER):
        if "GET" in methods_of(rule):
            asking.ask(rule, arguments_of(rule, world.lan), is_shown, ["GET"])
    assert asking.wrong == []


def test_a_business_of_another_commune_cannot_be_claimed(app: Flask, world: World, now: Clock) -> None:
    asking = Asking(app, now, world.cast.stranger)
    for rule in rules_of(app, SELLER):
        if rule.arguments and "gian" not in rule.arguments:
            asking.ask(rule, arguments_of(rule, world.elsewhere), is_hidden, methods_of(rule))
    assert asking.wrong == []


def test_another_s_phone_cannot_be_signed_out(app: Flask, world: World, now: Clock) -> None:
    asking = Asking(app, now, world.cast.stranger)
    for rule in rules_of(app, OWN):
        if rule.arguments:
            asking.ask(rule, arguments_of(rule, world.lan), lambda status: status in (303, 404), methods_of(rule))
    assert asking.wrong == []
    db.session.remove()
    ended = select(LoginSession.ended_at).where(LoginSession.id == world.lan["session_id"])
    assert reading().scalars(ended).one() is None


def test_every_post_needs_its_token(app: Flask, world: World, now: Clock) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    asking = Asking(app, now, world.cast.lan.person)
    for rule in rules_of(app, "/"):
        for method in set(methods_of(rule)) - {"GET"}:
            if not rule.rule.startswith(WEBHOOK) and rule.endpoint != TOKENLESS:
                asking.ask(rule, arguments_of(rule, world.lan), lambda status: status == 400, [method])
    assert asking.wrong == []
    assert asking.asked > 40


def test_only_signed_webhooks_and_what_asks_for_the_origin_go_without_a_token(app: Flask) -> None:
    from market.web.base.web import csrf_protect

    exempt = {name.rpartition(".")[2] for name in csrf_protect._exempt_views}
    webhooks = {rule.endpoint.partition(".")[2] for rule in rules_of(app, WEBHOOK)}
    assert exempt == webhooks | {TOKENLESS.partition(".")[2]}
    assert not csrf_protect._exempt_blueprints


def rightful(world: World) -> dict[str, int | None]:
    """Who may open the pages of each part of the market; the rest is open to everybody."""
    return {
        OFFICE: world.cast.hung,
        HELPER: world.cast.vy,
        SELLER: world.cast.lan.person,
        OWN: world.cast.mai,
        "": None,
    }


def pages_of(app: Flask, world: World, now: Clock) -> Iterator[tuple[Rule, str, TestResponse]]:
    """Every GET that needs no argument, and every one of the rightful person's own things: its rule, its address, what
    came of it."""
    clients = {person: Asking(app, now, person).client for person in rightful(world).values()}
    for rule in rules_of(app, "/"):
        person = next(one for part, one in rightful(world).items() if rule.rule.startswith(part))
        if "GET" not in methods_of(rule) or (rule.arguments and person is None):
            continue
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **arguments_of(rule, world.lan))  # type: ignore[arg-type]
        forget_last_request()
        with FlaskClient.open(clients[person], path, follow_redirects=True) as answer:
            yield rule, path, answer


@on_both
@in_turns
def test_every_page_keeps_the_rules_of_pages(app: Flask, world: World, now: Clock) -> None:
    wrong: dict[str, list[str]] = {}
    seen = set()
    for rule, path, answer in pages_of(app, world, now):
        assert answer.status_code < 500, path
        if answer.mimetype == "text/html":
            if answer.status_code == 200:
                seen.add(rule.endpoint)
            if faults := faults_of(answer.text) + faults_of_caching(app, answer):
                wrong[path] = faults
    assert not wrong, "\n".join(f"{path}: {'; '.join(faults)}" for path, faults in wrong.items())
    assert {name.partition(".")[0] for name in seen} >= {"office", "stall", "shop", "account"}
    assert len([name for name in seen if name.startswith("office.")]) > 20


def kept_somewhere(world: World) -> dict[str, Things]:
    """Every endpoint that declares its answers kept, with something of its own that is there."""
    key = shelf.show_picture(world.cast.dau_xanh, clock.now())
    with transaction() as session:
        session.add(Category(code="rau", name="Rau", slug="rau", level=1, position=1))
        product = session.get_one(Variant, world.cast.dau_xanh).product
    return {
        "static": {"filename": "css/choso.css"},
        "stall.photo": {"key": key, "width": 320},
        "stall.photo_jpeg": {"key": key},
        "shop.home": {},
        "shop.search": {"q": "rau"},
        "shop.category": {"slug": "rau"},
        "shop.stall": {"slug": world.cast.lan.slug},
        "shop.ranking": {},
        "shop.product": {"product_id": product.id, "slug": product.slug},
    }


def everybody(app: Flask, world: World, now: Clock) -> dict[str, Asking]:
    """A guest, a buyer, a seller and an officer."""
    people = {"guest": None, "buyer": world.cast.mai, "seller": world.cast.lan.person, "officer": world.cast.hung}
    return {name: Asking(app, now, person) for name, person in people.items()}


def test_what_is_declared_kept_is_the_same_for_everybody(app: Flask, world: World, now: Clock) -> None:
    things = kept_somewhere(world)
    declared = {name for name, view in app.view_functions.items() if hasattr(view, "cache_policy")}
    assert declared == things.keys()
    people = everybody(app, world, now)
    for endpoint, arguments in things.items():
        with app.test_request_context():
            path, policy = app.url_for(endpoint, **arguments), policy_of(endpoint)  # type: ignore[arg-type]
        answers = {name: opened(one.client, path, "GET") for name, one in people.items()}
        assert {answer.status_code for answer in answers.values()} == {200}, path
        said = {name: answer.headers["Cache-Control"] for name, answer in answers.items()}
        if policy == GUESTS:
            assert said == {name: policy if name == "guest" else NOBODY for name in people}, path
            assert answers["guest"].headers["ETag"], path
            assert not answers["guest"].headers.getlist("Set-Cookie"), path
        else:
            assert set(said.values()) == {policy}, path
            assert len({answer.data for answer in answers.values()}) == 1, path
        assert [faults_of_caching(app, answer) for answer in answers.values()] == [[]] * len(people), path
        for answer in answers.values():
            answer.close()


def test_a_page_open_to_all_that_declares_nothing_is_kept_nowhere(app: Flask, world: World, now: Clock) -> None:
    """For all four. `ask` notes an answer that may be kept; pages of one's own are asked for above."""
    people, kept = everybody(app, world, now), kept_somewhere(world)
    known = world.lan | {"slug": "rau-muong"}
    for rule in rules_of(app, "/"):
        is_open = not rule.rule.startswith((SELLER, HELPER, OFFICE, OWN, WEBHOOK))
        if is_open and rule.endpoint not in kept and "GET" in methods_of(rule):
            for asking in people.values():
                asking.ask(rule, arguments_of(rule, known), lambda status: status < 500, ["GET"])
    assert [asking.wrong for asking in people.values()] == [[]] * len(people)
    assert all(asking.asked > 15 for asking in people.values())


@of_many(2)
@by_day_on("postgresql")
@pytest.mark.parametrize("odd", ["9" * 20, str(2**31), "a%00b"])
def test_an_address_that_no_database_can_read_leads_nowhere(app: Flask, world: World, now: Clock, odd: str) -> None:
    clients = {person: Asking(app, now, person).client for person in rightful(world).values()}
    wrong, asked = [], 0
    for rule in rules_of(app, "/"):
        person = next(one for part, one in rightful(world).items() if rule.rule.startswith(part))
        for name in (one for one in rule.arguments if IS_NIGHT or _reaches(rule, one, odd)):
            path = _odd_path(rule, world.lan, name, odd)
            for method in methods_of(rule):
                with clients[person].open(path, method=method) as answer:
                    if answer.status_code not in (301, 303, 401, 404):
                        wrong.append(f"{method} {path}: {answer.status_code}")
            asked += 1
    assert wrong == []
    assert asked > 20


def _reaches(rule: Rule, name: str, odd: str) -> bool:
    """Whether a view gets to see it: a number too large where one is looked for, letters where any are taken."""
    return isinstance(rule._converters[name], IntegerConverter) == odd.isdigit()


def _odd_path(rule: Rule, things: Things, name: str, odd: str) -> str:
    """The route's address with something odd where one of its things is named."""
    named = {argument: quote(str(things.get(argument, 1)), safe="") for argument in rule.arguments} | {name: odd}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: named[part[1]], rule.rule)


def test_a_number_that_no_row_has_is_as_if_none_were_asked_for(app: Flask, world: World, now: Clock) -> None:
    """`?page=99999999999999999999` was a 500 on seven pages: robots count on for ever. Every page, by every name."""
    clients = {person: Asking(app, now, person).client for person in rightful(world).values()}
    query, wrong = "&".join(f"{name}={'9' * 20}" for name in COUNTED), []
    for rule in rules_of(app, SELLER, HELPER, OFFICE, OWN):
        if "GET" not in methods_of(rule):
            continue
        person = next(one for part, one in rightful(world).items() if rule.rule.startswith(part))
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **arguments_of(rule, world.lan))  # type: ignore[arg-type]
        with opened(clients[person], f"{path}?{query}", "GET") as answer:
            if answer.status_code >= 500:
                wrong.append(f"{path}: {answer.status_code}")
    assert wrong == []
