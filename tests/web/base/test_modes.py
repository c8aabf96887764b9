"""In mode `ordering` nothing but the seller says that money came: every form of every page, every call of a machine and
every job, as the market's mode has just changed under them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from market.base.db import Base, reading, transaction
from market.base.jobs import Job, JobState
from market.cli import HANDLERS, PERIODIC_TASKS
from market.notices.actions.deliveries import sending_kind
from market.notices.senders import SENDERS
from market.payments.actions import NewDelivery, keep_delivery
from market.payments.actions.allocations import NEEDS
from market.payments.banks.sepay.fake import FakeSePay
from market.payments.models import (
    Allocation,
    AllocationKind,
    BankAccess,
    BankCredit,
    BankCreditCheck,
    CardDispute,
    CardPayment,
    WebhookDelivery,
)
from market.payments.rules.matching import Unmatched
from market.places.rules.modes import CommuneMode, Feature
from market.sellers.models import BankAccount, BankConnection, Business, Stall
from tests import factories as make
from tests.cast import LAN_ACCOUNT, LAN_HOOK, Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT, by_day_on
from tests.orders.steps import MAI
from tests.pages import parse
from tests.payments import asking, gate
from tests.payments.steps import BANK, HOOK, buy, notice
from tests.web.base.test_every_route import OFFICE, SELLER, Asking, methods_of, rules_of
from tests.web.base.world import World, arguments_of

ROUTES: Mapping[str, Feature] = {
    "stall.bank_connect": Feature.BANK_MATCHING,
    "stall.bank_access": Feature.BANK_MATCHING,
    "stall.money_confirm": Feature.BANK_MATCHING,
    "stall.money_set_aside": Feature.BANK_MATCHING,
    "stall.money_tell_apart": Feature.BANK_MATCHING,
    "stall.card_on": Feature.CARD,
    "stall.statements": Feature.STATEMENTS,
    "stall.statement_columns": Feature.STATEMENTS,
    "stall.statement_take": Feature.STATEMENTS,
}
"""The buttons that do nothing where the mode does not allow what they stand under: who adds one marks its view
`@needs(...)` and names it here."""
ORDER_ROUTES: Mapping[str, Feature] = {
    "stall.phone_buyers": Feature.ORDERS,
    "stall.phone_goods": Feature.ORDERS,
    "stall.phone_order": Feature.ORDERS,
    "stall.debt_new": Feature.ORDERS,
}
"""The pages and buttons of a stall that do nothing where the market only shows goods. What it is owed stays readable
there, and is paid off."""
JOBS: Mapping[str, Feature | None] = {
    **dict.fromkeys(
        (
            *("drop_pictures", "forget_photo", "forget_register_file", "long_task", "forget tries", "forget networks"),
            *("drop half-written files", "count rows", "forget what is old", "look after long tasks", "list drafts"),
            *("end lapsed mandates", "keep the search", "forget drafts", "begin waiting changes", "end overdue orders"),
            *("forget_complaint_picture", "forget complaint photos", "advance complaints"),
            *("forget_ticket_picture", "forget ticket photos", "escalate tickets"),
            *("ask_identity", "ask about links", "renew_zalo_token", "look after zalo"),
            *("keep commune figures", "raise risk flags", "draw calls", "plan visits", "warn of ending papers"),
            *("plan_notice", "remind stalls", "look after deliveries"),
            *(sending_kind(way) for way in SENDERS),
            *("bring_card_back", "look after cards"),  # what became of refunds that a seller asked for: no money comes
        )
    ),
    "ask_bank_provider": Feature.BANK_MATCHING,
    "ask bank providers": Feature.BANK_MATCHING,
    "read bank calls": Feature.BANK_MATCHING,
    "match bank notices": Feature.BANK_MATCHING,
    "search_bank_provider": Feature.BANK_MATCHING,
    "search bank providers": Feature.BANK_MATCHING,
    "end_card_sessions": Feature.CARD,
    "end card sessions": Feature.CARD,
}
"""The jobs that set, match, confirm or read money on a machine's word, by the feature they stand under; None: of
another one it was said that it does not. A new job is named here, one way or the other."""
OF_MONEY = ("/tien", "/don", "/don/<code>", "/tai-khoan-nhan-tien", "/the", "/don/<code>/giao")
TELLING = (BankCredit, BankCreditCheck, BankConnection, BankAccess, CardDispute, CardPayment, WebhookDelivery)
"""Each row of these is a machine's word about money, or lets one in."""


@dataclass
class Form:
    """A form that a page showed: where it goes, and what it sends."""

    client: FlaskClient
    action: str
    data: dict[str, str]

    def send(self) -> int:
        with self.client.post(self.action, data=self.data) as answer:
            return answer.status_code


@dataclass
class Told:
    """What machines have told of money so far, and what counts on their word."""

    rows: Mapping[str, int]
    received: int
    by_machine: int
    seller: int

    @classmethod
    def now(cls) -> "Told":
        reading().expire_all()
        machine = Allocation.kind != AllocationKind.SELLER, Allocation.undoes_id.is_(None)
        of_seller = Allocation.kind == AllocationKind.SELLER, Allocation.undoes_id.is_(None)
        return cls(
            rows={model.__tablename__: count(model) for model in TELLING},
            received=reading().scalar(select(func.coalesce(func.sum(CardPayment.received), 0))) or 0,
            by_machine=reading().scalar(select(func.count(Allocation.id)).where(*machine)) or 0,
            seller=reading().scalar(select(func.count(Allocation.id)).where(*of_seller)) or 0,
        )


def count(model: type[Base]) -> int:
    return reading().scalar(select(func.count()).select_from(model)) or 0


@dataclass
class Filled:
    """Bà Lan's stall with everything under way by which a machine could tell of money, and every form that its people
    and a buyer have open."""

    app: Flask
    cast: Cast
    now: Clock
    gate: gate.Gate
    asking: asking.Asking
    world: World
    forms: list[Form] = field(default_factory=list)

    def fill(self) -> None:
        """Orders that wait for money, one with a card page open; a notice on an order, one that waits for a person, one
        nobody has looked at yet; a call that is kept and not read."""
        self.waiting, self.carded, paid = (buy(self.cast, self.now()) for _ in range(3))
        self.session_id = self.gate.begin(self.carded, self.now)
        asking.paid_by_notice(self.asking, paid, 801)
        notice(802, 12_000, "khong ghi ma", self.now())
        left = notice(803, 12_000, self.waiting.code, self.now(), accountNumber="9999")
        with transaction() as session:
            session.get_one(BankCredit, left).unmatched_reason = Unmatched.IN_PROGRESS
            feed = session.scalars(select(BankConnection.id).order_by(BankConnection.id)).first()
            raw = BANK.send(804, 12_000, self.waiting.code, self.now()).body
            keep_delivery(session, NewDelivery(provider="sepay", connection_id=feed or 0, raw=raw), now=self.now())
        self.now.move(minutes=2)

    def open_pages(self) -> None:
        """Every page of the seller, the office and of a buyer, and what their forms would send; by day those about
        orders and money."""
        for person, part in ((self.cast.lan.person, SELLER), (self.cast.hung, OFFICE)):
            client = Asking(self.app, self.now, person).client
            for rule in rules_of(self.app, part):
                if "GET" in methods_of(rule) and (IS_NIGHT or rule.rule.endswith(OF_MONEY)):
                    with self.app.test_request_context():
                        path = self.app.url_for(rule.endpoint, **arguments_of(rule, self.world.lan))  # type: ignore[arg-type]
                    self.read(client, path)
        buyer = self.app.test_client()
        for code in (self.waiting.code, self.carded.code):
            buyer.post(f"/don/{code}/mo", data={"digits": MAI.phone.national[-4:]})
            self.read(buyer, f"/don/{code}")

    def read(self, client: FlaskClient, path: str) -> None:
        with client.get(path, follow_redirects=True) as page:
            if page.status_code != 200 or page.mimetype != "text/html":
                return
            for form in parse(page.text).all("form"):
                if form.get("method") == "post":
                    self.forms.append(Form(client=client, action=form.get("action") or path, data=typed(form)))

    def send_forms(self) -> int:
        """All of them but those that take away; returns how many."""
        away = ("/dang-xuat", "/thoi", "/dong", "/bo", "/khoa", "/xoa", "/go")
        sent = {(form.action, *sorted(form.data.items())): form for form in self.forms}
        ways = [form for form in sent.values() if not form.action.partition("?")[0].endswith(away)]
        assert {form.send() < 500 for form in ways} == {True}
        return len(ways)

    def call(self) -> list[int]:
        """The bank's and the gateway's own calls, truly signed, about orders that wait."""
        client = self.app.test_client()
        sent = BANK.send(805, 12_000, self.waiting.code, self.now())
        answer = client.post(HOOK, data=sent.body, headers=sent.headers)
        assert answer.data == b'{"success": true}'
        self.gate.fake.pay_session(self.session_id)
        return [answer.status_code, *self.gate.tell_all(client, self.now)]

    def work(self) -> None:
        """Every job there is, twice around."""
        for _ in range(2):
            for task in PERIODIC_TASKS:
                if JOBS.get(task.name) is not None:
                    task.do(self.now())
            due = reading().scalars(select(Job).where(Job.state == JobState.WAITING)).all()
            for kind, payload in [(job.kind, job.payload) for job in due if JOBS.get(job.kind) is not None]:
                HANDLERS[kind].do(payload)
            self.now.move(minutes=1)


def typed(form: object) -> dict[str, str]:
    """What a browser sends of a form whose empty fields are filled with something plausible."""
    data: dict[str, str] = {}
    for one in form.all("input", "textarea", "select"):  # type: ignore[attr-defined]
        name, kind = one.get("name"), one.get("type")
        if not name or kind in ("file", "submit"):
            continue
        if kind in ("checkbox", "radio"):
            data[name] = one.get("value") or "y"
        elif one.tag == "select":
            data[name] = next((option.get("value") for option in one.all("option") if option.get("value")), "")
        else:
            data[name] = one.get("value") or "khoa-bi-mat-0123456789abcdef"
    return data


@pytest.fixture
def filled(app: Flask, cast: Cast, now: Clock) -> Iterator[Filled]:
    with gate.opened(app, cast.lan.stall, now) as at_gate, asking.opened(app, cast.lan.business, now) as asked:
        yield Filled(app=app, cast=cast, now=now, gate=at_gate, asking=asked, world=World.make(cast, now()))


@by_day_on("sqlite")
@pytest.mark.parametrize("mode", [CommuneMode.ORDERING_MATCHED, CommuneMode.ORDERING])
def test_whatever_comes_nothing_but_the_seller_says_that_money_came(filled: Filled, mode: CommuneMode) -> None:
    """In mode `ordering_matched` the same walk has machines tell of money: so it would see them in the other."""
    filled.fill()
    filled.open_pages()
    if mode is CommuneMode.ORDERING:
        make.switch_mode(filled.cast.commune, mode, filled.now())
        filled.app.extensions["choso_communes"].clear()
    before = Told.now()
    assert set(filled.call()) == {200}
    filled.work()
    sent = filled.send_forms()
    filled.work()
    after = Told.now()
    assert sent > (60 if IS_NIGHT else 10)
    if mode is CommuneMode.ORDERING:
        assert (after.received, after.by_machine) == (before.received, before.by_machine)
        assert {name for name, rows in after.rows.items() if rows > before.rows[name]} == set()
    else:
        assert after.by_machine >= before.by_machine + 2
        assert all(after.rows[name] > before.rows[name] for name in ("bank_credit", "webhook_delivery"))
        assert after.rows["bank_credit_check"] > before.rows["bank_credit_check"]
    assert after.seller > before.seller


def test_every_word_on_which_money_counts_has_the_feature_it_needs() -> None:
    assert NEEDS.keys() == set(AllocationKind)
    assert [kind for kind, feature in NEEDS.items() if feature is None] == [AllocationKind.SELLER]


def test_every_job_says_whether_it_moves_money() -> None:
    assert JOBS.keys() == HANDLERS.keys() | {task.name for task in PERIODIC_TASKS}


@by_day_on("sqlite")
def test_what_stands_under_a_feature_says_why_where_its_mode_is_off(app: Flask, cast: Cast, now: Clock) -> None:
    marked = {name: view.feature for name, view in app.view_functions.items() if hasattr(view, "feature")}
    assert marked == {**ROUTES, **ORDER_ROUTES}
    world = World.make(cast, now())
    client = Asking(app, now, cast.lan.person).client
    off = (
        (CommuneMode.ORDERING, ROUTES, "mode_off", "tự xem tiền"),
        (CommuneMode.SHOWCASE, ORDER_ROUTES, "showcase_only", "chỉ giới thiệu hàng"),
    )
    for mode, routes, why, said in off:
        make.switch_mode(cast.commune, mode, now())
        app.extensions.get("choso_communes", {}).clear()
        for rule in rules_of(app, SELLER):
            if rule.endpoint in routes:
                with app.test_request_context():
                    path = app.url_for(rule.endpoint, **arguments_of(rule, world.lan))  # type: ignore[arg-type]
                answer = client.post(path) if "POST" in methods_of(rule) else client.get(path)
                assert (answer.status_code, answer.headers["X-Refused"]) == (422, why), path
                assert said in answer.text
    assert client.get(f"/ban-hang/{cast.lan.slug}/tien/mua-chiu").status_code == 200


@by_day_on("sqlite")
def test_the_neighbour_s_market_goes_on_as_it_does(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    """A is in `ordering`, B in `ordering_matched`; a call to A's address is answered and not looked at, one to B's is
    kept, whatever else they share."""
    world = World.make(cast, now())
    here, there = hooks_of(world, now())
    make.switch_mode(cast.commune, CommuneMode.ORDERING, now())
    sent = BANK.send(1, 12_000, "x", now())
    assert client.post(f"/webhook/sepay/{here}", data=b"\xff" * 20_000_000).data == b'{"success": true}'
    assert client.post(f"/webhook/sepay/{here}", data=sent.body, headers=sent.headers).data == b'{"success": true}'
    assert client.post("/webhook/sepay/no-such-key", data=sent.body).status_code == 404
    kept = {row.connection_id for row in reading().scalars(select(WebhookDelivery))}
    assert kept == set()
    again = FakeSePay(account=LAN_ACCOUNT, secret="a-secret").send(2, 12_000, "y", now())
    assert client.post(f"/webhook/sepay/{there}", data=again.body, headers=again.headers).status_code == 200
    [delivery] = reading().scalars(select(WebhookDelivery))
    assert commune_of(delivery) != cast.commune


def hooks_of(world: World, now: datetime) -> tuple[str, str]:
    """The keys of bà Lan's feed and of the one in the other commune."""
    keys = select(BankConnection.key).order_by(BankConnection.id)
    with transaction() as session:
        stall = session.scalars(select(Stall).where(Stall.slug == world.elsewhere["gian"])).one()
        own = keys.join(BankConnection.bank_account).where(BankAccount.business_id == stall.business_id)
        return LAN_HOOK, session.scalars(own).one()


def commune_of(delivery: WebhookDelivery) -> int | None:
    feeds = select(Business.commune_id).join(BankAccount, BankAccount.business_id == Business.id)
    theirs = feeds.join(BankConnection, BankConnection.bank_account_id == BankAccount.id)
    return reading().scalar(theirs.where(BankConnection.id == delivery.connection_id))
