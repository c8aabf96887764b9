"""Goods sold by what they weigh: weighed, then asked for, then paid."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import locked, reading, transaction
from market.base.errors import Conflict, Refused
from market.base.seen import ChangedSince
from market.catalog.models import Reservation, StockMove, Variant
from market.notices.models import Notice
from market.notices.rules import OrderNews
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.weighing import Weighing
from market.orders.models import Order, OrderLine
from market.orders.queries.orders import life_of
from market.orders.rules import Acceptance, OrderStatus, PayChoice
from market.orders.rules.weighing import Weights
from market.payments import actions
from market.payments.jobs import end_overdue
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import (
    MAI,
    accept_as_shown,
    cash_as_shown,
    offer_as_shown,
    order_row,
    ref,
    reply_as_shown,
    stock,
    take_back_as_shown,
    wanted,
    weigh_as_shown,
)
from tests.payments.steps import Bought, assert_sums_hold, buy, confirm_as_shown, notice, paid


@pytest.fixture
def hen(cast: Cast) -> int:
    """Bà Lan sells her beans as if they were hens: 45,000 đồng a kilo, as they weigh, 10 % off at most; 5 kg."""
    with transaction() as session:
        goods = locked(session, Variant, Variant.id == cast.dau_xanh).row
        goods.weighed_within = 10
        return goods.id


def weigh(order: Bought, now: Clock, *weights: int) -> bool:
    with transaction() as session:
        return weigh_as_shown(session, GUEST, order.id, *weights, clock=now)


def reply(order: Bought, now: Clock, *, agrees: bool) -> None:
    with transaction() as session:
        reply_as_shown(session, GUEST, order.id, agrees=agrees, clock=now)


def held(order: Bought) -> int:
    live = (Reservation.order_id == order.id, Reservation.released_at.is_(None))
    return sum(reading().scalars(select(Reservation.amount).where(*live)))


def told(order: Bought, kind: OrderNews) -> list[str]:
    return list(reading().scalars(select(Notice.sentence).where(Notice.order_id == order.id, Notice.kind == kind)))


def test_what_a_buyer_reads_before_ordering() -> None:
    weights = Weights(amount=1500, percent=10, price=Dong(150_000))
    assert weights.words.replace("\u00a0", " ") == (
        "khoảng 1,5 kg, thực cân 1,35–1,65 kg, tiền từ 202.500 ₫ đến 247.500 ₫"
    )
    odd = Weights(amount=130, percent=5, price=Dong(1000))
    assert (odd.least, odd.most) == (130, 130), "the scale's own step, never beyond what was told"
    assert not weights.hold(1340)
    assert weights.hold(1350)
    assert weights.hold(1650)
    assert not weights.hold(1660)


def test_it_is_weighed_then_asked_then_paid(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500)
    row = order_row(order.id)
    assert (row.to_weigh, row.acceptance) == (1, None), "nobody is made to hurry for what cannot be paid"
    life = life_of(row, now=now())
    assert life.waits_for_scale
    assert not life.can_hand_over
    with pytest.raises(Refused, match="chờ cân hàng"), transaction() as session:
        actions.say_paid(session, GUEST, order.id, clock=now)
    with pytest.raises(Refused, match="Cân hàng trước"), transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    assert weigh(order, now, 1430) is False
    row = order_row(order.id)
    assert (row.to_weigh, row.total, row.acceptance) == (0, Dong(64_350), Acceptance.UNKNOWN)
    assert paid(order).asked == row.total
    assert held(order) == 1430
    (sentence,) = told(order, OrderNews.WEIGHED)
    assert "1,43\u00a0kg" in sentence
    assert "64.350" in sentence
    notice(1, 64_350, order.code, now())
    assert paid(order).remaining == 0
    assert order_row(order.id).due_at is None
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
        new = actions.HandOver(order_id=order.id, shown=None, cash_taken=False)
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert stock(hen) == (5000 - 1430, 0)
    lines = reading().scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
    assert [(line.amount, line.estimate, line.changed_at is None) for line in lines] == [
        (1500, None, False),
        (1430, 1500, True),
    ], "what was ordered is history, what was sold stands"
    assert_sums_hold()


@pytest.mark.parametrize("verb", ["ready", "hand_over"])
def test_nothing_is_packed_or_handed_over_unweighed(cast: Cast, now: Clock, hen: int, verb: str) -> None:
    order = buy(cast, now(), variant=hen, amount=1500, pay=PayChoice.ON_RECEIPT)
    with pytest.raises(Conflict, match="Cân hàng trước"), transaction() as session:
        if verb == "ready":
            actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
        else:
            actions.hand_over(session, GUEST, order.stall, cash_as_shown(session, order.id), clock=now)


def test_cash_at_hand_over_is_for_what_it_weighs_then(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500, pay=PayChoice.ON_RECEIPT)
    weigh(order, now, 1500)
    with transaction() as session:
        actions.hand_over(session, GUEST, order.stall, cash_as_shown(session, order.id), clock=now)
    assert paid(order).received == order.total
    (line,) = order_row(order.id).lines
    assert (line.amount, line.estimate) == (1500, 1500), "as heavy as ordered is weighed too"


def test_further_off_the_buyer_is_asked_and_takes_it(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500)
    assert weigh(order, now, 2100) is True
    assert weigh(order, now, 2100) is True, "a second tap asks nobody again"
    row = order_row(order.id)
    assert (row.due_at, row.to_weigh, row.changes, held(order)) == (None, 1, 1, 2100)
    assert len(told(order, OrderNews.WEIGHED_OTHERWISE)) == 1
    reply(order, now, agrees=True)
    row = order_row(order.id)
    assert (row.to_weigh, row.total, row.lines[0].estimate) == (0, Dong(94_500), 1500)
    assert paid(order).asked == 94_500
    assert row.due_at is not None


def test_further_off_and_not_taken_the_line_goes(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500)
    weigh(order, now, 1000)
    reply(order, now, agrees=False)
    assert order_row(order.id).status is OrderStatus.DECLINED
    assert stock(hen) == (5000, 0)


def test_one_within_and_one_off_are_asked_about_alone(cast: Cast, now: Clock, hen: int) -> None:
    with transaction() as session:
        other = locked(session, Variant, Variant.id == cast.rau_muong).row
        other.unit, other.weighed_within = "kg", 10
    first = wanted(hen, 1500)
    second = wanted(cast.rau_muong, 1000)
    both = replace(first, lines=(*first.lines, *second.lines))
    new = PlacePurchase(commune_id=cast.commune, client_key="two", buyer=MAI, orders=(both,))
    with transaction() as session:
        (order_id,) = actions.check_out(session, GUEST, new, clock=now).order_ids
        accept_as_shown(session, GUEST, order_id, clock=now)
    order = Bought(id=order_id, code="", total=0, stall=cast.lan.stall)
    assert weigh(order, now, 1550, 700) is True
    row = order_row(order_id)
    assert (row.to_weigh, row.goods_total) == (1, Dong(69_750 + 12_000))
    reply(order, now, agrees=False)
    assert [(line.amount, line.estimate) for line in order_row(order_id).lines] == [(1550, 1500)]
    assert paid(order).asked == 69_750


def test_the_last_one_on_the_scale_is_sold_as_heavy_as_it_is(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=5000)
    with transaction() as session:
        locked(session, Variant, Variant.id == hen).row.is_sold_out = True
    weigh(order, now, 5400)
    assert stock(hen) == (5400, 5400)
    moves = reading().execute(select(StockMove.delta, StockMove.order_id).where(StockMove.variant_id == hen)).all()
    assert (400, order.id) in [tuple(one) for one in moves]


def test_a_slip_is_put_right_until_it_is_paid(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500)
    with pytest.raises(Refused, match="xem lại dấu phẩy"):
        weigh(order, now, 14_300)
    with pytest.raises(Refused, match="mời điền số kg"):
        weigh(order, now)
    weigh(order, now, 1400)
    weigh(order, now, 1430)
    assert paid(order).asked == 64_350
    assert [line.estimate for line in order_row(order.id).lines] == [1500]
    notice(1, 30_000, order.code, now())
    with pytest.raises(Refused, match="không cân lại được"):
        weigh(order, now, 1400)


def test_money_that_came_before_it_was_weighed_counts(cast: Cast, now: Clock, hen: int) -> None:
    """Nobody was asked for it: what is short is asked for, what is over owed back."""
    short, over = (buy(cast, now(), variant=hen, amount=1500) for _ in range(2))
    notice(1, 67_500, short.code, now())
    notice(2, 67_500, over.code, now())
    weigh(short, now, 1600)
    weigh(over, now, 1400)
    assert (paid(short).remaining, paid(short).owed_back) == (4_500, 0)
    assert (paid(over).remaining, paid(over).owed_back) == (0, 4_500)
    assert order_row(short.id).due_at is None, "more than half is in: no clock ends it"
    assert_sums_hold()


def test_what_the_stall_never_weighs_ends_by_its_clock(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500)
    now.at = order_row(order.id).due_at or now()
    with pytest.raises(Conflict, match="không còn ở bước cân hàng"):
        weigh(order, now, 1500)
    end_overdue(now())
    assert order_row(order.id).ended_reason == "Gian hàng chưa cân kịp giờ"
    assert stock(hen) == (5000, 0)


def test_taken_back_it_is_weighed_again(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500)
    weigh(order, now, 2100)
    with transaction() as session:
        take_back_as_shown(session, GUEST, order.id, clock=now)
    assert (order_row(order.id).to_weigh, held(order)) == (1, 1500)
    with transaction() as session:
        offer_as_shown(session, GUEST, order.id, 1000, clock=now)
    with pytest.raises(Conflict, match="chờ khách trả lời"):
        weigh(order, now, 1500)


def test_a_weight_rests_on_what_the_page_showed(cast: Cast, now: Clock, hen: int) -> None:
    order = buy(cast, now(), variant=hen, amount=1500)
    (line,) = order_row(order.id).lines
    with pytest.raises(ChangedSince), transaction() as session:
        new = Weighing(seen="another page", weights={line.id: 1500})
        actions.weigh_order(session, GUEST, ref(session, order.id), new, clock=now)


def test_another_tolerance_than_was_shown_places_nothing(cast: Cast, now: Clock, hen: int) -> None:
    order = wanted(hen, 1500)
    with transaction() as session:
        locked(session, Variant, Variant.id == hen).row.weighed_within = 20
    new = PlacePurchase(commune_id=cast.commune, client_key="seen", buyer=MAI, orders=(order,))
    with pytest.raises(Conflict, match="lệch nhiều nhất 20"), transaction() as session:
        actions.check_out(session, GUEST, new, clock=now)
    assert reading().scalar(select(Order.id)) is None
