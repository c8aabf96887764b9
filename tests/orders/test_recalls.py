"""A recalled lot reaches those who bought of it: their order, their receipt, a notice; and its seller, who calls."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.notices.models import Notice
from market.orders.actions.recalling import recall_lot
from market.orders.models import Order, OrderLine, Purchase
from market.orders.queries.recalls import bad_goods_of, bad_goods_of_purchase, buyers_of_lot, count_buyers
from market.orders.rules import OrderStatus
from market.trace.models import Lot
from market.trace.queries import facts_to_recall
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import place, wanted
from tests.trace import steps


def order(cast: Cast, now: Clock, *variants: int) -> int:
    placed = place(cast.commune, *(wanted(one) for one in variants), now=now())
    with transaction() as session:
        by_stall = {one.stall_id: one.id for one in map(lambda one: session.get_one(Order, one), placed.order_ids)}
    return by_stall[cast.htx.stall]


def recall(cast: Cast, code: str, now: Clock) -> int:
    which = steps.ref(cast, steps.lot(cast, code).id)
    with transaction() as session:
        seen = seen_of(facts_to_recall(session.get_one(Lot, which.lot_id)))
        actor = Actor(person_id=cast.htx.person)
        return recall_lot(session, actor, which, "Phát hiện mọt", seen=seen, clock=now)


def ends(session: Session, order_id: int, status: OrderStatus, now: Clock) -> None:
    with transaction() as writing:
        row = writing.get_one(Order, order_id)
        row.status = status
        if status is OrderStatus.DELIVERED:
            row.completed_at, row.completed_on = now(), now().date()
        else:
            row.ended_at = now()


def test_a_lot_sold_in_one_order_and_recalled_is_told_on_both_sides(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    bought = order(cast, now, cast.gao_nep, cast.dau_xanh)
    assert recall(cast, code, now) == 1
    [told] = bad_goods_of(session, [bought], now=now())[bought]
    assert (told.lot_code, told.is_named, told.reason) == (code, True, "Phát hiện mọt")
    row = session.get_one(Order, bought)
    assert list(bad_goods_of_purchase(session, row.purchase_id, now=now())) == [row.code]
    notices = session.scalars(select(Notice).where(Notice.kind == "thu_hoi"))
    buyer, seller = sorted(notices, key=lambda one: one.order_id is None)
    assert buyer.order_id == bought
    assert f"trong đơn {row.code} thuộc lô {code} đã thu hồi: Phát hiện mọt" in buyer.sentence
    assert seller.business_id == cast.htx.business
    assert "Có 1 đơn" in seller.sentence
    assert recall(cast, code, now) == 0
    session.rollback()
    assert len(session.scalars(select(Notice).where(Notice.kind == "thu_hoi")).all()) == 2


def test_what_ended_without_goods_is_nobody_s_to_call(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    for status in (OrderStatus.DECLINED, OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        ends(session, order(cast, now, cast.gao_nep), status, now)
    handed = order(cast, now, cast.gao_nep)
    ends(session, handed, OrderStatus.DELIVERED, now)
    assert recall(cast, code, now) == 1
    lot = steps.lot(cast, code)
    [buyer] = buyers_of_lot(session, lot, page=1).rows
    assert (buyer.order_id, buyer.is_named, buyer.name, buyer.amount) == (handed, True, "Vũ Thị Mai", 1000)
    assert count_buyers(session, lot) == 1


def test_where_no_lot_was_named_no_more_is_said_than_is_known(cast: Cast, now: Clock, session: Session) -> None:
    """Handed over before the rice was cut: surely not of it. Handed over after, still waiting: perhaps."""
    long_ago, since, waiting = (order(cast, now, cast.gao_nep) for _ in range(3))
    ends(session, since, OrderStatus.DELIVERED, now)
    with transaction() as writing:
        old = writing.get_one(Order, long_ago)
        old.status, old.completed_at = OrderStatus.DELIVERED, now() - timedelta(days=60)
        old.completed_on = old.completed_at.date()
    code = steps.sealed_lot(cast, now())
    named = order(cast, now, cast.gao_nep)
    now.move(minutes=1)
    assert recall(cast, code, now) == 3
    found = bad_goods_of(session, [long_ago, since, waiting, named], now=now())
    told = {order_id: [one.is_named for one in of_it] for order_id, of_it in found.items()}
    assert told == {since: [False], waiting: [False], named: [True]}
    rows = buyers_of_lot(session, steps.lot(cast, code), page=1).rows
    assert [(one.order_id, one.is_named) for one in rows] == [(named, True), (waiting, False), (since, False)]


def test_what_is_bought_after_the_recall_or_of_another_lot_is_not_of_it(
    cast: Cast, now: Clock, session: Session
) -> None:
    code = steps.sealed_lot(cast, now())
    other = steps.sealed_lot(cast, now())
    of_other = order(cast, now, cast.gao_nep)
    assert session.scalar(select(Lot.code).join(OrderLine).where(OrderLine.order_id == of_other)) == other
    now.move(minutes=1)
    assert recall(cast, code, now) == 0
    later = order(cast, now, cast.gao_nep)
    assert bad_goods_of(session, [of_other, later], now=now()) == {}


def test_a_lot_past_its_date_is_told_of_what_was_not_handed_over_yet(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    waiting, handed = order(cast, now, cast.gao_nep), order(cast, now, cast.gao_nep)
    ends(session, handed, OrderStatus.DELIVERED, now)
    with transaction() as writing:
        writing.get_one(Lot, steps.lot(cast, code).id).best_before = now().date()
    assert bad_goods_of(session, [waiting, handed], now=now()) == {}
    now.move(days=1)
    found = bad_goods_of(session, [waiting, handed], now=now())
    assert [(one.lot_code, one.reason) for one in found.pop(waiting)] == [(code, None)]
    assert found == {}


def test_another_stall_s_orders_are_never_its_buyers(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    placed = place(cast.commune, wanted(cast.dau_xanh), now=now())
    assert recall(cast, code, now) == 0
    assert session.get_one(Purchase, placed.purchase_id) is not None
    assert buyers_of_lot(session, steps.lot(cast, code), page=1).rows == []
