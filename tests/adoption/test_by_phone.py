"""Orders that a stall wrote down itself are its own word, unless a bank tells of money from somebody else."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from market.adoption.queries import sale_of
from market.adoption.rules import Evidence, Figure, RiskFlag, State
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.seen import seen_of
from market.orders.models import Contact, Order
from market.orders.rules import OrderSource
from market.payments import actions
from market.payments.actions import HandOver
from market.payments.queries import facts_to_confirm, paid_of
from market.payments.queries.payers import account_digest
from market.values.period import trailing_year
from tests.adoption.figures import figure_of, flags_again, look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.nights import database_by_day_on
from tests.orders.phoning import write

database_url = database_by_day_on("sqlite")

TODAY = date(2026, 11, 24)
BEFORE = TODAY - timedelta(days=30)


def figure(cast: Cast, session: Session, now: Clock) -> Figure:
    now.move(minutes=1)
    look_everywhere(cast.commune)
    session.expire_all()
    return figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=now())


def state_of_lan(cast: Cast, session: Session, now: Clock) -> State:
    found = figure(cast, session, now).standings
    return next(one.state for one in found if one.business_id == cast.lan.business)


def sold_by_phone(cast: Cast, sold: Sold) -> Order:
    with transaction() as session:
        order = sell(session, cast.commune, cast.lan, sold)
        order.source = OrderSource.PHONE
    return order


def test_a_phone_order_paid_in_cash_is_declared_and_moves_nothing_that_counts(
    cast: Cast, session: Session, now: Clock
) -> None:
    before = figure(cast, session, now)
    order_id = write(cast, now)
    money = paid_of(reading(), [order_id], now=now())[order_id]
    seen = seen_of(facts_to_confirm(money.asked, money.received))
    with transaction() as writing:
        new = HandOver(order_id=order_id, shown=None, cash_taken=True, seen=seen)
        actions.hand_over(writing, Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)
    after = figure(cast, session, now)
    assert (after.counted, after.plan) == (before.counted, before.plan)
    assert state_of_lan(cast, session, now) is State.DECLARED
    sale = sale_of(session, cast.commune, order_id, known_at=now())
    assert sale is not None
    assert (sale.evidence, sale.buyer_keys) == (Evidence.DECLARED, frozenset())


def test_a_buyer_who_takes_it_into_an_account_makes_it_no_better(cast: Cast, session: Session, now: Clock) -> None:
    order = sold_by_phone(cast, Sold(on=BEFORE))
    with transaction() as writing:
        writing.execute(update(Contact).values(attached_to_id=cast.stranger))
    sale = sale_of(session, cast.commune, order.id, known_at=now())
    assert sale is not None
    assert (sale.evidence, sale.buyer_id) == (Evidence.DECLARED, None)


def test_a_bank_that_tells_of_somebody_else_s_money_proves_it(cast: Cast, session: Session, now: Clock) -> None:
    sold_by_phone(cast, Sold(on=BEFORE, is_banked=True, is_asked=True))
    assert state_of_lan(cast, session, now) is State.COUNTED


def test_a_bank_that_tells_of_the_seller_s_own_money_does_not(cast: Cast, session: Session, now: Clock) -> None:
    own = account_digest(LAN_ACCOUNT)
    order = sold_by_phone(cast, Sold(on=BEFORE, is_banked=True, is_asked=True, payer=own))
    assert state_of_lan(cast, session, now) is State.TO_REVIEW
    sale = sale_of(session, cast.commune, order.id, known_at=now())
    assert sale is not None
    assert RiskFlag.RELATED_PAYER in flags_again(session, cast.commune, sale, TODAY, known_at=now())


def test_two_without_a_number_are_not_one_buyer(cast: Cast, session: Session, now: Clock) -> None:
    orders = [sold_by_phone(cast, Sold(on=BEFORE)) for _ in range(2)]
    with transaction() as writing:
        writing.execute(update(Contact).values(phone=None))
    sales = [sale_of(session, cast.commune, order.id, known_at=now()) for order in orders]
    assert len({sale.phone for sale in sales if sale}) == 2


def test_no_card_pays_it(cast: Cast, now: Clock) -> None:
    """A gateway of the seller's own choice would tell of her own card."""
    order_id = write(cast, now)
    with pytest.raises(Refused, match="không trả bằng thẻ"), transaction() as writing:
        actions.begin_card(writing, Actor(), cast.lan.stall, order_id, clock=now)
