"""Money that comes too late, and money that goes back: never lost, never more than came in."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import GUEST, Actor
from market.base.db import locked, reading, transaction
from market.base.errors import Conflict
from market.catalog.actions.on_hand import Cause, set_on_hand
from market.catalog.models import Variant
from market.orders.rules import OrderStatus, PayChoice
from market.payments import actions
from market.payments.jobs import end_overdue
from market.payments.models import PaymentRequest, Refund
from market.payments.queries import money_today, owed_back
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, order_row
from tests.pages import press
from tests.payments.scenarios.test_paying import MONEY, SPACE, tasks, told
from tests.payments.steps import Bought, assert_sums_hold, buy, count, notice, paid
from tests.services.crowd import crowd


def test_scenario_08_money_after_the_time_revives_nothing_and_the_seller_takes_the_order_up_or_gives_it_back(
    lan: FlaskClient, mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    there, gone = (
        buy(cast, now(), buyer=MAI_HERE, variant=one, pay=PayChoice.TRANSFER) for one in (cast.rau_muong, cast.dau_xanh)
    )
    now.move(hours=3)
    assert end_overdue(now()) == 2
    with transaction() as session:
        beans = locked(session, Variant, Variant.id == cast.dau_xanh)
        set_on_hand(session, beans, 0, Cause(actor=GUEST, at=now()))
    for number, order in enumerate((there, gone), start=1):
        notice(number, order.total, order.code, now())
        assert order_row(order.id).status is OrderStatus.EXPIRED
        assert (order.code, order.total, True) in tasks(order, now)
        assert f"phải trả lại khách {order.total:,}".replace(",", ".") in " ".join(told(order))
    page = f"/ban-hang/rau-ba-lan/don/{there.code}"
    assert f'href="{page}"' in lan.get(MONEY).text, "the task leads to the order"
    assert press(lan, page, f"{page}/nhan-lai").status_code == 303
    assert (order_row(there.id).status, paid(there).owed_back) == (OrderStatus.ACCEPTED, 0)
    assert money_today(reading(), there.stall, now=now()).total == there.total
    assert_sums_hold()


def test_scenario_09_money_after_a_cancellation_leaves_it_cancelled_and_both_are_told_of_what_goes_back(
    mai: FlaskClient, lan: FlaskClient, order: Bought, now: Clock
) -> None:
    assert press(mai, f"/don/{order.code}", f"/don/{order.code}/huy").status_code == 303
    notice(1, 12_000, order.code, now())
    assert order_row(order.id).status is OrderStatus.CANCELLED
    assert tasks(order, now) == [(order.code, 12_000, True)]
    seller, buyer = told(order)[-2:]
    assert seller == f"Đơn {order.code} đã kết thúc mà có tiền vào: phải trả lại khách 12.000{SPACE}₫."
    assert buyer.endswith(f"Người bán sẽ trả lại bạn 12.000{SPACE}₫.")
    assert f"trả lại bạn 12.000{SPACE}₫" in mai.get(f"/don/{order.code}").text
    assert money_today(reading(), order.stall, now=now()).total == 0
    assert_sums_hold()


def test_scenario_28_refunds_in_parts_and_two_at_once_never_exceed_what_came_in(
    app: Flask, order: Bought, cast: Cast, now: Clock
) -> None:
    notice(1, 24_000, order.code, now())
    owed = paid(order).owed_back
    assert owed == 12_000

    def gives_back(key: int) -> bool:
        """A hand with a page of its own, which shows 12.000 as owed, gives 8.000 of it back."""
        new = actions.NewRefund(order_id=order.id, amount=Dong(8_000), client_key=f"hand-{key}", owed=owed)
        try:
            with transaction() as session:
                actions.refund(session, Actor(person_id=cast.lan.person), order.stall, new, clock=now)
        except Conflict:
            return False
        return True

    assert sorted(crowd(app, range(6), gives_back)) == [False] * 5 + [True]
    assert (paid(order).refunded, paid(order).owed_back, count(Refund)) == (8_000, 4_000, 1)
    owed = paid(order).owed_back
    assert not gives_back(7), "nor is more than is left"
    new = actions.NewRefund(order_id=order.id, amount=Dong(4_000), client_key="rest", owed=owed)
    with transaction() as session:
        actions.refund(session, Actor(person_id=cast.lan.person), order.stall, new, clock=now)
    request = reading().scalars(select(PaymentRequest).execution_options(populate_existing=True)).one()
    assert (request.refunded, request.owed_back, request.received) == (12_000, 0, 24_000)
    assert [one.amount for one in owed_back(reading(), order.stall, now=now())] == [0], "open until the buyer has it"
    assert_sums_hold()
