"""Mua chịu: what is handed over on credit, written without an order, paid off and taken back; who is shown it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.base.audit import Actor
from market.base.client_keys import SentOtherwise
from market.base.db import reading, transaction
from market.base.errors import NotAllowed, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.orders.rules import OrderStatus, PayChoice
from market.payments import actions
from market.payments.actions import HandOver, NewDebt, PaidOff
from market.payments.models import Allocation, AllocationKind, DebtLine, Debtor
from market.payments.queries import facts_to_confirm, money_today, paid_of
from market.payments.queries.debts import (
    Owing,
    debt_rows,
    debtor_of_stall,
    debtors_of,
    debts_in_all,
    facts_of_debt,
    owed_by,
)
from market.payments.retention import RULES
from market.values.money import Dong
from market.values.paging import ListPage
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.phoning import MAIS_NUMBER, by_phone, write
from tests.orders.steps import order_row
from tests.payments.steps import allocate_as_shown, assert_sums_hold, buy, notice

FIRST = ListPage(total=99, size=20, asked=1)


def on_credit(cast: Cast, order_id: int, now: Clock, *, actor: Actor | None = None, seen: str | None = None) -> None:
    """Bà Lan hands it over, to be paid later."""
    money = paid_of(reading(), [order_id], now=now())[order_id]
    shown = seen_of(facts_to_confirm(money.asked, money.received)) if seen is None else seen
    new = HandOver(order_id=order_id, shown=None, cash_taken=False, on_credit=True, seen=shown)
    with transaction() as session:
        actions.hand_over(session, actor or Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)


def took(cast: Cast, now: Clock, amount: int, *, name: str = "chị Mai", key: str | None = None) -> int:
    """Chị Mai took greens without an order; whose page it is on."""
    new = NewDebt(name=name, phone=MAIS_NUMBER, text="2 mớ rau", amount=Dong(amount), client_key=key)
    with transaction() as session:
        return actions.add_debt(session, Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)


def pays(
    cast: Cast, debtor_id: int, now: Clock, amount: int, *, shown: int | None = None, key: str | None = None
) -> None:
    owed = owed_by(reading(), debtor_id) if shown is None else Dong(shown)
    new = PaidOff(debtor_id=debtor_id, amount=Dong(amount), seen=seen_of(facts_of_debt(owed)), client_key=key)
    with transaction() as session:
        actions.pay_off(session, Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)


def takes_back(cast: Cast, line_id: int, now: Clock) -> None:
    with transaction() as session:
        actions.take_back_debt(session, Actor(person_id=cast.lan.person), cast.lan.stall, line_id, clock=now)


def owing(cast: Cast) -> list[Owing]:
    reading().expire_all()
    return list(debtors_of(reading(), cast.lan.stall, FIRST))


def newest_line() -> DebtLine:
    reading().expire_all()
    return reading().scalars(select(DebtLine).order_by(DebtLine.id.desc()).limit(1)).one()


def test_an_order_on_credit_is_handed_over_and_owed_by_its_buyer(cast: Cast, now: Clock) -> None:
    order_id = write(cast, now)
    on_credit(cast, order_id, now)
    on_credit(cast, order_id, now)
    assert order_row(order_id).status is OrderStatus.DELIVERED
    (mai,) = owing(cast)
    assert (mai.name, mai.phone, mai.owed, mai.since) == ("chị Mai", MAIS_NUMBER, 90_000, now())
    assert debts_in_all(reading(), cast.lan.stall).owed == 90_000
    assert money_today(reading(), cast.lan.stall, now=now()).total == 0, "owed is not come in"
    assert debts_in_all(reading(), cast.htx.stall).people == 0


def test_two_orders_and_goods_without_one_are_paid_off_the_oldest_order_first(cast: Cast, now: Clock) -> None:
    orders = [write(cast, now, by_phone(cast, amount=1000)) for _ in range(2)]
    for order_id in orders:
        on_credit(cast, order_id, now)
    debtor_id = took(cast, now, 20_000)
    (mai,) = owing(cast)
    assert (mai.owed, mai.debtor_id) == (110_000, debtor_id)
    pays(cast, debtor_id, now, 60_000)
    left = [one.remaining for one in paid_of(reading(), orders, now=now()).values()]
    assert (sorted(left), owing(cast)[0].owed) == ([0, 30_000], 50_000)
    pays(cast, debtor_id, now, 50_000)
    assert owing(cast) == []
    told = reading().scalars(select(Allocation.kind)).all()
    assert set(told) == {AllocationKind.SELLER}, "her own word"
    assert money_today(reading(), cast.lan.stall, now=now()).total == 90_000, "of orders; the greens had none"
    assert_sums_hold()


def test_more_than_is_owed_is_not_paid_off_nor_what_the_page_did_not_show(cast: Cast, now: Clock) -> None:
    debtor_id = took(cast, now, 20_000)
    for amount in (0, 20_001):
        with pytest.raises(Refused, match="không ghi trả nhiều hơn"):
            pays(cast, debtor_id, now, amount)
    took(cast, now, 5_000)
    with pytest.raises(ChangedSince):
        pays(cast, debtor_id, now, 20_000, shown=20_000)
    assert owing(cast)[0].owed == 25_000


def test_what_is_sent_twice_is_written_once(cast: Cast, now: Clock) -> None:
    debtor_id = took(cast, now, 20_000, key="a")
    assert took(cast, now, 20_000, key="a") == debtor_id
    with pytest.raises(SentOtherwise):
        took(cast, now, 30_000, key="a")
    pays(cast, debtor_id, now, 5_000, key="b")
    pays(cast, debtor_id, now, 5_000, key="b", shown=20_000)
    assert owing(cast)[0].owed == 15_000


def test_a_row_is_taken_back_by_a_row_and_nothing_is_changed(cast: Cast, now: Clock) -> None:
    debtor_id = took(cast, now, 20_000)
    goods = newest_line().id
    pays(cast, debtor_id, now, 8_000)
    payment = newest_line().id
    with pytest.raises(Refused, match="đã trả một phần"):
        takes_back(cast, goods, now)
    takes_back(cast, payment, now)
    takes_back(cast, payment, now)
    assert owing(cast)[0].owed == 20_000
    takes_back(cast, goods, now)
    assert owing(cast) == []
    rows = debt_rows(reading(), debtor_id, FIRST)
    assert [(row.amount, row.is_undone) for row in rows] == [
        (-20_000, False), (8_000, False), (-8_000, True), (20_000, True)
    ]  # fmt: skip


def test_an_order_s_own_money_alone_pays_it_and_a_bank_s_notice_too(cast: Cast, now: Clock) -> None:
    order_id = write(cast, now)
    on_credit(cast, order_id, now)
    debtor_id = owing(cast)[0].debtor_id
    with pytest.raises(Refused, match="không gỡ được"):
        takes_back(cast, newest_line().id, now)
    credit = notice(1, 50_000, order_row(order_id).code, now())
    with transaction() as session:
        allocate_as_shown(session, Actor(), cast.lan.stall, credit, order_id, clock=now)
    assert owing(cast)[0].owed == 40_000
    with pytest.raises(Refused, match="không ghi trả nhiều hơn"):
        pays(cast, debtor_id, now, 90_000)
    pays(cast, debtor_id, now, 40_000)
    assert owing(cast) == []
    over = notice(2, 10_000, order_row(order_id).code, now())
    with transaction() as session:
        allocate_as_shown(session, Actor(), cast.lan.stall, over, order_id, clock=now)
    assert owed_by(reading(), debtor_id) == 0, "what comes over is the buyer's, and no credit of the book"
    assert_sums_hold()


def test_it_is_owed_since_the_first_row_that_is_not_paid(cast: Cast, now: Clock) -> None:
    debtor_id = took(cast, now, 10_000)
    now.move(days=1)
    second = now()
    took(cast, now, 30_000)
    pays(cast, debtor_id, now, 10_000)
    assert owing(cast)[0].since == second
    assert debtor_of_stall(reading(), cast.lan.stall, debtor_id).since == second


def test_what_is_to_be_transferred_first_goes_on_no_credit(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.TRANSFER)
    with pytest.raises(Refused, match="CHƯA thấy tiền"):
        on_credit(cast, order.id, now)
    assert owing(cast) == []


def test_credit_rests_on_what_the_page_showed(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    before = seen_of(facts_to_confirm(Dong(12_000), Dong(0)))
    notice(1, 5_000, order.code, now())
    with pytest.raises(ChangedSince):
        on_credit(cast, order.id, now, seen=before)
    assert order_row(order.id).status is OrderStatus.ACCEPTED


def test_neither_a_helper_nor_another_stall_writes_or_finds_it(cast: Cast, now: Clock) -> None:
    order_id, debtor_id = write(cast, now), took(cast, now, 20_000)
    helper = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=1)
    with pytest.raises(NotAllowed):
        on_credit(cast, order_id, now, actor=helper)
    new = PaidOff(debtor_id=debtor_id, amount=Dong(1_000), seen=seen_of(facts_of_debt(Dong(20_000))), client_key=None)
    with pytest.raises(NotAllowed), transaction() as session:
        actions.pay_off(session, helper, cast.lan.stall, new, clock=now)
    with pytest.raises(NotFound), transaction() as session:
        actions.pay_off(session, Actor(person_id=cast.htx.person), cast.htx.stall, new, clock=now)
    with pytest.raises(NotFound), transaction() as session:
        actions.take_back_debt(session, Actor(), cast.htx.stall, newest_line().id, clock=now)
    with pytest.raises(NotFound):
        debtor_of_stall(reading(), cast.htx.stall, debtor_id)


def test_names_go_with_those_of_old_orders_and_sums_stay(cast: Cast, now: Clock) -> None:
    debtor_id = took(cast, now, 20_000)
    rules = {rule.model: rule for rule in RULES if rule.model in (Debtor, DebtLine)}
    is_old = rules[Debtor].is_old
    assert is_old is not None
    for days, erased in ((3 * 365 - 1, 0), (3 * 365 + 1, 1)):
        count = reading().scalar(select(func.count(Debtor.id)).where(is_old(now() + timedelta(days=days))))
        assert count == erased
    with transaction() as session:
        debtor = session.get_one(Debtor, debtor_id)
        debtor.key, debtor.name, debtor.phone, debtor.erased_at = None, "(đã xóa)", None, now()
    text_is_old = rules[DebtLine].is_old
    assert text_is_old is not None
    assert reading().scalars(select(DebtLine.text).where(text_is_old(now()))).all() == ["2 mớ rau"]
    assert owed_by(reading(), debtor_id) == 20_000
