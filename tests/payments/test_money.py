"""Money and orders: what pays by itself, what waits for a person, what is taken off again."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from market.base.audit import GUEST, Actor, Event
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import seen_of
from market.notices.models import Notice
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.transitions import Decline
from market.orders.queries.keys import hand_over_key
from market.orders.rules import OrderStatus, PayChoice, hold_deadline
from market.payments import actions
from market.payments.actions.allocations import Source, add_allocation, allocate_by_seller
from market.payments.actions.locking import lock_order_of_stall
from market.payments.jobs import begin_changes
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.queries import (
    came_in_lately,
    facts_to_decline,
    money_today,
    paid_of,
    payment_of,
    payments_owed,
    unmatched,
)
from market.payments.rules.matching import Likeness, Unmatched
from market.payments.rules.status import PaidStatus
from market.places.rules.modes import CommuneMode
from market.sellers.actions import NewBankAccount
from market.values.money import Dong
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, NIGHT, cash_as_shown, order_row, wanted
from tests.payments.steps import (
    Bought,
    allocate_as_shown,
    assert_sums_hold,
    buy,
    confirm_as_shown,
    count,
    credit,
    dismiss_as_shown,
    notice,
    paid,
    undo_as_shown,
)
from tests.queries import counting
from tests.sellers import shown
from tests.sellers.changing import save_account


def told() -> tuple[list[str], list[str]]:
    """What sellers and buyers were told about money, in order."""
    rows = reading().scalars(select(Notice).where(Notice.kind == "tien_vao").order_by(Notice.id)).all()
    sellers = [row.sentence for row in rows if row.business_id]
    return sellers, [row.sentence for row in rows if not row.business_id]


def test_every_order_of_a_check_out_asks_for_its_total_at_the_account_of_that_moment(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    asked = paid(order)
    assert (asked.asked, asked.received, asked.status) == (12_000, 0, PaidStatus.UNPAID)
    assert asked.to is not None
    assert (asked.to.number, asked.to.holder, asked.to.has_feed) == ("0071000888888", "PHAM THI LAN", True)
    cash = buy(cast, now(), pay=PayChoice.ON_RECEIPT, variant=cast.gao_nep)
    assert paid(cash).to is None
    assert payment_of(reading(), 999_999, now=now()) is None


def test_an_order_that_asks_for_nothing_takes_no_money(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    with transaction() as session:
        session.execute(delete(PaymentRequest).where(PaymentRequest.order_id == order.id))
    with pytest.raises(NotFound, match="không phải trả tiền"), transaction() as session:
        actions.confirm_received(session, GUEST, order.stall, order.id, seen="", clock=now)


def test_the_right_code_on_the_right_account_pays_the_order(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, f"MBVCB.327.{order.code.lower()}.CT tu 0123 NGUYEN VAN A", now())
    assert paid(order).status is PaidStatus.PAID
    assert credit(taken).unmatched_reason is None
    row = order_row(order.id)
    assert (row.status, row.due_at) == (OrderStatus.ACCEPTED, None), "paid goods are held until handed over"
    assert_sums_hold()


def test_the_same_notice_again_changes_nothing(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    first = notice(1, 12_000, order.code, now())
    now.move(minutes=5)
    assert notice(1, 12_000, order.code, now()) == first
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)


def test_two_transfers_of_the_same_amount_are_one_too_many(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code, now())
    notice(2, 12_000, order.code, now())
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.OVERPAID, 12_000)
    assert money_today(reading(), order.stall, now=now()).total == 12_000
    assert_sums_hold()


def test_too_little_and_then_the_rest(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 200, order.code, now())
    assert (paid(order).status, paid(order).remaining) == (PaidStatus.PARTIAL, 11_800)
    notice(2, 11_800, order.code, now())
    assert (paid(order).status, paid(order).remaining) == (PaidStatus.PAID, 0)
    to_seller, to_buyer = told()
    assert to_seller == [f"Đơn {order.code} THIẾU 11.800\u00a0₫.", f"Đơn {order.code} ĐỦ 12.000\u00a0₫."]
    assert to_buyer == [
        f"Đơn {order.code} đã nhận 200\u00a0₫, còn THIẾU 11.800\u00a0₫.",
        f"Đơn {order.code} đã nhận đủ tiền.",
    ]


def test_too_much_is_owed_back_and_never_revenue(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 112_000, order.code, now())
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.OVERPAID, 100_000)
    [to_seller], [to_buyer] = told()
    assert "thừa 100.000\u00a0₫ phải trả lại khách" in to_seller
    assert "người bán sẽ trả lại bạn" in to_buyer


@pytest.mark.parametrize(
    ("memo", "reason"),
    [("chuyen tien", Unmatched.NO_CODE), ("DS000000" + "0", Unmatched.UNKNOWN_CODE)],
)
def test_money_without_the_code_of_an_order_waits(cast: Cast, now: Clock, memo: str, reason: Unmatched) -> None:
    order = buy(cast, now())
    assert credit(notice(1, 12_000, memo, now())).unmatched_reason == reason
    assert paid(order).status is PaidStatus.UNPAID


def test_where_the_commune_s_market_matches_no_money_what_came_before_waits(cast: Cast, now: Clock) -> None:
    """Mode `ordering`: no process of ours matches or confirms bank money, nor does a person by a bank's notice."""
    order = buy(cast, now())
    make.switch_mode(cast.commune, CommuneMode.ORDERING, now())
    taken = notice(1, 12_000, order.code, now())
    assert (credit(taken).unmatched_reason, credit(taken).ask_at) == (Unmatched.NOT_MATCHED, None)
    with transaction() as session, pytest.raises(Refused, match="tự xem tiền"):
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)
    assert paid(order).received == 0


def test_the_right_code_on_a_wrong_account_is_not_matched(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, order.code, now(), accountNumber="9999999999")
    assert credit(taken).unmatched_reason == Unmatched.WRONG_ACCOUNT
    assert paid(order).received == 0
    with transaction() as session, pytest.raises(Refused, match="tài khoản khác"):
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)
    assert [one.suggestions for one in unmatched(reading(), order.stall, now=now())] == [()]


def test_money_on_the_account_s_own_virtual_number_is_the_account_s(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code, now(), accountNumber="111", subAccount="0071000888888")
    assert paid(order).status is PaidStatus.PAID


def test_a_code_of_another_stall_is_not_paid_by_this_one_s_account(cast: Cast, now: Clock) -> None:
    other = buy(cast, now(), pay=PayChoice.ON_RECEIPT, variant=cast.gao_nep)
    assert credit(notice(1, other.total, other.code, now())).unmatched_reason == Unmatched.UNKNOWN_CODE
    assert paid(other).received == 0


def test_a_new_account_leaves_open_requests_at_the_old_one(cast: Cast, now: Clock) -> None:
    new = NewBankAccount(
        business_id=cast.lan.business,
        bin="970405",
        number="3607205012345",
        holder="PHAM THI LAN",
        is_family=False,
        family_phone=None,
        seen=shown.bank_account(cast.lan.business),
    )
    with transaction() as session:
        save_account(session, cast.lan.person, new, now)
    now.move(hours=23, minutes=59)
    order = buy(cast, now())
    assert begin_changes(now.move(minutes=1)) == 1
    later = buy(cast, now())
    first, second = paid(order).to, paid(later).to
    assert first is not None
    assert second is not None
    assert (first.bin, second.bin, second.has_feed) == ("970436", "970405", False)
    notice(1, 12_000, order.code, now())
    assert paid(order).status is PaidStatus.PAID
    assert credit(notice(2, 12_000, later.code, now())).unmatched_reason == Unmatched.UNKNOWN_CODE, (
        "told another account"
    )


def test_late_money_never_revives_an_order(cast: Cast, now: Clock) -> None:
    late = buy(cast, now())
    called_off = buy(cast, now())
    with transaction() as session:
        actions.cancel_order(session, GUEST, called_off.id, clock=now)
    now.move(hours=2)
    for number, order in enumerate((late, called_off), start=1):
        taken = notice(number, 12_000, order.code, now())
        assert credit(taken).unmatched_reason is None
        with transaction() as session, pytest.raises(Refused, match="không mở lại đơn"):
            confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
        assert (paid(order).received, paid(order).owed_back, paid(order).is_closed) == (12_000, 12_000, True)
    assert order_row(late.id).status is OrderStatus.EXPIRED
    assert order_row(called_off.id).status is OrderStatus.CANCELLED


def test_two_codes_are_paid_by_themselves_only_to_the_dong(cast: Cast, now: Clock) -> None:
    first, second = buy(cast, now()), buy(cast, now(), amount=2000)
    memo = f"{first.code} va {second.code}"
    assert credit(notice(1, 30_000, memo, now())).unmatched_reason == Unmatched.SEVERAL_ORDERS
    assert paid(first).received == paid(second).received == 0
    taken = notice(2, 36_000, memo, now())
    assert (credit(taken).unmatched_reason, credit(taken).allocated) == (None, 36_000)
    assert (paid(first).status, paid(second).status) == (PaidStatus.PAID, PaidStatus.PAID)
    assert_sums_hold()


def test_two_codes_of_which_one_order_has_ended_wait_even_to_the_dong(cast: Cast, now: Clock) -> None:
    live, called_off = buy(cast, now()), buy(cast, now(), amount=2000)
    with transaction() as session:
        actions.cancel_order(session, GUEST, called_off.id, clock=now)
    taken = notice(1, 36_000, f"{live.code} va {called_off.code}", now())
    assert (credit(taken).unmatched_reason, credit(taken).allocated) == (Unmatched.SEVERAL_ORDERS, 0)
    assert paid(live).received == paid(called_off).received == 0


def only_allocation() -> int:
    return reading().scalars(select(Allocation.id)).one()


def test_a_near_code_is_suggested_and_a_person_confirms_it_once(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    other = buy(cast, now(), amount=3000)
    slip = order.code[:-1]
    taken = notice(1, 12_000, slip, now())
    [waiting] = unmatched(reading(), order.stall, now=now())
    assert (waiting.credit_id, waiting.amount) == (taken, 12_000)
    assert (waiting.suggestions[0].order_id, waiting.suggestions[0].likeness) == (
        order.id,
        Likeness.NEAR_CODE_SAME_AMOUNT,
    )
    actor = Actor(person_id=cast.mai)
    with transaction() as session:
        allocate_as_shown(session, actor, order.stall, taken, order.id, clock=now)
    assert paid(order).status is PaidStatus.PAID
    with transaction() as session:
        assert allocate_as_shown(session, actor, order.stall, taken, order.id, clock=now) == only_allocation()
    with transaction() as session, pytest.raises(Conflict, match="đã được xử lý"):
        allocate_as_shown(session, actor, order.stall, taken, other.id, clock=now)
    audited = reading().scalars(select(Event).where(Event.verb == "put_money")).one()
    assert audited.actor_id == cast.mai
    assert unmatched(reading(), order.stall, now=now()) == []
    assert_sums_hold()


def test_an_amount_is_taken_off_by_a_counter_row_and_waits_again(cast: Cast, now: Clock) -> None:
    order, other = buy(cast, now()), buy(cast, now())
    taken = notice(1, 12_000, order.code, now())
    [line] = came_in_lately(reading(), order.stall, now=now())
    with transaction() as session:
        undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)
    assert (paid(order).received, credit(taken).allocated) == (0, 0)
    assert credit(taken).unmatched_reason == Unmatched.REVERSED
    assert (count(Allocation), came_in_lately(reading(), order.stall, now=now())) == (2, [])
    for _ in range(2):
        with transaction() as session:
            undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)
            allocate_as_shown(session, GUEST, order.stall, taken, other.id, clock=now)
    assert (paid(other).status, credit(taken).unmatched_reason) == (PaidStatus.PAID, None)
    counter = reading().scalars(select(Allocation.id).where(Allocation.undoes_id.is_not(None))).one()
    with transaction() as session, pytest.raises(NotFound):
        undo_as_shown(session, GUEST, order.stall, counter, clock=now)
    assert_sums_hold()


def test_money_taken_off_an_order_paid_on_receipt_sets_it_its_days_anew(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    with transaction() as session:
        said = confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
        undo_as_shown(session, GUEST, order.stall, said, clock=now)
    row = order_row(order.id)
    due = hold_deadline(PayChoice.ON_RECEIPT, now(), 3, NIGHT)
    assert (row.status, row.due_at, paid(order).received) == (OrderStatus.ACCEPTED, due, 0)


def test_a_notice_taken_off_is_not_put_back_by_its_next_delivery(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code, now())
    [line] = came_in_lately(reading(), order.stall, now=now())
    with transaction() as session:
        undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)
    notice(1, 12_000, order.code, now())
    assert paid(order).received == 0


def test_private_money_is_set_aside_and_counts_nowhere(cast: Cast, now: Clock) -> None:
    stall = cast.lan.stall
    taken = notice(1, 5_000_000, "em gui tien mung", now())
    for _ in range(2):
        with transaction() as session:
            dismiss_as_shown(session, GUEST, stall, taken, clock=now)
    assert unmatched(reading(), stall, now=now()) == []
    assert money_today(reading(), stall, now=now()).total == 0
    assert reading().scalars(select(Event.verb).where(Event.verb == "set_aside")).all() == ["set_aside"]


def test_the_seller_s_own_word_needs_no_bank(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT, variant=cast.gao_nep)
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    assert paid(order).status is PaidStatus.PAID
    with transaction() as session:
        assert confirm_as_shown(session, GUEST, order.stall, order.id, clock=now) == only_allocation()
    assert (count(Allocation), paid(order).received) == (1, order.total)


def test_the_seller_s_word_fills_up_what_the_bank_left_open(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 5_000, order.code, now())
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    today = money_today(reading(), order.stall, now=now())
    assert (today.bank, today.by_hand, today.total) == (5_000, 7_000, 12_000)


def test_what_the_bank_paid_in_full_needs_no_word(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code, now())
    with transaction() as session, pytest.raises(Conflict, match="đủ tiền rồi"):
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)


def test_a_notice_taken_off_an_order_is_not_said_to_be_on_it(cast: Cast, now: Clock) -> None:
    order, other = buy(cast, now()), buy(cast, now())
    taken = notice(1, 12_000, order.code, now())
    [line] = came_in_lately(reading(), order.stall, now=now())
    with transaction() as session:
        undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)
        allocate_as_shown(session, GUEST, order.stall, taken, other.id, clock=now)
    with transaction() as session, pytest.raises(Conflict, match="đã được xử lý"):
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)


def test_a_notice_that_is_at_hand_while_money_is_taken_off_shows_it(cast: Cast, now: Clock) -> None:
    """Not only where nothing holds the row any more and it has to be read again."""
    order = buy(cast, now())
    taken = notice(1, 12_000, order.code, now())
    [line] = came_in_lately(reading(), order.stall, now=now())
    with transaction() as session:
        at_hand = session.get_one(BankCredit, taken)
        undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)
        assert at_hand.allocated == 0


def test_an_order_not_taken_yet_has_no_money_to_confirm(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    with transaction() as session, pytest.raises(Refused, match="nhận đơn trước"):
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)


def test_another_stall_s_money_is_not_found(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, "khong ma", now())
    paying = notice(2, 12_000, order.code, now())
    stranger = cast.htx.stall
    allocation = reading().scalars(select(Allocation.id).where(Allocation.credit_id == paying)).one()
    with transaction() as session, pytest.raises(NotFound):
        allocate_as_shown(session, GUEST, stranger, taken, order.id, clock=now)
    with transaction() as session, pytest.raises(NotFound):
        allocate_as_shown(session, GUEST, cast.lan.stall, taken, 999_999, clock=now)
    with transaction() as session, pytest.raises(NotFound):
        dismiss_as_shown(session, GUEST, stranger, taken, clock=now)
    with transaction() as session, pytest.raises(NotFound):
        undo_as_shown(session, GUEST, stranger, allocation, clock=now)
    with transaction() as session, pytest.raises(NotFound):
        confirm_as_shown(session, GUEST, stranger, order.id, clock=now)
    assert unmatched(reading(), stranger, now=now()) == []


def test_a_buyer_s_word_moves_no_money(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    with transaction() as session:
        actions.say_paid(session, GUEST, order.id, clock=now)
    assert paid(order).status is PaidStatus.UNPAID
    [owed] = payments_owed(reading(), order.stall, now=now())
    assert (owed.code, owed.remaining, owed.said_paid_at) == (order.code, 12_000, now())
    with transaction() as session, pytest.raises(Refused, match="CHƯA thấy tiền"):
        new = actions.HandOver(order_id=order.id, shown=None, cash_taken=False)
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert order_row(order.id).status is OrderStatus.ACCEPTED


def test_cash_at_hand_over_pays_the_order(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    new = cash_as_shown(reading(), order.id)
    with transaction() as session:
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert (order_row(order.id).status, paid(order).status) == (OrderStatus.DELIVERED, PaidStatus.PAID)
    with transaction() as session:
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert count(Allocation) == 1


def test_a_second_hand_over_that_says_more_than_the_first_is_not_lost(cast: Cast, now: Clock) -> None:
    """Another tab had cash, or the buyer's key: what was not written down must not be said to be."""
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    on_credit = actions.HandOver(order_id=order.id, shown=None, cash_taken=False)
    for_cash, by_key = cash_as_shown(reading(), order.id), replace(on_credit, shown=hand_over_key(order.code))
    for _ in range(2):
        with transaction() as session:
            assert not actions.hand_over(session, GUEST, order.stall, on_credit, clock=now)
    for more in (for_cash, by_key):
        with transaction() as session, pytest.raises(Conflict, match="Đã giao"):
            actions.hand_over(session, GUEST, order.stall, more, clock=now)
    allocate_late(order, now)
    with transaction() as session, pytest.raises(Conflict, match="Đã giao"):
        actions.hand_over(session, GUEST, order.stall, for_cash, clock=now)
    assert (count(Allocation), order_row(order.id).buyer_confirmed_at) == (1, None)


def allocate_late(order: Bought, now: Clock) -> None:
    """The bank tells of the order's money after it was handed over, and the seller puts it there."""
    taken = notice(1, order.total, order.code, now())
    with transaction() as session:
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)


def test_goods_on_credit_stay_owed_until_the_seller_has_the_money(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    with transaction() as session:
        new = actions.HandOver(order_id=order.id, shown=None, cash_taken=False)
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert [owed.code for owed in payments_owed(reading(), order.stall, now=now())] == [order.code]
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    assert payments_owed(reading(), order.stall, now=now()) == []


def test_a_paid_order_is_handed_over_without_more_money(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code, now())
    with transaction() as session:
        new = cash_as_shown(session, order.id)
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)


def test_money_after_hand_over_waits_for_a_person(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    with transaction() as session:
        new = actions.HandOver(order_id=order.id, shown=None, cash_taken=False)
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    taken = notice(1, 12_000, order.code, now())
    assert credit(taken).unmatched_reason == Unmatched.ORDER_CLOSED
    with transaction() as session:
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)
    assert paid(order).status is PaidStatus.PAID


def test_an_order_half_paid_is_not_called_off_by_its_buyer(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 6_000, order.code, now())
    with transaction() as session, pytest.raises(Refused, match="đã có tiền vào"):
        actions.cancel_order(session, GUEST, order.id, clock=now)
    assert order_row(order.id).status is OrderStatus.ACCEPTED


def test_the_database_itself_refuses_to_allocate_more_than_came_in(cast: Cast, now: Clock) -> None:
    taken = notice(1, 12_000, "khong ma", now())
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(BankCredit).where(BankCredit.id == taken).values(allocated=12_001))
    order = buy(cast, now())
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(PaymentRequest).where(PaymentRequest.order_id == order.id).values(received=-1))


def test_no_more_of_a_notice_is_allocated_than_came_in(cast: Cast, now: Clock) -> None:
    order, taken = buy(cast, now()), notice(1, 12_000, "khong ma", now())
    source = Source(kind=AllocationKind.BANK, credit_id=taken)
    for amount, refused in ((12_001, True), (11_999, False), (2, True), (1, False)):
        with transaction() as session, pytest.raises(Conflict) if refused else contextlib.nullcontext():
            held = lock_order_of_stall(session, order.stall, order.id, clock=now)
            add_allocation(session, GUEST, held, source, Dong(amount))
    assert credit(taken).allocated == 12_000


def test_a_code_of_another_stall_s_order_is_none_of_this_account_s(cast: Cast, now: Clock) -> None:
    other = buy(cast, now(), pay=PayChoice.ON_RECEIPT, variant=cast.gao_nep)
    assert credit(notice(1, other.total, other.code, now())).unmatched_reason == Unmatched.UNKNOWN_CODE
    assert paid(other).received == 0


def test_who_is_told_of_money_is_the_stall_s_business_and_the_buyer(cast: Cast, now: Clock) -> None:
    order = wanted(cast.rau_muong, pay=PayChoice.TRANSFER)
    new = PlacePurchase(commune_id=cast.commune, client_key="k", buyer=MAI, orders=(order,))
    with transaction() as session:
        placed = actions.check_out(session, Actor(person_id=cast.mai), new, clock=now).order_ids[0]
    code = order_row(placed).code
    with transaction() as session:
        seen = seen_of(facts_to_decline(order_row(placed), paid_of(reading(), [placed], now=now())[placed]))
        which = actions.OrderRef(stall_id=cast.lan.stall, order_id=placed)
        actions.decline_order(session, GUEST, which, Decline(seen=seen, reason="Hết"), clock=now)
        held = lock_order_of_stall(session, cast.lan.stall, placed, clock=now)
        allocate_by_seller(session, GUEST, held, Dong(500))
    rows = reading().scalars(select(Notice).where(Notice.kind == "tien_vao").order_by(Notice.id)).all()
    assert [(row.business_id, row.person_id, row.order_id, row.sentence) for row in rows] == [
        (cast.lan.business, None, placed, f"Đơn {code} đã kết thúc mà có tiền vào: phải trả lại khách 500\u00a0₫."),
        (
            None,
            cast.mai,
            placed,
            f"Tiền vào sau khi đơn {code} đã kết thúc. Người bán sẽ trả lại bạn 500\u00a0₫.",
        ),
    ]


def test_money_counts_on_the_day_the_bank_says(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    before_midnight = now() - timedelta(hours=9, minutes=1)
    notice(1, 12_000, order.code, now(), transactionDate="2026-11-23 23:59:00")
    assert before_midnight < now()
    assert money_today(reading(), order.stall, now=now()).total == 0
    assert money_today(reading(), order.stall, now=now() - timedelta(days=1)).bank == 12_000


def test_lists_ask_the_database_once(app: Flask, cast: Cast, now: Clock) -> None:
    orders = [buy(cast, now()) for _ in range(4)]
    for number, order in enumerate(orders[:2]):
        notice(number + 1, 12_000, order.code, now())
        notice(number + 10, 700, "khong ma", now())
    with counting() as seen:
        assert len(paid_of(reading(), [order.id for order in orders], now=now())) == 4
        assert len(came_in_lately(reading(), cast.lan.stall, now=now())) == 2
        assert len(payments_owed(reading(), cast.lan.stall, now=now())) == 2
        assert money_today(reading(), cast.lan.stall, now=now()).bank == 24_000
    assert len(seen) == 4
    with counting() as seen:
        assert len(unmatched(reading(), cast.lan.stall, now=now())) == 2
    assert len(seen) == 2
