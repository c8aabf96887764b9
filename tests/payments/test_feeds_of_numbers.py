"""A feed of bank notices belongs to a bank and a number, whichever row of the account it was connected for."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.seen import seen_of
from market.payments.banks.sepay.fake import FakeSePay
from market.payments.models import Allocation, BankCredit
from market.payments.queries import live_feed
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from market.sellers import actions, queries
from market.sellers.models import BankAccount, BankConnection
from tests import factories as make
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send
from tests.payments.steps import BANK, HOOK, assert_sums_hold, buy, count, paid
from tests.sellers.changing import pass_a_day
from tests.services.crowd import crowd

OTHER_HOOK = "lan-hook-hai"
OTHER = FakeSePay(account=LAN_ACCOUNT, secret="whsec_hai")


def deliver(client: FlaskClient, sent: object, path: str = HOOK) -> int:
    return client.post(path, data=sent.body, headers=sent.headers).status_code


def save_again(app: Flask, cast: Cast, now: Clock, holder: str = "PHAM THI  LAN") -> None:
    """Bà Lan saves the same bank and number, and a day passes."""
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    path = f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien"
    bin_ = reading().scalars(select(BankAccount.bin).where(BankAccount.business_id == cast.lan.business)).first()
    answer = send(lan, path, {"bin": bin_, "number": LAN_ACCOUNT, "holder": holder})
    assert answer.status_code == 303, answer.text
    pass_a_day(now)


def rows(cast: Cast) -> list[BankAccount]:
    reading().expire_all()
    which = select(BankAccount).where(BankAccount.business_id == cast.lan.business).order_by(BankAccount.id)
    return list(reading().scalars(which))


@pytest.fixture
def second_row(app: Flask, cast: Cast, now: Clock) -> int:
    """The account taken out and in again: a second row of its number. Returns its id."""
    with transaction() as session:
        session.execute(update(BankAccount).values(closed_at=now()))
    save_again(app, cast, now)
    first, second = rows(cast)
    assert (first.number_digest, first.closed_at is None, second.closed_at) == (second.number_digest, False, None)
    return second.id


def test_the_feed_goes_on_when_the_same_number_is_saved_again(
    client: FlaskClient, cast: Cast, now: Clock, second_row: int
) -> None:
    """field.md A04: the next right notice stayed unmatched, and the page asked to connect again."""
    order = buy(cast, now())
    assert paid(order).to
    assert paid(order).to.has_feed
    assert live_feed(reading(), second_row)
    assert deliver(client, BANK.send(1, 12_000, order.code, now())) == 200
    assert paid(order).status is PaidStatus.PAID


def test_orders_told_to_pay_before_and_after_are_both_paid(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    before = buy(cast, now())
    with transaction() as session:
        old = session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).one()
        old.closed_at = now()
        session.flush()
        session.add(_copy(old, now()))
    after = buy(cast, now())
    for number, order in enumerate((before, after), 1):
        assert deliver(client, BANK.send(number, 12_000, order.code, now())) == 200
        assert paid(order).status is PaidStatus.PAID
    assert_sums_hold()


def _copy(old: BankAccount, now: datetime) -> BankAccount:
    names = ("business_id", "bin", "number_cipher", "number_digest", "number_last4", "holder", "relation")
    return BankAccount(**{name: getattr(old, name) for name in names}, created_at=now)


def test_connecting_again_keeps_the_address_and_stopping_ends_every_feed_of_the_number(
    client: FlaskClient, cast: Cast, now: Clock, second_row: int
) -> None:
    lan = Actor(person_id=cast.lan.person)
    with transaction() as session:
        make.make_connection(session, session.get_one(BankAccount, second_row), OTHER_HOOK, "whsec_hai", now())
    with transaction() as session:
        seen = seen_of(queries.bank_feed_facts(session, cast.lan.business))
        new = actions.NewConnection(
            business_id=cast.lan.business, provider="sepay", credentials={"secret": "whsec_moi_moi"}, seen=seen
        )
        assert actions.connect_bank(session, lan, new, now=now()) == OTHER_HOOK
    with transaction() as session:
        seen = seen_of(queries.bank_feed_facts(session, cast.lan.business))
        actions.disconnect_bank(session, lan, cast.lan.business, seen=seen, now=now())
    assert reading().scalars(select(BankConnection.id).where(BankConnection.ended_at.is_(None))).all() == []
    assert deliver(client, BANK.send(1, 12_000, "x", now())) == 404


@pytest.fixture
def two_feeds(cast: Cast, now: Clock, second_row: int) -> None:
    """As two rows of one number could have, before feeds belonged to numbers."""
    with transaction() as session:
        make.make_connection(session, session.get_one(BankAccount, second_row), OTHER_HOOK, "whsec_hai", now())


def test_one_transaction_over_two_feeds_of_a_number_is_one(
    client: FlaskClient, cast: Cast, now: Clock, two_feeds: None
) -> None:
    order = buy(cast, now())
    assert deliver(client, BANK.send(1, 12_000, order.code, now())) == 200
    assert deliver(client, OTHER.send(1, 12_000, order.code, now()), f"/webhook/sepay/{OTHER_HOOK}") == 200
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)


def test_one_transaction_over_two_feeds_at_once_is_one(app: Flask, cast: Cast, now: Clock, two_feeds: None) -> None:
    order = buy(cast, now())
    calls = [
        (BANK.send(1, 12_000, order.code, now()), HOOK),
        (OTHER.send(1, 12_000, order.code, now()), f"/webhook/sepay/{OTHER_HOOK}"),
    ] * 6
    assert crowd(app, calls, lambda one: deliver(app.test_client(), *one)) == [200] * 12
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)
    assert_sums_hold()


def test_a_feed_connected_anew_tells_nothing_twice(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """SePay sends what it has again to a new address."""
    order = buy(cast, now())
    assert deliver(client, BANK.send(1, 12_000, order.code, now())) == 200
    with transaction() as session:
        session.execute(update(BankConnection).values(ended_at=now()))
        account = session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).one()
        make.make_connection(session, account, OTHER_HOOK, "whsec_hai", now())
    assert deliver(client, OTHER.send(1, 12_000, order.code, now()), f"/webhook/sepay/{OTHER_HOOK}") == 200
    assert (count(BankCredit), paid(order).received) == (1, 12_000)


def test_another_number_of_the_same_bank_is_another_account(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    path = f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien"
    send(lan, path, {"bin": "970436", "number": "0071000999999", "holder": "PHAM THI LAN"})
    pass_a_day(now)
    order = buy(cast, now())
    assert paid(order).to
    assert not paid(order).to.has_feed
    assert deliver(client, BANK.send(1, 12_000, order.code, now())) == 200
    assert reading().scalars(select(BankCredit.unmatched_reason)).one() == Unmatched.UNKNOWN_CODE
