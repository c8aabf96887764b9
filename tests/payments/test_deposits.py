"""Đặt cọc: what strangers pay before goods are kept, and who has it in the end."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.db import locked, reading, transaction
from market.base.errors import Conflict, Refused
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.notices.models import Notice
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.no_show import NoShow
from market.orders.models import Order
from market.orders.rules import Acceptance, OrderStatus, PayChoice
from market.orders.rules.deposits import TERMS, Deposit, DepositAsked
from market.payments import actions
from market.payments.jobs import end_overdue
from market.payments.models import PaymentRequest
from market.payments.queries import facts_to_decline, paid_of
from market.places.models import Commune, DatedFact
from market.places.rules.modes import CommuneMode
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import (
    MAI,
    accept_as_shown,
    cash_as_shown,
    decline_as_shown,
    order_row,
    ref,
    stock,
    wanted,
)
from tests.payments.steps import Bought, assert_sums_hold, buy, confirm_as_shown, notice, paid, undo_as_shown


@pytest.fixture(autouse=True)
def asking(cast: Cast) -> None:
    """Bà Lan asks 30 % of strangers, from 50,000 đồng on."""
    with transaction() as session:
        stall = locked(session, Stall, Stall.id == cast.lan.stall).row
        stall.deposit_percent, stall.deposit_from = 30, Dong(50_000)


def order_with(
    cast: Cast, now: Clock, shown: Deposit | None, *, pay: PayChoice = PayChoice.ON_RECEIPT, accepted: bool = True
) -> Bought:
    """Two kilos of beans, 90,000 đồng, to be fetched at the pickup point, with the deposit that was shown."""
    order = replace(wanted(cast.dau_xanh, 2000, pay=pay, point=cast.pickup), deposit=shown)
    new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=MAI, orders=(order,))
    with transaction() as session:
        (order_id,) = actions.check_out(session, GUEST, new, clock=now).order_ids
        if accepted:
            accept_as_shown(session, GUEST, order_id, clock=now)
            actions.see_acceptance(session, GUEST, order_id, clock=now)
    row = order_row(order_id)
    return Bought(id=order_id, code=row.code, total=int(row.total), stall=row.stall_id)


WHOLE = Deposit(amount=Dong(27_000), kept=Dong(27_000))


def asked(cast: Cast, now: Clock) -> Bought:
    return order_with(cast, now, WHOLE)


def nobody_came(session: Session, order: Bought, now: Clock) -> None:
    seen = seen_of(
        facts_to_decline(session.get_one(Order, order.id), paid_of(session, [order.id], now=now()).get(order.id))
    )
    answer = NoShow(seen=seen, spoiled=frozenset())
    actions.note_no_show(session, Actor(), ref(session, order.id), answer, clock=now)


def ready_and_past(order: Bought, now: Clock) -> None:
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    now.at = order_row(order.id).fetch_by or now()
    with transaction() as session:
        nobody_came(session, order, now)


def told(order: Bought, kind: str) -> list[str]:
    return list(reading().scalars(select(Notice.sentence).where(Notice.order_id == order.id, Notice.kind == kind)))


@pytest.mark.parametrize(
    ("total", "percent", "amount"), [(90_000, 30, 27_000), (51_666, 30, 15_000), (3_000, 10, 1_000), (1_000, 50, 1_000)]
)
def test_a_deposit_is_whole_thousands(total: int, percent: int, amount: int) -> None:
    rule = DepositAsked(percent=percent, least=Dong(0), takes_transfer=True)
    found = rule.of(Dong(total), PayChoice.ON_RECEIPT, bought_here=0, kept_percent=50)
    assert found == Deposit(amount=Dong(amount), kept=Dong(amount // 2))


def test_who_is_asked_for_none() -> None:
    rule = DepositAsked(percent=30, least=Dong(50_000), takes_transfer=True)
    for_free = [
        rule.of(Dong(49_000), PayChoice.ON_RECEIPT, bought_here=0, kept_percent=100),
        rule.of(Dong(90_000), PayChoice.TRANSFER, bought_here=0, kept_percent=100),
        rule.of(Dong(90_000), PayChoice.ON_RECEIPT, bought_here=1, kept_percent=100),
        replace(rule, takes_transfer=False).of(Dong(90_000), PayChoice.ON_RECEIPT, bought_here=0, kept_percent=100),
    ]
    assert for_free == [None] * 4


def test_a_deposit_keeps_the_goods_and_the_rest_is_paid_at_hand_over(cast: Cast, now: Clock) -> None:
    order = asked(cast, now)
    row = order_row(order.id)
    assert (row.deposit, row.deposit_kept, row.deposit_terms) == (27_000, 27_000, TERMS)
    assert (row.acceptance, paid(order).due, paid(order).remaining) == (Acceptance.SEEN, 27_000, 90_000)
    assert "tiền cọc 27.000" in told(order, "da_nhan")[0]
    notice(1, 27_000, order.code, now())
    assert (order_row(order.id).due_at, paid(order).due) == (None, 63_000)
    assert "Đã nhận tiền cọc" in paid(order).words
    assert any("Đã nhận tiền cọc" in one and "THIẾU" not in one for one in told(order, "tien_vao"))
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
        actions.hand_over(session, GUEST, order.stall, cash_as_shown(session, order.id), clock=now)
    assert (paid(order).received, paid(order).owed_back) == (90_000, 0)
    assert_sums_hold()


def test_a_short_deposit_asks_for_what_is_wanting_of_it(cast: Cast, now: Clock) -> None:
    order = asked(cast, now)
    notice(1, 20_000, order.code, now())
    assert (paid(order).due, paid(order).keeps_order) == (7_000, False)
    assert order_row(order.id).due_at is not None


def test_without_its_deposit_the_order_ends_as_an_unpaid_transfer(cast: Cast, now: Clock) -> None:
    order = asked(cast, now)
    notice(1, 20_000, order.code, now())
    now.at = order_row(order.id).due_at or now()
    end_overdue(now())
    row = order_row(order.id)
    assert (row.status, row.ended_reason) == (OrderStatus.EXPIRED, "Hết giờ giữ hàng, chưa thấy đủ tiền cọc")
    assert (paid(order).owed_back, paid(order).kept, stock(cast.dau_xanh)) == (20_000, 0, (5000, 0))


def test_a_deposit_taken_off_again_has_its_clock_again(cast: Cast, now: Clock) -> None:
    order = asked(cast, now)
    with transaction() as session:
        allocation = confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    assert order_row(order.id).due_at is None
    with transaction() as session:
        undo_as_shown(session, GUEST, order.stall, allocation, clock=now)
    assert order_row(order.id).due_at is not None


@pytest.mark.parametrize(("came", "kept"), [(27_000, 27_000), (90_000, 27_000), (0, 0)])
def test_nobody_came_and_the_stall_keeps_what_the_terms_leave_it(cast: Cast, now: Clock, came: int, kept: int) -> None:
    order = asked(cast, now)
    if came:
        notice(1, came, order.code, now())
    ready_and_past(order, now)
    assert (paid(order).kept, paid(order).owed_back) == (kept, came - kept)
    assert len(told(order, "giu_coc")) == (2 if kept else 0)
    assert_sums_hold()


def test_of_what_is_kept_no_more_is_kept_than_came_in(cast: Cast, now: Clock) -> None:
    order = asked(cast, now)
    credit = notice(1, 27_000, order.code, now())
    ready_and_past(order, now)
    request = reading().scalars(select(PaymentRequest).where(PaymentRequest.order_id == order.id)).one()
    refund = actions.NewRefund(order_id=order.id, amount=Dong(1000), client_key="more", owed=Dong(0))
    with pytest.raises(Conflict), transaction() as session:
        actions.refund(session, GUEST, order.stall, refund, clock=now)
    late = notice(2, 10_000, order.code, now())
    assert (credit != late, paid(order).kept, request.kept) == (True, 27_000, 27_000)


def test_a_commune_may_leave_the_stall_half_of_it(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        whose = {"commune_id": cast.commune, "key": "deposit.kept_percent", "source": "x"}
        session.add(DatedFact(**whose, value="50", valid_from=local_day(now())))
    with pytest.raises(Conflict, match="xin đặt cọc 27.000"):
        order_with(cast, now, WHOLE)
    order = order_with(cast, now, replace(WHOLE, kept=Dong(13_500)))
    notice(1, 27_000, order.code, now())
    with transaction() as session:  # what it froze stands, whatever is said since
        session.execute(update(DatedFact).values(value="100").where(DatedFact.key == "deposit.kept_percent"))
    ready_and_past(order, now)
    assert (paid(order).kept, paid(order).owed_back) == (13_500, 13_500)


def test_a_stall_that_cannot_deliver_returns_it_whole(cast: Cast, now: Clock) -> None:
    order = asked(cast, now)
    notice(1, 27_000, order.code, now())
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
        decline_as_shown(session, GUEST, order.id, "Hỏng xe", clock=now)
    assert (paid(order).kept, paid(order).owed_back) == (0, 27_000)


def test_who_calls_it_off_before_it_is_packed_has_it_back_whole(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        locked(session, Stall, Stall.id == cast.lan.stall).row.deposit_percent = 50
    order = order_with(cast, now, Deposit(amount=Dong(45_000), kept=Dong(45_000)))
    notice(1, 45_000, order.code, now())
    with transaction() as session:
        actions.cancel_order(session, GUEST, order.id, clock=now)
    assert (order_row(order.id).status, paid(order).owed_back) == (OrderStatus.CANCELLED, 45_000)
    rest = order_with(cast, now, Deposit(amount=Dong(45_000), kept=Dong(45_000)))
    notice(2, 46_000, rest.code, now())
    with pytest.raises(Refused, match="đã có tiền vào"), transaction() as session:
        actions.cancel_order(session, GUEST, rest.id, clock=now)


def test_who_had_something_from_the_stall_pays_none(cast: Cast, now: Clock) -> None:
    first = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    with transaction() as session:
        actions.hand_over(session, GUEST, first.stall, cash_as_shown(session, first.id), clock=now)
    with pytest.raises(Conflict, match="thôi xin đặt cọc"):
        asked(cast, now)
    assert order_row(order_with(cast, now, None).id).deposit == 0


def test_a_deposit_that_was_not_shown_places_nothing(cast: Cast, now: Clock) -> None:
    with pytest.raises(Conflict, match="xin đặt cọc 27.000"):
        order_with(cast, now, None)
    assert reading().scalar(select(Order.id)) is None


def test_where_the_market_matches_no_money_the_seller_alone_says_that_it_came(cast: Cast, now: Clock) -> None:
    order = asked(cast, now)
    with transaction() as session:
        session.get_one(Commune, cast.commune).mode = CommuneMode.ORDERING
    notice(1, 27_000, order.code, now())
    assert paid(order).received == 0
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    assert (paid(order).received, order_row(order.id).due_at) == (27_000, None)
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    assert paid(order).received == 90_000
