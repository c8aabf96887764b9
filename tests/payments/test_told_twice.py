"""One transfer that two providers tell of is counted once; two transfers that look alike are two."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.payments.banks.calls import Sent
from market.payments.models import Allocation, BankCredit
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from market.payments.rules.twins import TransferWord, is_told_again
from market.values.period import day_start, local_day
from tests.cast import LAN_HOOK, Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.pages import press
from tests.payments.feeds import Feed, also_told_by
from tests.payments.steps import assert_sums_hold, buy, count, paid
from tests.races.harness import unlocked
from tests.races.overlap import race
from tests.services.crowd import crowd


@pytest.fixture
def feeds(client: FlaskClient, cast: Cast, now: Clock) -> tuple[Feed, Feed]:
    """SePay and Casso both tell of bà Lan's account."""
    return Feed(name="sepay", key=LAN_HOOK, client=client), also_told_by("casso", client, cast, now())


def told() -> list[BankCredit]:
    reading().expire_all()
    return list(reading().scalars(select(BankCredit).order_by(BankCredit.id)))


def test_the_second_word_of_one_transfer_is_kept_and_waits(feeds: tuple[Feed, Feed], cast: Cast, now: Clock) -> None:
    sepay, casso = feeds
    order = buy(cast, now())
    assert sepay.call(sepay.fake.send(1, 12_000, order.code, now(), referenceCode="FT26.334/77")) == 200
    later = casso.fake.transfer(880, 12_000, order.code, now() - timedelta(seconds=90), reference="ft2633477")
    assert casso.call(casso.fake.sign(later, now())) == 200
    first, second = told()
    assert (second.twin_of_id, second.unmatched_reason, second.allocated) == (first.id, Unmatched.TOLD_TWICE, 0)
    assert (paid(order).received, count(Allocation)) == (12_000, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"bank_ref": "FT2"},
        {"bank_ref": ""},
        {"amount": 12_001},
        {"minutes": 3},
    ],
)
def test_what_differs_in_anything_is_another(now: Clock, other: dict[str, object]) -> None:
    minutes = int(str(other.pop("minutes", 0)))
    one = TransferWord(amount=12_000, bank_ref="FT1234", occurred_at=now())
    said = {"amount": 12_000, "bank_ref": "FT1234", "occurred_at": now() + timedelta(minutes=minutes)} | other
    assert is_told_again(one, TransferWord(**said)) is False


def test_a_source_that_knows_the_day_alone_is_held_to_the_day(now: Clock) -> None:
    midnight = day_start(local_day(now()))
    one = TransferWord(amount=12_000, bank_ref="FT1234", occurred_at=now())
    for days, is_one in ((0, True), (1, False)):
        other = TransferWord(amount=12_000, bank_ref="FT-1234", occurred_at=midnight - timedelta(days=days))
        assert is_told_again(one, other) is is_one


def test_a_short_reference_says_nothing(now: Clock) -> None:
    one = TransferWord(amount=1, bank_ref="7", occurred_at=now())
    assert not is_told_again(one, one)


def test_both_told_at_once_are_allocated_once(app: Flask, feeds: tuple[Feed, Feed], cast: Cast, now: Clock) -> None:
    sepay, casso = feeds
    order = buy(cast, now())
    calls = [
        (sepay, sepay.fake.send(1, 12_000, order.code, now(), referenceCode="FT1234")),
        (casso, casso.fake.send(2, 12_000, order.code, now(), reference="FT1234")),
    ] * 4

    def deliver(one: tuple[Feed, object]) -> int:
        feed, sent = one
        return Feed(name=feed.name, key=feed.key, client=app.test_client()).call(sent)  # type: ignore[arg-type]

    assert crowd(app, calls, deliver) == [200] * 8
    assert (count(BankCredit), count(Allocation), paid(order).received) == (2, 1, 12_000)
    assert sorted(one.unmatched_reason or "" for one in told()) == ["", Unmatched.TOLD_TWICE]
    assert_sums_hold()


@pytest.fixture
def twice(feeds: tuple[Feed, Feed], cast: Cast, now: Clock) -> int:
    """The id of a notice that waits as told twice, for an order that the first has paid."""
    sepay, casso = feeds
    order = buy(cast, now())
    sepay.call(sepay.fake.send(1, 12_000, order.code, now(), referenceCode="FT1234"))
    casso.call(casso.fake.send(2, 12_000, order.code, now(), reference="FT1234"))
    return told()[-1].id


def test_a_person_says_that_it_is_another_one(client: FlaskClient, cast: Cast, now: Clock, twice: int) -> None:
    sign_in(client, cast.lan.person, now())
    page = f"/ban-hang/{cast.lan.slug}/tien"
    text = client.get(page).text
    assert "Nghi trùng" in text
    assert "Là khoản khác" in text
    assert "Là cùng một khoản" in text
    assert "Là tiền của đơn khác" not in text
    assert press(client, page, f"{page}/{twice}/khoan-khac").status_code == 303
    (first, second) = told()
    assert (second.allocated, second.unmatched_reason, second.twin_of_id) == (12_000, None, first.id)
    order_total = sum(one.amount for one in reading().scalars(select(Allocation)))
    assert order_total == 24_000
    assert "tell_apart" in [event.verb for event in events_of(reading(), "bank_credit", twice)]
    assert_sums_hold()


def test_a_person_says_that_it_is_the_same_and_nobody_is_alarmed(
    client: FlaskClient, cast: Cast, now: Clock, twice: int
) -> None:
    sign_in(client, cast.lan.person, now())
    page = f"/ban-hang/{cast.lan.slug}/tien"
    before = client.get(f"/ban-hang/{cast.lan.slug}").text.count("không phải tiền hàng")
    assert press(client, page, f"{page}/{twice}/khong-phai").status_code == 303
    assert told()[-1].unmatched_reason is None
    assert told()[-1].allocated == 0
    assert client.get(f"/ban-hang/{cast.lan.slug}").text.count("không phải tiền hàng") == before
    assert "Nghi trùng" not in client.get(page).text


def test_it_is_on_no_order_before_that(client: FlaskClient, cast: Cast, now: Clock, twice: int) -> None:
    sign_in(client, cast.lan.person, now())
    other = buy(cast, now())
    page = f"/ban-hang/{cast.lan.slug}/tien"
    answer = client.post(f"{page}/{twice}/khop", data={"code": other.code, "seen": "x"})
    assert answer.status_code == 422
    assert "nghi trùng" in answer.text
    assert paid(other).status is PaidStatus.UNPAID


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_it_is_the_lock_of_the_account_s_feeds_that_tells(
    app: Flask, feeds: tuple[Feed, Feed], cast: Cast, now: Clock, is_locked: bool
) -> None:
    """The one is held when it has written its row; the other comes meanwhile."""
    sepay, casso = feeds
    order = buy(cast, now())

    def call(feed: Feed, sent: Sent) -> int:
        return Feed(name=feed.name, key=feed.key, client=app.test_client()).call(sent)

    first = sepay.fake.send(1, 12_000, order.code, now(), referenceCode="FT1234")
    second = casso.fake.send(2, 12_000, order.code, now(), reference="FT1234")
    with nullcontext() if is_locked else unlocked(["bank_connection"]):
        answers = race(lambda: call(sepay, first), lambda: call(casso, second), after="INSERT INTO bank_credit")
    assert answers == (200, 200)
    assert paid(order).received == (12_000 if is_locked else 24_000)
