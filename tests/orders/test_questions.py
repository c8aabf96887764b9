"""What is asked about orders: whose they are, what waits, what is over, in which order, at the very border of time."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.notices.models import Notice
from market.orders.models import Contact, Order
from market.orders.queries import orders
from market.orders.queries.orders import OrderViewer
from market.orders.queries.still import OpenPages, open_orders, orders_to_pack
from market.orders.rules import OrderStatus, Recipient, answer_deadline, notice_key, reminder_kind
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import NIGHT, place, wanted

TICK = timedelta(microseconds=1)
Another = Callable[..., int]


@pytest.fixture
def another(app: Flask, cast: Cast, now: Clock) -> Another:
    """Enters an order of bà Lan's like one just placed, but for the fields given; its id."""
    first = place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]
    columns = [column.key for column in Order.__table__.columns if column.key not in ("id", "code")]
    values = {name: getattr(reading().get_one(Order, first), name) for name in columns}
    with transaction() as session:
        over = {"status": OrderStatus.CANCELLED, "ended_at": now(), "due_at": now() - timedelta(days=9)}
        session.execute(update(Order).where(Order.id == first).values(**over, stall_id=cast.tu.stall))

    def enter(**fields: object) -> int:
        enter.entered += 1
        with transaction() as session:
            order = Order(code=f"DS{enter.entered:07d}", **(values | fields))
            session.add(order)
            session.flush()
            return order.id

    enter.entered = 0
    return enter


def ids(found: list[Order]) -> list[int]:
    return [order.id for order in found]


def test_what_waits_for_its_answer_is_told_most_pressing_first(cast: Cast, now: Clock, another: Another) -> None:
    hour = timedelta(hours=1)
    later, sooner, as_soon, paid, last = (
        another(due_at=due) for due in (now() + 2 * hour, now() + hour, now() + hour, None, now() + TICK)
    )
    another(due_at=now())
    another(due_at=None, status=OrderStatus.ACCEPTED)
    another(stall_id=cast.htx.stall)
    session, stall = reading(), cast.lan.stall
    assert ids(open_orders(session, stall, OpenPages(size=9), now=now()).to_answer.rows) == [
        paid,
        last,
        sooner,
        as_soon,
        later,
    ]


def test_what_is_in_hand_is_told_oldest_first_until_its_hold_is_over(cast: Cast, now: Clock, another: Another) -> None:
    ready = another(status=OrderStatus.READY, due_at=None)
    held, kept = (another(status=OrderStatus.ACCEPTED, due_at=due) for due in (now() + TICK, None))
    lapsed = another(status=OrderStatus.ACCEPTED, due_at=now())
    another(status=OrderStatus.READY, stall_id=cast.htx.stall)
    waiting = another()
    unanswered = another(due_at=now())
    session, stall = reading(), cast.lan.stall
    assert ids(open_orders(session, stall, OpenPages(size=9), now=now()).in_hand.rows) == [ready, held, kept]
    one_by_one = [open_orders(session, stall, OpenPages(size=1, in_hand=page), now=now()) for page in (1, 2, 3)]
    assert [ids(one.in_hand.rows) for one in one_by_one] == [[ready], [held], [kept]]
    assert [ids(one.to_answer.rows) for one in one_by_one] == [[waiting]] * 3, "each list is turned by itself"
    assert ids(orders.orders_over(session, stall, now=now(), page=1).rows) == [unanswered, lapsed]
    assert ids(open_orders(session, stall, OpenPages(size=9), now=now()).to_answer.rows) == [waiting]


def test_what_is_to_be_packed_is_told_in_rounds_what_presses_first(cast: Cast, now: Clock, another: Another) -> None:
    late, soon = (another(status=OrderStatus.ACCEPTED, due_at=now() + timedelta(hours=hours)) for hours in (5, 2))
    paid = another(status=OrderStatus.ACCEPTED, due_at=None)
    ready = another(status=OrderStatus.READY, due_at=None)
    another(status=OrderStatus.READY, due_at=None, buyer_confirmed_at=now())
    another(status=OrderStatus.ACCEPTED, due_at=now())
    another(stall_id=cast.htx.stall, status=OrderStatus.READY, due_at=None)
    another()
    session, stall = reading(), cast.lan.stall
    rounds = [orders_to_pack(session, stall, page=page, size=3, now=now()) for page in (1, 2, 7)]
    assert [ids(one.rows) for one in rounds] == [[paid, ready, soon], [late], [late]]
    assert [(one.total, one.page, one.pages) for one in rounds] == [(4, 1, 2), (4, 2, 2), (4, 2, 2)]


def test_what_is_over_is_told_thirty_a_page_newest_first(cast: Cast, now: Clock, another: Another) -> None:
    session, stall = reading(), cast.lan.stall
    assert not orders.orders_over(session, stall, now=now(), page=1).has_next
    entered = [another(status=OrderStatus.DECLINED) for _ in range(31)]
    first, second = (orders.orders_over(session, stall, now=now(), page=page) for page in (1, 2))
    assert (ids(first.rows), ids(second.rows)) == (entered[:0:-1], entered[:1])
    assert (first.has_next, second.has_next, second.number) == (True, False, 2)
    with transaction() as writing:
        writing.execute(update(Order).where(Order.id == entered[0]).values(stall_id=cast.htx.stall))
    assert not orders.orders_over(session, stall, now=now(), page=1).has_next
    mine = OrderViewer(device="mai-phone", person_id=None)
    newest, older = (orders.orders_of_buyer(session, cast.commune, mine, page=page) for page in (1, 2))
    assert (ids(newest.rows), newest.has_next) == (entered[:0:-1], True)
    assert (older.rows[0].id, older.has_next) == (entered[0], False), "what was bought long ago is found too"


def test_who_has_waited_longest_is_told_first(cast: Cast, now: Clock, another: Another) -> None:
    second, third, first = (another(placed_at=now() - timedelta(hours=hours)) for hours in (2, 2, 3))
    another(status=OrderStatus.ACCEPTED)
    another(business_id=cast.htx.business, stall_id=cast.htx.stall)
    found = orders.unanswered_orders(reading(), [cast.lan.business], now=now())
    codes = [reading().get_one(Order, order_id).code for order_id in (first, second, third)]
    assert [one.code for one in found] == codes


def test_what_is_overdue_is_ended_the_longest_overdue_first(cast: Cast, now: Clock, another: Another) -> None:
    late, long_ago = another(due_at=now() - TICK), another(due_at=now() - 2 * TICK, status=OrderStatus.ACCEPTED)
    at_once = another(due_at=now())
    for status in (OrderStatus.READY, OrderStatus.EXPIRED):
        another(due_at=now() - TICK, status=status)
    another(due_at=now() + TICK)
    another(due_at=None)
    assert orders.overdue_orders(reading(), now()) == [long_ago, late, at_once]
    assert orders.overdue_orders(reading(), now(), limit=1) == [long_ago]


def test_a_paid_order_is_asked_about_from_its_deadline_on_once_a_day(cast: Cast, now: Clock, another: Another) -> None:
    deadline = answer_deadline(now(), NIGHT)
    late, other = another(due_at=None), another(due_at=None)
    another(due_at=None, status=OrderStatus.ACCEPTED)
    another(due_at=deadline - TICK)
    assert orders.paid_and_unanswered(reading(), deadline - TICK) == []
    assert orders.paid_and_unanswered(reading(), deadline) == [late, other]
    assert orders.paid_and_unanswered(reading(), deadline, limit=1) == [late]
    key = notice_key("order", late, Recipient.SELLER, reminder_kind(local_day(deadline)))
    with transaction() as session:
        said = {"kind": "cho_tra_loi", "sentence": "Mời trả lời.", "created_at": deadline}
        session.add(Notice(commune_id=cast.commune, dedupe_key=key, **said))
    assert orders.paid_and_unanswered(reading(), deadline) == [other]
    assert orders.paid_and_unanswered(reading(), deadline + timedelta(days=1)) == [late, other]


def test_an_order_or_a_receipt_is_found_in_its_own_commune_and_stall_alone(cast: Cast, now: Clock) -> None:
    placed = place(cast.commune, wanted(cast.gao_nep), wanted(cast.rau_muong), now=now())
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test").id
    session = reading()
    htx_s, lan_s = (session.get_one(Order, order_id).code for order_id in placed.order_ids)
    assert orders.order_of_stall(session, cast.lan.stall, lan_s).id == placed.order_ids[1]
    assert orders.order_with_code(session, cast.commune, htx_s).id == placed.order_ids[0]
    receipt = orders.receipt_with_code(session, cast.commune, placed.code, now=now())
    assert [(one.code, one.line_count) for one in receipt.orders] == [(htx_s, 1), (lan_s, 1)]
    assert receipt.total == 44_000
    for look in (
        lambda: orders.order_of_stall(session, cast.htx.stall, lan_s),
        lambda: orders.order_with_code(session, far, lan_s),
        lambda: orders.receipt_with_code(session, far, placed.code, now=now()),
    ):
        with pytest.raises(NotFound):
            look()


@pytest.mark.parametrize(
    ("device", "person_id", "is_owner"),
    [("a", None, True), ("a", 7, True), ("a", 8, False), ("b", 7, True), ("b", 8, False), ("b", None, False)],
)
def test_a_purchase_is_its_phone_s_and_its_person_s(device: str, person_id: int | None, is_owner: bool) -> None:
    viewer = OrderViewer(device="a", person_id=7)
    assert viewer.owns(Contact(device=device, person_id=person_id)) is is_owner


def test_a_phone_that_nobody_is_signed_in_on_opens_what_was_ordered_on_it_until_it_forgets(now: Clock) -> None:
    viewer = OrderViewer(device="a", person_id=None)
    assert viewer.owns(Contact(device="a", person_id=8))
    assert not viewer.owns(Contact(device="a", person_id=8, device_forgotten_at=now()))
    assert not viewer.owns(Contact(device="a", person_id=None, device_forgotten_at=now()))


def test_a_guest_on_another_phone_owns_no_other_guest_s_purchase() -> None:
    assert not OrderViewer(device="a", person_id=None).owns(Contact(device=None, person_id=None))


def test_a_line_said_to_be_over_by_time_is_so_on_the_receipt(cast: Cast, now: Clock) -> None:
    placed = place(cast.commune, wanted(cast.gao_nep), now=now())
    due: datetime = answer_deadline(now(), NIGHT)
    for at, status in ((due - TICK, OrderStatus.PLACED), (due, OrderStatus.EXPIRED)):
        [order] = orders.receipt_with_code(reading(), cast.commune, placed.code, now=at).orders
        assert order.life.status is status
