"""A provider asked by eight workers at once has told of each notice once, and of each transaction for one notice."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import reading, transaction
from market.base.errors import Conflict
from market.payments import actions
from market.payments.jobs import ask_with
from market.payments.models import BankCreditCheck
from market.payments.rules.checks import CheckOutcome
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.payments.asking import TOKEN, Asking, checks, opened, paid_by_notice, part_feed
from tests.payments.steps import buy, notice
from tests.races.harness import unlocked
from tests.races.overlap import overlap
from tests.services.crowd import crowd


@pytest.fixture
def asking(app: Flask, cast: Cast, now: Clock) -> Iterator[Asking]:
    with opened(app, cast.lan.business, now) as asking:
        yield asking


@pytest.fixture
def twins(asking: Asking, now: Clock) -> list[int]:
    """Notices of one transaction, told by eight feeds, of which all but one have ended."""
    asking.books.transfer(TOKEN, 1, 12_000, "khong ghi gi", now())
    kept = []
    for number in range(8):
        kept.append(notice(1, 12_000, "khong ghi gi", now()))
        with transaction() as session:
            part_feed(session, f"cu-{number}", now())
    return kept


@by_day_on("postgresql")
def test_eight_workers_that_ask_at_once_keep_one_answer(app: Flask, asking: Asking, cast: Cast, now: Clock) -> None:
    kept = [paid_by_notice(asking, buy(cast, now()), number) for number in (1, 2)]
    now.move(minutes=1)
    assert asking.access
    crowd(app, [asking.access.id] * 8, lambda access: ask_with(now(), access))
    assert [asking.told(one) for one in kept] == [[CheckOutcome.CONFIRMED]] * 2


@by_day_on("postgresql")
def test_of_eight_notices_of_one_transaction_one_is_confirmed(
    app: Flask, asking: Asking, twins: list[int], now: Clock
) -> None:
    told = asking.books_say(1)

    def note(credit_id: int) -> bool:
        with transaction() as session:
            return actions.note_answer(session, credit_id, told, clock=now)

    assert crowd(app, twins, note) == [True] * 8
    outcomes = sorted(one.outcome for credit_id in twins for one in checks(credit_id))
    assert outcomes == sorted([CheckOutcome.CONFIRMED, *[CheckOutcome.DIFFERS] * 7])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_the_transaction_s_lock_the_database_itself_refuses_the_second(
    app: Flask, asking: Asking, twins: list[int], now: Clock, session: Session
) -> None:
    """Why `note_answer` locks the transaction's name: the second would come back as a fault, and be asked again."""
    told = asking.books_say(1)
    first, second = (
        lambda writing, one=one: actions.note_answer(writing, one, told, clock=now)  # type: ignore[misc]
        for one in twins[:2]
    )
    with unlocked(["name"]):
        assert overlap(app, first, second) == (True, Conflict)
    assert reading().scalars(select(BankCreditCheck.outcome)).all() == [CheckOutcome.CONFIRMED]
