"""Khách không đến lấy: goods, money, the next time, and a buyer who says that they came."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.catalog.models import StockMove
from market.notices.models import Notice
from market.orders.actions.no_show import NoShow, say_was_there
from market.orders.models import Contact, Order
from market.orders.queries.no_shows import no_shows_of
from market.orders.rules import Delivery, OrderStatus, PayChoice
from market.payments import actions
from market.payments.queries import facts_to_accept, facts_to_decline, money_today, paid_of
from market.places.models import DatedFact
from market.values.period import VIETNAM, local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import MAI, cash_as_shown, decline_as_shown, order_row, ref, stock
from tests.payments.steps import Bought, assert_sums_hold, buy, notice, paid


def ready(cast: Cast, now: Clock, *, variant: int | None = None, pay: PayChoice = PayChoice.ON_RECEIPT) -> Bought:
    """Mai's order of 2 kg that stands ready at the pickup point."""
    order = buy(cast, now(), variant=variant or cast.dau_xanh, amount=2000, point=cast.pickup, pay=pay)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    return order


def past(order: Bought, now: Clock) -> None:
    now.at = order_row(order.id).fetch_by or now()


def seen_now(session: Session, order_id: int, now: Clock) -> str:
    row = session.get_one(Order, order_id)
    return seen_of(facts_to_decline(row, paid_of(session, [order_id], now=now()).get(order_id)))


def note(order: Bought, now: Clock, *spoiled: int, seen: str | None = None) -> None:
    with transaction() as session:
        shown = seen if seen is not None else seen_now(session, order.id, now)
        answer = NoShow(seen=shown, spoiled=frozenset(spoiled))
        actions.note_no_show(session, Actor(), ref(session, order.id), answer, clock=now)


def was_there(order: Bought, now: Clock) -> None:
    with transaction() as session:
        say_was_there(session, GUEST, order.id, clock=now)


def known(order: Bought) -> int:
    return no_shows_of(reading(), order_row(order.id))


def test_it_waits_until_eight_in_the_evening_two_days_later(cast: Cast, now: Clock) -> None:
    until = order_row(ready(cast, now).id).fetch_by
    assert until is not None
    local = until.astimezone(VIETNAM)
    assert (local.hour, local_day(until) - local_day(now())) == (20, timedelta(days=2))


def test_another_number_from_a_day_on_is_of_what_is_ready_from_then(cast: Cast, now: Clock) -> None:
    before = ready(cast, now)
    with transaction() as session:
        for commune, value in ((None, "9"), (cast.commune, "5")):
            whose = {"commune_id": commune, "key": "order.fetch_days", "source": "x"}
            session.add(DatedFact(**whose, value=value, valid_from=local_day(now())))
    days = [local_day(order_row(one.id).fetch_by or now()) - local_day(now()) for one in (before, ready(cast, now))]
    assert days == [timedelta(days=2), timedelta(days=5)]


def test_what_is_brought_has_no_such_time(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    with transaction() as session:
        session.get_one(Order, order.id).delivery = Delivery.IN_COMMUNE
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    now.move(days=9)
    with pytest.raises(Conflict, match="không còn chờ khách đến lấy"):
        note(order, now)


@pytest.mark.parametrize("is_spoiled", [False, True])
def test_goods_go_back_or_are_gone_as_the_stall_says(cast: Cast, now: Clock, is_spoiled: bool) -> None:
    order = ready(cast, now)
    assert stock(cast.dau_xanh) == (5000, 2000)
    past(order, now)
    for _ in range(2):
        note(order, now, *([cast.dau_xanh] if is_spoiled else []), cast.gao_nep)
    assert stock(cast.dau_xanh) == ((3000, 0) if is_spoiled else (5000, 0))
    moves = reading().scalars(select(StockMove.delta).where(StockMove.order_id == order.id)).all()
    assert moves == ([-2000] if is_spoiled else [])
    row = order_row(order.id)
    assert (row.status, row.ended_reason) == (OrderStatus.CANCELLED, "Khách không đến lấy hàng")
    assert [one.verb for one in events_of(reading(), "order", order.id)][-1] == "note_no_show"
    told = reading().scalars(select(Notice).where(Notice.kind == "khong_den_lay")).all()
    assert [one.order_id for one in told] == [order.id]


def test_what_came_in_is_owed_back_and_is_no_revenue(cast: Cast, now: Clock) -> None:
    order = ready(cast, now, pay=PayChoice.TRANSFER)
    notice(1, 50_000, order.code, now())
    past(order, now)
    note(order, now, cast.dau_xanh)
    money = paid(order)
    assert (money.owed_back, money.is_closed) == (50_000, True)
    assert_sums_hold()
    assert order_row(order.id).completed_on is None


def test_before_its_time_or_once_it_is_fetched_nothing_is_written(cast: Cast, now: Clock) -> None:
    order = ready(cast, now)
    with pytest.raises(Conflict, match="mới ghi là không đến được"):
        note(order, now)
    past(order, now)
    with transaction() as session:
        session.get_one(Order, order.id).buyer_confirmed_at = now()
    with pytest.raises(Conflict, match="không còn chờ khách đến lấy"):
        note(order, now)
    assert stock(cast.dau_xanh) == (5000, 2000)


def test_on_other_facts_than_the_page_showed_nothing_is_written(cast: Cast, now: Clock) -> None:
    order = ready(cast, now, pay=PayChoice.TRANSFER)
    past(order, now)
    seen = seen_now(reading(), order.id, now)
    notice(1, 50_000, order.code, now())
    with pytest.raises(ChangedSince, match="tiền đã vào"):
        note(order, now, seen=seen)
    with pytest.raises(NotFound), transaction() as session:
        which = actions.OrderRef(stall_id=cast.htx.stall, order_id=order.id)
        actions.note_no_show(session, GUEST, which, NoShow(seen=seen, spoiled=frozenset()), clock=now)


def test_it_is_over_for_good(cast: Cast, now: Clock) -> None:
    order = ready(cast, now)
    past(order, now)
    note(order, now)
    with pytest.raises(Conflict), transaction() as session:
        actions.hand_over(session, GUEST, cast.lan.stall, cash_as_shown(session, order.id), clock=now)
    with pytest.raises(Conflict), transaction() as session:
        decline_as_shown(session, GUEST, order.id, "Hết hàng", clock=now)
    assert order_row(order.id).ended_reason == "Khách không đến lấy hàng"


def test_only_this_stall_knows_it_and_of_this_buyer_alone(cast: Cast, now: Clock) -> None:
    first = ready(cast, now)
    past(first, now)
    note(first, now)
    again = buy(cast, now(), accepted=False)
    elsewhere = buy(cast, now(), variant=cast.gao_nep, accepted=False, pay=PayChoice.ON_RECEIPT)
    other = replace(MAI, phone=type(MAI.phone)("0900 000 077"), device="another phone")
    strangers = buy(cast, now(), accepted=False, buyer=other)
    assert [known(one) for one in (again, elsewhere, strangers, first)] == [1, 0, 0, 0]
    with transaction() as session:
        session.execute(update(Contact).values(erased_at=now()))
    assert known(again) == 0


def test_a_buyer_who_says_that_they_came_is_not_counted(cast: Cast, now: Clock) -> None:
    order = ready(cast, now)
    with pytest.raises(Conflict):
        was_there(order, now)
    past(order, now)
    note(order, now)
    again = buy(cast, now(), accepted=False)
    assert known(again) == 1
    for _ in range(2):
        was_there(order, now)
    assert known(again) == 0
    told = reading().scalars(select(Notice.business_id).where(Notice.kind == "khach_da_den")).all()
    assert told == [cast.lan.business]


def accept_paid_first(order: Bought, now: Clock) -> None:
    with transaction() as session:
        row = session.get_one(Order, order.id)
        seen = seen_of(facts_to_accept(row, paid_of(session, [order.id], now=now()).get(order.id)))
        answer = actions.Accept(seen=seen, asks_payment=True)
        actions.accept_order(session, GUEST, ref(session, order.id), answer, clock=now)


def test_the_second_time_the_stall_may_ask_to_be_paid_first(cast: Cast, now: Clock) -> None:
    again = buy(cast, now(), accepted=False, pay=PayChoice.ON_RECEIPT)
    with pytest.raises(Refused, match="chưa lần nào"):
        accept_paid_first(again, now)
    assert order_row(again.id).pay_choice is PayChoice.ON_RECEIPT
    first = ready(cast, now)
    past(first, now)
    note(first, now)
    again = buy(cast, now(), accepted=False, pay=PayChoice.ON_RECEIPT)
    accept_paid_first(again, now)
    row = order_row(again.id)
    assert (row.status, row.pay_choice) == (OrderStatus.ACCEPTED, PayChoice.TRANSFER)
    assert reading().scalars(select(Notice.order_id).where(Notice.kind == "xin_tra_truoc")).all() == [again.id]
    assert row.due_at is not None


def test_a_stall_without_an_account_cannot_ask_for_a_transfer(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), variant=cast.gao_nep, accepted=False, pay=PayChoice.ON_RECEIPT)
    with pytest.raises(Refused, match="chưa có tài khoản nhận tiền"):
        accept_paid_first(order, now)


def test_it_is_no_money_of_the_day(cast: Cast, now: Clock) -> None:
    order = ready(cast, now)
    past(order, now)
    before = money_today(reading(), cast.lan.stall, now=now())
    note(order, now)
    assert money_today(reading(), cast.lan.stall, now=now()) == before
