"""What a bank's notice does, however it comes: twice, at once, forged, odd, while something is down."""

import json
import os
import tracemalloc
from datetime import UTC, datetime, timedelta
from signal import SIGKILL

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from market.base.db import db, reading
from market.base.spreadsheets.csv_file import csv_text
from market.payments.banks.sepay.fake import FakeSePay, Sent
from market.payments.jobs import match_left_over, read_left_over
from market.payments.models import Allocation, BankCredit, WebhookDelivery
from market.payments.queries import money_today, unmatched
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.payments.steps import BANK, HOOK, Bought, assert_sums_hold, buy, count, credit, notice, paid
from tests.services.crowd import crowd
from tests.web.hooks.test_webhook import deliver, deliveries, rows_of_all

MONEY = "/ban-hang/rau-ba-lan/tien"


def test_scenario_01_the_same_notice_twice_is_one_credit_and_one_allocation(
    client: FlaskClient, order: Bought, now: Clock
) -> None:
    sent = BANK.send(1, 12_000, order.code, now())
    assert [deliver(client, sent), deliver(client, sent)] == [200, 200]
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)
    assert_sums_hold()


def test_scenario_02_the_same_notice_fifty_times_at_once_is_one_allocation(
    app: Flask, order: Bought, now: Clock
) -> None:
    sent = BANK.send(1, 12_000, order.code, now())
    assert crowd(app, [sent] * 50, lambda one: deliver(app.test_client(), one)) == [200] * 50
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)
    assert_sums_hold()


def test_scenario_13_the_right_code_on_a_wrong_account_pays_nothing_and_is_kept_as_such(
    client: FlaskClient, order: Bought, now: Clock
) -> None:
    assert deliver(client, BANK.send(1, 12_000, order.code, now(), accountNumber="9999999999")) == 200
    assert (paid(order).status, count(Allocation)) == (PaidStatus.UNPAID, 0)
    [kept] = reading().scalars(select(BankCredit)).all()
    assert kept.unmatched_reason == Unmatched.WRONG_ACCOUNT
    assert [one.suggestions for one in unmatched(reading(), order.stall, now=now())] == [()], "no order is offered"
    assert deliveries() == [(200, True)], "the call itself is kept, to be looked at"


def test_scenario_14_money_that_left_and_amounts_below_nothing_are_answered_and_change_nothing(
    client: FlaskClient, order: Bought, now: Clock
) -> None:
    for number, left in enumerate(
        ({"transferType": "out"}, {"transferType": "out", "transferAmount": -12_000}, {"transferAmount": -12_000}), 1
    ):
        for memo in (order.code, f"HOAN {order.code}", "tra tien dien"):
            assert deliver(client, BANK.send(number, 12_000, memo, now(), **left)) == 200
    assert (count(BankCredit), count(Allocation)) == (0, 0)
    assert (paid(order).received, paid(order).refunded) == (0, 0), "nothing is owed back, so nothing was given back"


def test_scenario_15_a_call_that_is_not_the_provider_s_own_of_just_now_is_refused_and_keeps_no_row(
    client: FlaskClient, order: Bought, now: Clock
) -> None:
    sent = BANK.send(1, 12_000, order.code, now())
    other = FakeSePay(account=LAN_ACCOUNT, secret="whsec_other").send(1, 12_000, order.code, now())
    written_anew = json.dumps(json.loads(sent.body), indent=1).encode()
    without = {name: value for name, value in sent.headers.items() if name != "X-SePay-Signature"}
    old, future = (BANK.send(1, 12_000, order.code, now() + timedelta(minutes=by)) for by in (-6, 6))
    forged = [other, Sent(body=written_anew, headers=sent.headers), Sent(body=sent.body, headers=without), old, future]
    deliver(client, forged[0])
    before = rows_of_all()
    assert [deliver(client, one) for one in forged] == [401] * len(forged)
    assert (rows_of_all(), deliveries(), paid(order).received) == (before, [], 0)
    assert deliver(client, sent) == 200, "the genuine one still pays"
    assert paid(order).status is PaidStatus.PAID


def test_scenario_17_a_signed_notice_of_an_unknown_order_is_answered_well_and_waits(
    client: FlaskClient, order: Bought, now: Clock
) -> None:
    assert deliver(client, BANK.send(1, 12_000, "DS0000000", now())) == 200
    [waiting] = unmatched(reading(), order.stall, now=now())
    assert (waiting.reason, waiting.amount) == (Unmatched.UNKNOWN_CODE, 12_000)


def delivered_and_killed(client: FlaskClient, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> int:
    """A process of its own takes the call, and is killed (kill -9) where it begins to match: how it ended."""
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)  # the parent's connections are not this one's
        monkeypatch.setattr("market.web.hooks.bank.match_credit", lambda *_, **__: os.kill(os.getpid(), SIGKILL))
        client.post(HOOK, data=sent.body, headers=sent.headers)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_scenario_18_a_process_killed_between_keeping_and_matching_is_finished_once_by_the_jobs(
    client: FlaskClient, order: Bought, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delivered_and_killed(client, BANK.send(1, 12_000, order.code, now()), monkeypatch) == -SIGKILL
    assert (credit(1).unmatched_reason, paid(order).received) == (Unmatched.IN_PROGRESS, 0)
    now.move(minutes=1)
    assert [match_left_over(now()), match_left_over(now())] == [1, 0]
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)
    assert read_left_over(now()) == 0
    assert_sums_hold()


def test_scenario_19_while_the_database_is_down_the_bank_is_asked_to_come_again_and_then_it_counts(
    client: FlaskClient, order: Bought, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = BANK.send(1, 12_000, order.code, now())

    def down(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    for step in ("take_call", "match_credit"):
        with monkeypatch.context() as patch:
            patch.setattr(f"market.web.hooks.bank.{step}", down)
            answer = client.post(HOOK, data=sent.body, headers=sent.headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), step
        assert paid(order).received == 0
    assert deliver(client, sent) == 200
    assert (paid(order).status, count(BankCredit), count(Allocation)) == (PaidStatus.PAID, 1, 1)


def test_scenario_31_money_counts_on_the_day_in_vietnam_on_which_its_bank_says_it_came(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """The order at 23:59, the money at 00:01: the bank writes local time without a zone."""
    now.at = datetime(2026, 11, 24, 16, 59, tzinfo=UTC)
    order = buy(cast, now())
    late = now.move(minutes=2)
    sent = BANK.send(1, 12_000, order.code, late)
    assert json.loads(sent.body)["transactionDate"] == "2026-11-25 00:01:00"
    assert deliver(client, sent) == 200
    assert credit(1).occurred_at == late
    assert money_today(reading(), order.stall, now=late).total == 12_000
    assert money_today(reading(), order.stall, now=late - timedelta(minutes=2)).total == 0, "not the day before"
    assert money_today(reading(), order.stall, now=late + timedelta(hours=24)).total == 0


def test_scenario_33_a_body_of_ten_megabytes_or_of_nonsense_is_answered_fast_and_grows_nothing(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """Too large is not read at all. What its provider signed is kept as it came, all else is refused."""
    large = BANK.sign(b"[" * 10_000_000, now())
    tracemalloc.start()
    try:
        began = tracemalloc.get_traced_memory()[0]
        assert deliver(client, large) == 413
        assert tracemalloc.get_traced_memory()[1] - began < 2_000_000, "it was not read"
    finally:
        tracemalloc.stop()
    assert deliveries() == []
    for nonsense in (b"[" * 60_000, b"x", b"\xff\xfe", b'{"id": NaN}', b'{"a":' * 9_000, b"null"):
        assert deliver(client, Sent(body=nonsense, headers={})) == 401
        assert deliver(client, BANK.sign(nonsense, now())) == 200
    assert count(BankCredit) == 0
    assert all(one.unread is not None for one in reading().scalars(select(WebhookDelivery)))


def test_scenario_34_what_a_payer_wrote_is_text_on_every_page_and_in_no_file_a_formula(
    lan: FlaskClient, order: Bought, cast: Cast, now: Clock
) -> None:
    notice(1, 5_000, '=HYPERLINK("http://x")<script>alert(1)</script>', now())
    notice(2, 12_000, f"{order.code} <img src=x onerror=alert(1)>", now())
    page = lan.get(MONEY).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    for written in ('=HYPERLINK("http://x")', "+84900", "-5", "@SUM(A1)", "\t=1"):
        assert csv_text([[written]]).splitlines()[0].lstrip('\ufeff"').startswith("'"), (
            "every file of ours goes this way"
        )
