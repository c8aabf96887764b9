"""What is asked about money: whose it is, what waits and is owed, in which order, at the very border of time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from market.base.audit import GUEST
from market.base.db import Base, reading, transaction
from market.base.errors import NotFound
from market.orders.models import Order
from market.orders.rules import OrderStatus, PayChoice
from market.payments import queries
from market.payments.models import Allocation, AllocationKind, BankCredit, CardAccount, CardPayment, PaymentRequest
from market.payments.queries import refunds as owed_queries
from market.payments.queries import stalls
from market.payments.rules.cards import ASK_UNTIL, is_hook_secret, is_test_key
from market.payments.rules.links import app_links
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from market.payments.rules.vietqr import Beneficiary, Transfer
from market.sellers.models import BankConnection, Stall
from market.sellers.rules.banks import BANKS
from market.values.money import Dong
from market.values.paging import ListPage
from market.values.period import day_end, day_start, local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.steps import (
    Bought,
    allocate_as_shown,
    buy,
    confirm_as_shown,
    notice,
    paid,
    undo_as_shown,
)

TICK = timedelta(microseconds=1)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def enter(*rows: Base) -> list[int]:
    with transaction() as session:
        for row in rows:
            session.add(row)
            session.flush()
        return [row.id for row in rows]  # type: ignore[attr-defined]


def set_order(order: Bought, **values: object) -> Bought:
    with transaction() as session:
        session.execute(update(Order).where(Order.id == order.id).values(**values))
    return order


def confirm(order: Bought, now: Clock) -> None:
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)


# --- what came in ---------------------------------------------------------------------------------------------------


def test_money_counts_from_midnight_until_before_the_next_and_from_the_first_of_the_month(
    app: Flask, cast: Cast, now: Clock
) -> None:
    today = local_day(now())
    month, start, end = day_start(today.replace(day=1)), day_start(today), day_end(today)
    for power, moment in enumerate((month - TICK, month, start - TICK, start, end - TICK, end)):
        now.at = moment
        confirm(buy(cast, moment, amount=1000 * 2**power, pay=PayChoice.ON_RECEIPT), now)
    confirm(buy(cast, start, variant=cast.ruoi, pay=PayChoice.ON_RECEIPT), now)
    sums = queries.money_sums(reading(), cast.lan.stall, now=start)
    came = [sums.today, sums.month]
    assert queries.money_today(reading(), cast.lan.stall, now=start) == sums.today
    assert [(one.by_hand, one.bank, one.total) for one in came] == [
        (12_000 * (8 + 16), 0, 12_000 * (8 + 16)),
        (12_000 * (2 + 4 + 8 + 16), 0, 12_000 * (2 + 4 + 8 + 16)),
    ]


def test_money_that_was_taken_off_leaves_room_for_what_came_later(cast: Cast, now: Clock) -> None:
    order, other = buy(cast, now()), buy(cast, now())
    notice(1, 12_000, other.code, now())
    notice(2, 9_000, order.code, now())
    taken_off = queries.came_in_lately(reading(), order.stall, now=now())[0]
    with transaction() as session:
        undo_as_shown(session, GUEST, order.stall, taken_off.allocation_id, clock=now)
    notice(3, 5_000, order.code, now())
    confirm(order, now)
    came = queries.money_today(reading(), order.stall, now=now())
    assert (came.bank, came.by_hand, came.card) == (17_000, 7_000, 0)
    assert [one.amount for one in queries.came_in_lately(reading(), order.stall, now=now())] == [7_000, 5_000, 12_000]


def test_the_fifteen_latest_amounts_of_the_stall_are_shown_newest_first(cast: Cast, now: Clock) -> None:
    requests = [
        paid(buy(cast, now(), variant=variant, pay=PayChoice.ON_RECEIPT)).request_id for variant in (None, cast.ruoi)
    ]
    mine = [
        Allocation(
            request_id=requests[0], stall_id=cast.lan.stall, kind=AllocationKind.SELLER, amount=Dong(amount), at=now()
        )
        for amount in range(1, 32)
    ]
    others = Allocation(
        request_id=requests[1], stall_id=cast.tu.stall, kind=AllocationKind.SELLER, amount=Dong(99), at=now()
    )
    enter(*mine, others)
    lately = [queries.came_in_lately(reading(), cast.lan.stall, now=now(), page=page) for page in (1, 2)]
    assert [[one.amount for one in some] for some in lately] == [list(range(31, 16, -1)), list(range(16, 1, -1))]
    assert queries.money_lists(reading(), cast.lan.stall, now=now()).came_in == 31


# --- what is to be given back ---------------------------------------------------------------------------------------


def test_what_is_to_be_given_back_is_paged_and_counted(cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [buy(cast, now()) for _ in range(3)]
    for number, order in enumerate(orders, start=1):
        notice(number, 12_000 + number, order.code, now())
    monkeypatch.setattr(owed_queries, "MOST_OWED_BACK", 2)
    monkeypatch.setattr(stalls, "MOST_OWED_BACK", 2)
    lists = queries.money_lists(reading(), cast.lan.stall, now=now())
    pages = [queries.owed_back(reading(), cast.lan.stall, now=now(), page=page) for page in (1, 2)]
    assert [[(one.code, one.amount) for one in page] for page in pages] == [
        [(orders[0].code, 1), (orders[1].code, 2)],
        [(orders[2].code, 3)],
    ]
    assert (lists.owed_back, lists.page_of_owed_back(9).page) == (3, 2)


# --- what waits for a person ----------------------------------------------------------------------------------------


@pytest.fixture
def waiting(cast: Cast, now: Clock, app: Flask) -> Callable[..., BankCredit]:
    connection = reading().scalars(select(BankConnection.id)).one()

    def one(number: int, memo: str = "khong ma", **fields: object) -> BankCredit:
        values = {
            "connection_id": connection,
            "stall_id": cast.lan.stall,
            "provider_txn_id": str(number),
            "amount": Dong(5),
            "memo": memo,
            "bank_ref": "",
            "occurred_at": now(),
            "received_at": now(),
            "unmatched_reason": Unmatched.NO_CODE,
            "raw_cipher": "",
        }
        return BankCredit(**(values | fields))

    return one


def test_the_fifty_latest_notices_wait_newest_first(cast: Cast, now: Clock, waiting: Callable[..., BankCredit]) -> None:
    ids = enter(*(waiting(number) for number in range(51)))
    enter(waiting(60, stall_id=cast.htx.stall), waiting(61, unmatched_reason=None))
    found = [queries.unmatched(reading(), cast.lan.stall, now=now(), page=page) for page in (1, 2)]
    assert [[one.credit_id for one in some] for some in found] == [ids[:0:-1], ids[:1]]
    assert queries.money_lists(reading(), cast.lan.stall, now=now()).unmatched == 51


@pytest.mark.parametrize(
    ("total", "asked", "page", "pages"), [(0, 1, 1, 1), (50, 2, 1, 1), (51, 9, 2, 2), (51, 0, 1, 2)]
)
def test_a_page_that_is_not_there_is_the_nearest_that_is(total: int, asked: int, page: int, pages: int) -> None:
    shown = ListPage(total=total, size=50, asked=asked)
    assert (shown.page, shown.pages) == (page, pages)


def test_what_is_left_of_a_notice_waits_when_one_of_its_orders_loses_it(cast: Cast, now: Clock) -> None:
    first, second = buy(cast, now()), buy(cast, now(), amount=2000)
    taken = notice(1, 36_000, f"{first.code} {second.code}", now())
    with transaction() as session:
        latest = queries.came_in_lately(session, first.stall, now=now())[0]
        undo_as_shown(session, GUEST, first.stall, latest.allocation_id, clock=now)
    [left] = queries.unmatched(reading(), first.stall, now=now())
    assert (left.credit_id, left.amount) == (taken, 24_000)
    assert {likely.order_id: likely.remaining for likely in left.suggestions} == {first.id: 0, second.id: 24_000}
    with transaction() as session:
        allocate_as_shown(session, GUEST, first.stall, taken, second.id, clock=now)
    assert (paid(first).received, paid(second).received) == (12_000, 24_000)


def test_money_is_suggested_for_orders_of_late_that_have_not_ended(
    cast: Cast, now: Clock, waiting: Callable[..., BankCredit]
) -> None:
    far = timedelta(days=60)
    may_be = [
        set_order(buy(cast, now()), due_at=now() + TICK),
        set_order(buy(cast, now()), due_at=None),
        set_order(buy(cast, now()), due_at=now(), status=OrderStatus.READY),
        set_order(buy(cast, now()), due_at=now(), status=OrderStatus.DELIVERED, completed_on=local_day(now())),
        set_order(buy(cast, now()), due_at=None, placed_at=now() - far + TICK),
    ]
    never = [
        set_order(buy(cast, now()), due_at=now()),
        set_order(buy(cast, now(), accepted=False), due_at=now()),
        set_order(buy(cast, now()), due_at=None, status=OrderStatus.CANCELLED),
        set_order(buy(cast, now()), due_at=None, placed_at=now() - far),
        buy(cast, now(), variant=cast.ruoi, pay=PayChoice.ON_RECEIPT),
    ]
    enter(*(waiting(order.id, order.code) for order in (*may_be, *never)))
    found = queries.unmatched(reading(), cast.lan.stall, now=now())
    named = {one.memo for one in found if any(likely.code == one.memo for likely in one.suggestions)}
    assert named == {order.code for order in may_be}


def test_a_notice_is_found_at_its_own_stall_alone(cast: Cast, now: Clock, waiting: Callable[..., BankCredit]) -> None:
    first, second = enter(waiting(1), waiting(2))
    found = [queries.credit_of_stall(reading(), cast.lan.stall, one).id for one in (second, first)]
    assert found == [second, first]
    with pytest.raises(NotFound):
        queries.credit_of_stall(reading(), cast.htx.stall, first)


def test_of_very_many_orders_the_latest_are_suggested(
    cast: Cast, now: Clock, waiting: Callable[..., BankCredit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stalls, "MOST_CANDIDATES", 1)
    _, latest = buy(cast, now()), buy(cast, now())
    enter(waiting(1, amount=Dong(12_000)))
    [one] = queries.unmatched(reading(), cast.lan.stall, now=now())
    assert [likely.code for likely in one.suggestions] == [latest.code]


def test_a_notice_nobody_looked_at_is_left_until_its_moment_and_the_oldest_come_first(
    cast: Cast, now: Clock, waiting: Callable[..., BankCredit]
) -> None:
    unread = {"unmatched_reason": Unmatched.IN_PROGRESS}
    first, second, _ = enter(
        waiting(1, received_at=now() - TICK, stall_id=cast.htx.stall, **unread),
        waiting(2, received_at=now() - 2 * TICK, **unread),
        waiting(3, received_at=now(), **unread),
    )
    enter(waiting(4, received_at=now() - TICK))
    assert queries.credits_unread(reading(), before=now()) == [first, second]
    assert queries.credits_unread(reading(), before=now(), limit=1) == [first]


# --- what is owed ---------------------------------------------------------------------------------------------------


def test_an_order_is_owed_for_once_it_is_taken_and_until_all_is_in(cast: Cast, now: Clock) -> None:
    owed = [
        set_order(buy(cast, now()), due_at=now() + TICK),
        set_order(buy(cast, now()), due_at=None),
        set_order(buy(cast, now()), due_at=now(), status=OrderStatus.READY),
        set_order(buy(cast, now()), status=OrderStatus.DELIVERED, completed_on=local_day(now())),
    ]
    nearly, full = buy(cast, now()), buy(cast, now())
    notice(1, 11_999, nearly.code, now())
    notice(2, 12_000, full.code, now())
    set_order(buy(cast, now()), due_at=now())
    set_order(buy(cast, now()), status=OrderStatus.CANCELLED)
    buy(cast, now(), accepted=False)
    buy(cast, now(), variant=cast.ruoi, pay=PayChoice.ON_RECEIPT)
    found = queries.payments_owed(reading(), cast.lan.stall, now=now())
    assert [one.code for one in found] == [order.code for order in (nearly, *reversed(owed))]
    in_all = queries.owed_in_all(reading(), cast.lan.stall, now=now())
    assert (in_all.orders, in_all.remaining) == (5, 4 * 12_000 + 1)
    assert queries.money_lists(reading(), cast.lan.stall, now=now()).owed == in_all
    assert queries.owed_in_all(reading(), cast.htx.stall, now=now()) == queries.OwedInAll(orders=0, remaining=Dong(0))


def test_what_is_owed_back_and_paid_is_told_of_the_stall_s_and_the_asked_orders_alone(cast: Cast, now: Clock) -> None:
    mine, theirs = buy(cast, now()), buy(cast, now(), variant=cast.ruoi, pay=PayChoice.ON_RECEIPT)
    exact = buy(cast, now())
    notice(1, 12_001, mine.code, now())
    notice(2, 12_000, exact.code, now())
    with transaction() as session:
        over = {"received": theirs.total + 7, "owed_back": 7}
        session.execute(update(PaymentRequest).where(PaymentRequest.order_id == theirs.id).values(**over))
    owed = [queries.owed_back(reading(), order.stall, now=now()) for order in (mine, theirs)]
    found = [[(one.code, one.amount) for one in of_stall] for of_stall in owed]
    assert found == [[(mine.code, 1)], [(theirs.code, 7)]]
    assert queries.paid_of(reading(), [exact.id, theirs.id], now=now()).keys() == {exact.id, theirs.id}


@pytest.mark.parametrize(
    ("kind", "is_over", "can_undo"),
    [
        (AllocationKind.BANK, False, True),
        (AllocationKind.BANK, True, True),
        (AllocationKind.SELLER, False, True),
        (AllocationKind.SELLER, True, False),
        (AllocationKind.CARD, False, False),
    ],
)
def test_what_came_in_can_be_taken_off_unless_it_is_a_card_s_or_owed_back(
    kind: AllocationKind, is_over: bool, can_undo: bool
) -> None:
    one = queries.CameIn(
        allocation_id=1, code="DS", amount=Dong(1), kind=kind, at=NOW, memo=None, is_over=is_over, left_again=Dong(0)
    )
    assert one.can_undo is can_undo


@pytest.mark.parametrize(
    ("received", "refunded", "status", "surplus", "left"),
    [
        (200_000, 0, PaidStatus.PAID, 0, 0),
        (200_005, 5, PaidStatus.PAID, 0, 0),
        (200_005, 4, PaidStatus.OVERPAID, 1, 0),
        (199_999, 0, PaidStatus.PARTIAL, 0, 1),
    ],
)
def test_what_went_back_counts_as_paid_no_more(
    received: int, refunded: int, status: PaidStatus, surplus: int, left: int
) -> None:
    sums = {"asked": Dong(200_000), "received": Dong(received), "refunded": Dong(refunded)}
    sums |= dict.fromkeys(("returned", "owed_back", "deposit", "kept"), Dong(0))
    order = queries.Paid(order_id=1, request_id=1, is_closed=False, **sums)
    assert (order.status, order.surplus, order.remaining) == (status, surplus, left)
    assert replace(order, refunded=order.received).words == "Chưa thấy tiền"
    assert order.keeps_order


def test_an_account_whose_feed_has_ended_has_none(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    to = paid(order).to
    assert to is not None
    assert (to.has_feed, to.is_family, to.bank_name) == (True, False, "Vietcombank")
    with transaction() as session:
        session.execute(update(BankConnection).values(ended_at=now()))
    ended = paid(order).to
    assert ended == replace(to, feed=None)
    assert replace(to, bin="000000").bank_name == "000000"


def test_a_notice_is_remembered_as_the_feed_s_latest(cast: Cast, now: Clock) -> None:
    notice(1, 12_000, "khong ma", now())
    assert reading().scalars(select(BankConnection.last_notice_at)).one() == now()


# --- cards ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def go(cast: Cast, now: Clock, app: Flask) -> Callable[..., CardPayment]:
    """Makes an open go at paying an order of a stall that takes cards, its time not up."""
    with transaction() as session:
        session.execute(update(Stall).values(accepts_card=True))
    no_keys = {"secret_cipher": "", "hook_secret_cipher": "", "created_at": now()}
    taking = (cast.lan.stall, cast.tu.stall)
    ids = enter(*(CardAccount(stall_id=stall, key=str(stall), **no_keys) for stall in taking))
    accounts = dict(zip(taking, ids, strict=True))

    def one(order: Bought, **fields: object) -> CardPayment:
        values = {
            "card_account_id": accounts[order.stall],
            "request_id": paid(order).request_id,
            "amount": paid(order).remaining,
            "created_at": now(),
            "expires_at": now() + TICK,
        }
        return CardPayment(**(values | fields))

    return one


def test_a_card_session_is_ended_once_its_time_is_up_or_nobody_should_pay_it(
    cast: Cast, now: Clock, go: Callable[..., CardPayment]
) -> None:
    up = {"expires_at": now()}
    ended = set_order(buy(cast, now()), status=OrderStatus.CANCELLED)
    handed = set_order(buy(cast, now()), status=OrderStatus.DELIVERED, completed_on=local_day(now()))
    other = buy(cast, now(), variant=cast.ruoi, pay=PayChoice.ON_RECEIPT)
    lapsed, cancelled, changed, asked, others, by_time = enter(
        go(buy(cast, now()), **up),
        go(ended),
        go(buy(cast, now()), amount=Dong(11_999)),
        go(buy(cast, now()), created_at=now() - ASK_UNTIL + TICK, **up),
        go(other, **up),
        go(set_order(buy(cast, now()), due_at=now())),
    )
    enter(
        go(buy(cast, now())),
        go(handed),
        go(buy(cast, now()), created_at=now() - ASK_UNTIL, **up),
        go(buy(cast, now()), closed_at=now(), **up),
    )

    def to_end(**which: int) -> list[int]:
        return [one.id for one in queries.card_payments_to_end(reading(), now=now(), **which)]

    assert to_end() == [lapsed, cancelled, changed, asked, others, by_time]
    assert to_end(limit=2) == [lapsed, cancelled]
    mine, theirs = (reading().get_one(CardPayment, one).card_account_id for one in (lapsed, others))
    assert (to_end(account_id=mine), to_end(account_id=theirs)) == (
        [lapsed, cancelled, changed, asked, by_time],
        [others],
    )
    assert sorted(queries.card_accounts_to_ask(reading(), now=now())) == [mine, theirs]
    with transaction() as session:
        session.execute(update(Stall).where(Stall.id == cast.lan.stall).values(accepts_card=False))
    assert len(to_end(account_id=mine)) == 7


def test_a_go_is_found_by_its_session_or_its_intent_at_its_own_account_and_open_by_its_request(
    cast: Cast, now: Clock, go: Callable[..., CardPayment]
) -> None:
    order = buy(cast, now())
    closed, opened, other = enter(
        go(order, closed_at=now(), session_id="cs_1", url="u", intent_id="pi_1"),
        go(order, session_id="cs_2", url="u", intent_id="pi_2"),
        go(buy(cast, now(), variant=cast.ruoi, pay=PayChoice.ON_RECEIPT), session_id="cs_1", url="u"),
    )
    rows = {one: reading().get_one(CardPayment, one) for one in (closed, opened, other)}
    mine, theirs = rows[closed].card_account_id, rows[other].card_account_id
    asked = [(mine, "cs_1"), (mine, "pi_1"), (mine, "cs_2"), (mine, "pi_2"), (theirs, "cs_1"), (theirs, "pi_1")]
    found = [queries.card_payment_of(reading(), account, about) for account, about in asked]
    assert found == [closed, closed, opened, opened, other, None]
    still_open = queries.open_card_payment(reading(), rows[closed].request_id)
    assert still_open is not None
    assert (still_open.id, still_open.account.stall_id) == (opened, cast.lan.stall)
    assert queries.card_payment(reading(), closed).id == closed
    by_key = [queries.card_account_by_key(reading(), str(stall)) for stall in (cast.tu.stall, cast.lan.stall, 0)]
    assert [account and account.id for account in by_key] == [theirs, mine, None]
    by_stall = [queries.card_account_of(reading(), stall) for stall in (cast.tu.stall, cast.lan.stall, cast.htx.stall)]
    assert [account and account.id for account in by_stall] == [theirs, mine, None]


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({}, True),
        ({"url": None}, True),
        ({"expires_at": NOW + timedelta(minutes=10)}, False),
        ({"expires_at": NOW + timedelta(minutes=10) + TICK}, True),
        ({"url": None, "expires_at": NOW + timedelta(minutes=32)}, False),
        ({"url": None, "expires_at": NOW + timedelta(minutes=32) + TICK}, True),
        ({"amount": Dong(11_999)}, False),
        ({"closed_at": NOW}, False),
    ],
)
def test_a_buyer_goes_on_to_a_session_of_this_amount_with_time_enough(fields: dict[str, object], may: bool) -> None:
    values = {"amount": Dong(12_000), "url": "u", "expires_at": NOW + timedelta(hours=1)} | fields
    assert CardPayment(**values).may_go_on(Dong(12_000), NOW) is may


@pytest.mark.parametrize(
    ("key", "is_test", "is_hook"),
    [
        ("sk_test_123456", True, False),
        ("rk_test_123456", True, False),
        ("sk_live_123456", False, False),
        ("whsec_123456", False, True),
        ("whsec_" + "a+/=_" * 48, False, True),
        ("whsec_" + "a" * 241, False, False),
        ("whsec_12345", False, False),
    ],
)
def test_keys_are_told_apart_by_how_they_begin(key: str, is_test: bool, is_hook: bool) -> None:
    assert (is_test_key(key), is_hook_secret(key)) == (is_test, is_hook)


# --- a bank's app ---------------------------------------------------------------------------------------------------


def test_apps_that_fill_a_transfer_in_are_offered_for_a_bank_with_a_code_alone() -> None:
    to = Beneficiary(bin="970436", number="0071000888888")
    links = app_links(Transfer(to=to, amount=12_000, memo="DS7K2M9PM"), "PHAM THI LAN")
    assert [link.name for link in links] == [
        bank.short_name for bank in BANKS.values() if bank.app_id and bank.prefills
    ]
    assert all("&ba=0071000888888%40vcb&am=12000&tn=DS7K2M9PM&bn=PHAM+THI+LAN" in link.address for link in links)
    assert "am=" not in app_links(Transfer(to=to), "LAN")[0].address
    no_code = next(bank.bin for bank in BANKS.values() if bank.app_id is None)
    for bin_ in (no_code, "000000"):
        assert app_links(Transfer(to=Beneficiary(bin=bin_, number="1")), "LAN") == ()
