"""What comes round for orders and money: one row that fails is seen, and holds up no other."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from market.base.db import reading, transaction
from market.base.jobs.periodic import register_tasks, run_if_due, troubled_tasks
from market.notices.models import Notice
from market.orders.rules import OrderStatus, answer_deadline
from market.payments import jobs
from market.payments.models import BankCredit
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from market.web.hooks import bank as bank_hook
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import NIGHT, order_row
from tests.payments.gate import goes, opened
from tests.payments.steps import BANK, HOOK, buy, notice, paid


def failing(real: Callable[..., object], *bad: int) -> Callable[..., object]:
    """The action, but for rows that it cannot do. A row is known by its number among the arguments."""

    def act(*args: object, **named: object) -> object:
        if any(one in bad for one in args if isinstance(one, int)):
            raise RuntimeError("this row is damaged")
        return real(*args, **named)

    return act


def test_an_order_that_cannot_be_ended_holds_up_no_other_and_is_seen(
    cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good, unanswered = (buy(cast, now(), accepted=one < 2) for one in range(3))
    notice(1, 12_000, unanswered.code, now())
    now.at = answer_deadline(now(), NIGHT)
    monkeypatch.setattr(jobs, "end_overdue_order", failing(jobs.end_overdue_order, bad.id))
    [task] = [one for one in jobs.PERIODIC_TASKS if one.name == "end overdue orders"]
    with transaction() as session:
        register_tasks(session, [task])
    assert run_if_due(task, "worker")
    assert [order_row(one.id).status for one in (bad, good)] == [OrderStatus.ACCEPTED, OrderStatus.EXPIRED]
    assert reading().scalar(select(Notice.id).where(Notice.kind.startswith("cho_tra_loi"))), "the rest of the round too"
    [logged] = [record for record in caplog.records if getattr(record, "item", None) == bad.id]
    assert (logged.kind, logged.fault) == (task.name, "RuntimeError")
    [trouble] = troubled_tasks(reading())
    assert trouble.error
    assert trouble.error.startswith("RuntimeError")


def test_a_notice_that_cannot_be_matched_holds_up_no_other(
    app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [buy(cast, now()) for _ in range(2)]
    real = bank_hook.match_credit
    monkeypatch.setattr(bank_hook, "match_credit", failing(real, 1, 2))
    for number, order in enumerate(orders, start=1):
        sent = BANK.send(number, 12_000, order.code, now())
        with pytest.raises(RuntimeError):
            app.test_client().post(HOOK, data=sent.body, headers=sent.headers)
    monkeypatch.setattr(jobs, "match_credit", failing(real, 1))
    with pytest.raises(RuntimeError):
        jobs.match_left_over(now.move(minutes=1))
    assert [paid(order).status for order in orders] == [PaidStatus.UNPAID, PaidStatus.PAID]
    reasons = reading().scalars(select(BankCredit.unmatched_reason).order_by(BankCredit.id)).all()
    assert reasons == [Unmatched.IN_PROGRESS, None]


def test_a_card_session_that_cannot_be_ended_holds_up_no_other(
    app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(app, cast.lan.stall, now) as gate:
        orders = [buy(cast, now()) for _ in range(2)]
        for order in orders:
            gate.fake.pay_session(gate.begin(order, now))
        now.move(minutes=46)
        [bad] = goes(orders[0])
        monkeypatch.setattr(jobs, "sync_checkout", failing(jobs.sync_checkout, bad.id))
        with pytest.raises(RuntimeError):
            jobs.end_card_sessions(now())
    assert [paid(order).status for order in orders] == [PaidStatus.UNPAID, PaidStatus.PAID]
