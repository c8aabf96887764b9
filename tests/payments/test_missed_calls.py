"""What no call told of is found by asking the provider for whole days, booked once, and shown to the seller."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.orders.models import Order
from market.payments.banks.sepay import books
from market.payments.banks.sepay.fake import Trouble
from market.payments.jobs.searching import search_bank_providers, search_with
from market.payments.models import BankAccess, BankCredit
from market.payments.queries import accesses_to_search
from market.payments.rules.checks import AskProblem
from market.payments.rules.searching import DAYS_AT_ONCE, SETTLED, search_from
from market.payments.rules.status import PaidStatus
from market.places.models import Commune, CommuneMode
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.payments.asking import TOKEN, Asking, opened
from tests.payments.steps import Bought, assert_sums_hold, buy, count, notice, paid


@pytest.fixture
def asking(app: Flask, cast: Cast, now: Clock):
    with opened(app, cast.lan.business, now) as opened_one:
        yield opened_one


def search(asking: Asking) -> int:
    assert asking.access
    return search_with(asking.now(), asking.access.id)


def waiting(cast: Cast, now: Clock) -> Bought:
    """An order that waits for its money until tomorrow."""
    order = buy(cast, now())
    with transaction() as session:
        session.execute(update(Order).where(Order.id == order.id).values(due_at=now() + timedelta(days=1)))
    return order


def test_what_no_call_told_of_is_found_once_and_shown(
    asking: Asking, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = waiting(cast, now)
    asking.books.transfer(TOKEN, 501, 12_000, order.code, now())
    told = waiting(cast, now)
    asking.books.transfer(TOKEN, 502, 12_000, told.code, now())
    notice(502, 12_000, told.code, now())
    asking.books.transfer(TOKEN, 503, 12_000, order.code, now(), account_number="999", sub_account=None)
    asking.books.transfer(TOKEN, 504, 0, "rut tien", now(), amount_out="5000.00")
    now.move(hours=7)
    assert search(asking) == 1
    assert [paid(one).status for one in (order, told)] == [PaidStatus.PAID] * 2
    assert count(BankCredit) == 2, "what came in elsewhere, and what left, is nobody's business"
    found = reading().scalars(select(BankCredit).where(BankCredit.found_at.is_not(None))).one()
    assert (found.provider_txn_id, found.bank_ref, found.ask_at is not None) == ("501", "MBVCB.501", True)
    now.move(hours=7)
    assert search(asking) == 0
    assert_sums_hold()
    sign_in(client, cast.lan.person, now())
    assert "Tìm thấy 1 khoản ngân hàng chưa báo" in client.get(f"/ban-hang/{cast.lan.slug}/tien").text


def test_a_call_that_comes_after_all_adds_nothing(asking: Asking, cast: Cast, now: Clock) -> None:
    order, came = waiting(cast, now), now()
    asking.books.transfer(TOKEN, 501, 12_000, order.code, came)
    now.move(hours=7)
    assert search(asking) == 1
    notice(501, 12_000, order.code, came)
    assert (count(BankCredit), paid(order).received) == (1, 12_000)


def test_what_may_still_come_by_itself_is_not_asked_for(asking: Asking, cast: Cast, now: Clock) -> None:
    assert search_from(now() - SETTLED, now() - timedelta(days=3), now()) is None
    asked = search_from(None, now() - timedelta(days=20), now())
    assert asked is not None
    assert asked.until == now() - timedelta(days=20) + DAYS_AT_ONCE, "a long silence goes a week at a time"


def test_who_is_asked_and_when(asking: Asking, cast: Cast, now: Clock) -> None:
    assert accesses_to_search(reading(), now=now()) == []
    order = buy(cast, now())
    now.move(hours=2)
    assert accesses_to_search(reading(), now=now()) == []
    with transaction() as session:
        session.execute(update(Order).where(Order.id == order.id).values(said_paid_at=now()))
    assert len(accesses_to_search(reading(), now=now())) == 1, "a buyer says that they paid, and nothing came"
    with transaction() as session:
        session.execute(update(BankAccess).values(ask_after=now() + timedelta(minutes=1)))
    assert accesses_to_search(reading(), now=now()) == []
    now.move(hours=6)
    assert search_bank_providers(now()) == 1


def test_a_provider_that_does_not_answer_is_left_alone_and_asked_for_the_same_days(
    asking: Asking, cast: Cast, now: Clock
) -> None:
    order = waiting(cast, now)
    asking.books.transfer(TOKEN, 501, 12_000, order.code, now())
    now.move(hours=7)
    asking.books.trouble = Trouble.DOWN
    assert search(asking) == 0
    assert asking.access
    assert (asking.access.problem, asking.access.searched_to) == (AskProblem.AWAY, None)
    assert asking.access.ask_after is not None
    assert asking.access.ask_after > now()
    asking.books.trouble = None
    assert search(asking) == 1
    assert asking.access.problem is None


def test_where_money_is_not_matched_nobody_is_asked(asking: Asking, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.execute(update(Commune).values(mode=CommuneMode.ORDERING))
    now.move(hours=7)
    before = asking.books.calls.total()
    assert search(asking) == 0
    assert asking.books.calls.total() == before


def test_more_than_one_answer_holds_is_asked_for_day_by_day(asking: Asking, cast: Cast, now: Clock) -> None:
    asking.books.most_listed = 2
    for number in range(4):
        asking.books.transfer(TOKEN, 600 + number, 1_000, "x", now() - timedelta(days=number))
    assert LAN_ACCOUNT in asking.books.accounts[TOKEN]
    client = books.TokenBooks(token=TOKEN, base_url=asking.url, pace_seconds=0)
    days = [(now() - timedelta(days=back)).date() for back in (3, 0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books, "MOST_LISTED", 2)
        assert len({one.provider_txn_id for one in client.transactions_between(*days)}) == 4
