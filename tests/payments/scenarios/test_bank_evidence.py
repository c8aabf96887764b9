"""Scenarios of bank evidence from anywhere: told twice, in odd dresses, missed, without a right code."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict
from market.base.jobs import work_once
from market.base.jobs.long_tasks import LONG_TASK
from market.cli import HANDLERS
from market.payments.banks.calls import Sent
from market.payments.banks.casso.fake import FakeCasso
from market.payments.banks.payos.fake import FakePayOS
from market.payments.models import Allocation, BankCredit, WebhookDelivery
from market.payments.queries import unmatched
from market.payments.rules.calls import Unread
from market.payments.rules.matching import Likeness, Unmatched
from market.payments.rules.status import PaidStatus
from tests.cast import LAN_HOOK, Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.pages import press, send
from tests.payments.feeds import FAKES, Feed, also_told_by, told_by
from tests.payments.statement_files import as_csv, vcb, vcb_row
from tests.payments.steps import allocate_as_shown, assert_sums_hold, buy, count, credit, notice, paid
from tests.services.crowd import crowd

EVERYBODY = list(FAKES)
"""Every provider of bank notices."""


def test_scenario_03_two_providers_tell_of_it(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    """One allocation, told one after the other and at once; the second is kept, marked and waits."""
    feeds = [Feed(name="sepay", key=LAN_HOOK, client=client), also_told_by("payos", client, cast, now())]
    for number, at_once in enumerate((False, True), 1):
        order, reference = buy(cast, now()), f"FT2633{number}"
        sent = [
            feeds[0].fake.send(number, 12_000, order.code, now(), referenceCode=reference),
            feeds[1].fake.send(900 + number, 12_000, order.code, now(), reference=reference),
        ]
        calls = list(zip(feeds, sent, strict=True))
        if at_once:
            answers = crowd(app, calls, lambda one: _call(app, *one))
        else:
            answers = [feed.call(one) for feed, one in calls]
        assert answers == [200, 200]
        assert (paid(order).status, paid(order).received) == (PaidStatus.PAID, 12_000)
    reading().expire_all()
    waiting = reading().scalars(select(BankCredit).where(BankCredit.twin_of_id.is_not(None))).all()
    assert [one.unmatched_reason for one in waiting] == [Unmatched.TOLD_TWICE] * 2
    assert (count(BankCredit), count(Allocation)) == (4, 2)
    assert_sums_hold()


def _call(app: Flask, feed: Feed, sent: Sent) -> int:
    return Feed(name=feed.name, key=feed.key, client=app.test_client()).call(sent)


def test_scenario_10_no_right_memo_waits_for_a_person(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    """The right order is suggested, a person's match is audited, a second person's is refused, and it can be undone."""
    order = buy(cast, now())
    credit_id = notice(1, 12_000, "tra tien rau", now())
    (waiting,) = unmatched(reading(), cast.lan.stall, now=now())
    assert [(one.order_id, one.likeness) for one in waiting.suggestions] == [(order.id, Likeness.SAME_AMOUNT)]
    other = buy(cast, now())
    lan = Actor(person_id=cast.lan.person)

    def confirm(order_id: int) -> bool:
        try:
            with transaction() as session:
                allocate_as_shown(session, lan, cast.lan.stall, credit_id, order_id, clock=now)
        except Conflict:
            return False
        return True

    assert sorted(crowd(app, [order.id, other.id], confirm)) == [False, True]
    assert (credit(credit_id).allocated, count(Allocation)) == (12_000, 1)
    allocation = reading().scalars(select(Allocation)).one()
    assert "put_money" in [one.verb for one in events_of(reading(), "payment_request", allocation.request_id)]
    sign_in(client, cast.lan.person, now())
    page = f"/ban-hang/{cast.lan.slug}/tien"
    assert press(client, page, f"{page}/{allocation.id}/go").status_code == 303
    assert credit(credit_id).unmatched_reason == Unmatched.REVERSED
    assert_sums_hold()


@pytest.mark.parametrize("slip", ["typo", "swap", "cut"])
def test_scenario_11_a_code_with_one_slip_is_suggested_and_never_pays(cast: Cast, now: Clock, slip: str) -> None:
    order = buy(cast, now())
    code = order.code
    at = next(at for at in range(2, len(code) - 1) if code[at] != code[at + 1])
    wrong = {
        "typo": code[:at] + ("7" if code[at] != "7" else "8") + code[at + 1 :],
        "swap": code[:at] + code[at + 1] + code[at] + code[at + 2 :],
        "cut": code[:-1],
    }[slip]
    after = "CT tu 01" if code[-1] != "C" else "GD tu 01"  # what follows must not give back what was cut off
    notice(1, 12_000, f"MBVCB.1.{wrong}.{after}", now())
    assert paid(order).status is PaidStatus.UNPAID
    (waiting,) = unmatched(reading(), cast.lan.stall, now=now())
    assert waiting.suggestions[0].order_id == order.id
    assert waiting.suggestions[0].likeness is Likeness.NEAR_CODE_SAME_AMOUNT


def test_scenario_11_letters_that_look_alike_are_the_code(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code.lower().replace("0", "o").replace("1", "l"), now())
    assert paid(order).status is PaidStatus.PAID


def test_scenario_12_two_open_codes_are_split_where_the_sum_is_exact(cast: Cast, now: Clock) -> None:
    orders = [buy(cast, now()), buy(cast, now(), amount=2000)]
    memo = " ".join(one.code for one in orders)
    notice(1, 36_001, memo, now())
    assert [paid(one).received for one in orders] == [0, 0]
    (waiting,) = unmatched(reading(), cast.lan.stall, now=now())
    assert waiting.reason is Unmatched.SEVERAL_ORDERS
    notice(2, 36_000, memo, now())
    assert [paid(one).received for one in orders] == [12_000, 24_000]
    assert_sums_hold()


@pytest.mark.parametrize("name", ["casso", "payos"])
def test_scenario_16_a_trial_call_is_answered_and_brings_no_money(
    client: FlaskClient, cast: Cast, now: Clock, name: str
) -> None:
    feed = told_by(name, client)
    trial = {
        "orderCode": 123,
        "amount": 3000,
        "description": "VQRIO123",
        "accountNumber": "12345678",
        "reference": "TF230204212323",
        "transactionDateTime": "2023-02-04 18:25:00",
        "currency": "VND",
        "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18",
        "code": "00",
        "desc": "success",
    }
    if isinstance(feed.fake, FakeCasso):
        sent = feed.fake.send(0, 599_000, "giao dich thu nghiem", now(), reference="MA_GIAO_DICH_THU_NGHIEM")
    else:
        assert isinstance(feed.fake, FakePayOS)
        sent = Sent(body=json.dumps(feed.fake.signed(trial)).encode(), headers={})
    assert feed.call(sent) == 200
    assert count(BankCredit) == 0


def test_scenario_20_a_missed_call_is_made_up_by_a_statement(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order, told = buy(cast, now()), buy(cast, now())
    notice(1, 12_000, told.code, now())
    sign_in(client, cast.lan.person, now())
    lane = {LONG_TASK: HANDLERS[LONG_TASK]}
    raw = as_csv(
        vcb(
            vcb_row(1, now(), "12.000", f"{order.code} tra tien", reference="FT90001"),
            vcb_row(2, now(), "12.000", f"{told.code} tra tien", reference="MBVCB.1"),
        )
    )
    page = f"/ban-hang/{cast.lan.slug}/tien/sao-ke"
    for added in (1, 0):
        answer = send(client, page, {"file": (BytesIO(raw), "thang-11.csv")})
        work_once(lane)
        preview = answer.location.replace("/viec/", "/tien/sao-ke/")
        if added:
            press(client, preview, f"{preview}/ghi")
            work_once(lane)
        else:
            assert "Không có khoản nào mới để ghi." in client.get(preview).text
        assert (count(BankCredit), count(Allocation)) == (2, 2)
    assert [paid(one).status for one in (order, told)] == [PaidStatus.PAID] * 2
    assert_sums_hold()


@pytest.mark.parametrize("name", EVERYBODY)
def test_scenario_21_new_and_absent_fields_still_verify(client: FlaskClient, cast: Cast, now: Clock, name: str) -> None:
    feed, order = told_by(name, client), buy(cast, now())
    fields = dict(feed.fake.transfer(5, 12_000, order.code, now()))
    data = fields if name == "sepay" else dict(fields["data"])  # type: ignore[call-overload]
    for absent in (
        "accumulated",
        "runningBalance",
        "counterAccountBankName",
        "virtualAccountName",
        "desc",
        "subAccount",
    ):
        data.pop(absent, None)
    data |= {"newField": {"b": [1, None, True], "a": "mới"}, "another": None}
    if isinstance(feed.fake, FakeCasso):
        sent = feed.fake.sign({"error": 0, "data": data, "extra": 1}, now())
    elif isinstance(feed.fake, FakePayOS):
        sent = Sent(body=json.dumps(feed.fake.signed(data), ensure_ascii=False).encode(), headers={})
    else:
        sent = feed.fake.sign(json.dumps(data).encode(), now())
    assert feed.call(sent) == 200
    assert paid(order).status is PaidStatus.PAID


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize(("amount", "is_taken"), [("12000", True), (12000.0, True), (12000.5, False)])
def test_scenario_22_an_amount_in_another_dress(
    client: FlaskClient, cast: Cast, now: Clock, name: str, amount: object, is_taken: bool
) -> None:
    """Text and a float of a whole number are taken; half a đồng is no money, and the call is kept."""
    feed, order = told_by(name, client), buy(cast, now())
    field = "transferAmount" if name == "sepay" else "amount"
    sent = feed.fake.send(5, **({"amount": 12_000, "memo": order.code, "at": now()} | {field: amount}))  # type: ignore[arg-type]
    assert feed.call(sent) == 200
    assert (paid(order).received, count(BankCredit)) == ((12_000, 1) if is_taken else (0, 0))
    kept = reading().scalars(select(WebhookDelivery)).one()
    assert kept.unread is (None if is_taken else Unread.FIELD)
