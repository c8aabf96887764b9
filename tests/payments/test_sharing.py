"""A stall has less than its orders want: one rule, one tap, all of them at once; nothing is decided unseen."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from market.base.audit import Actor
from market.base.client_keys import SentOtherwise
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.catalog.actions.stock import release
from market.catalog.models import ReservationEnd, Variant
from market.notices.models import Notice
from market.notices.rules import OrderNews
from market.orders.models import Order
from market.orders.queries.changes import changes_told
from market.orders.queries.sharing import facts_to_share, goods_wanted_beyond, orders_wanting, scarce_goods, shares_of
from market.orders.rules import OrderStatus
from market.orders.rules.sharing import SHARE_RULE
from market.payments.actions import SharedOut, ShareOut, check_out, share_out
from market.payments.models import PaymentRequest
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.phoning import by_phone, write
from tests.orders.steps import MAI, PlacePurchase, accept_as_shown, order_row, reply_as_shown, stock, wanted
from tests.payments.steps import buy, notice

KEY = "k" * 22


def ordered(cast: Cast, now: Clock, amount: int, number: int, *, accepted: bool = False) -> int:
    phone = f"090000010{number}"
    buyer = replace(MAI, device=phone, phone=Phone(phone))
    now.move(minutes=1)
    return buy(cast, now(), amount=amount, variant=cast.dau_xanh, buyer=buyer, accepted=accepted, is_seen=False).id


@pytest.fixture
def three(app: Flask, cast: Cast, now: Clock) -> list[int]:
    """Three orders of 2, 2 and 1 kg of the stall's 5 kg, one after the other; the first is accepted."""
    return [ordered(cast, now, amount, at, accepted=at == 0) for at, amount in enumerate((2000, 2000, 1000))]


def shown(cast: Cast, now: Clock) -> str:
    reading().expire_all()
    orders = orders_wanting(reading(), cast.lan.stall, cast.dau_xanh, now=now())
    goods = scarce_goods(reading(), cast.lan.stall, cast.dau_xanh)
    return seen_of(facts_to_share(shares_of(orders, goods, 0)))


def share(cast: Cast, now: Clock, there: int, *, seen: str | None = None, key: str | None = None) -> SharedOut:
    seen = shown(cast, now) if seen is None else seen
    new = ShareOut(stall_id=cast.lan.stall, variant_id=cast.dau_xanh, there=there, seen=seen, client_key=key)
    with transaction() as session:
        return share_out(session, Actor(), new, clock=now)


def stands(ids: Sequence[int]) -> list[tuple[OrderStatus, bool]]:
    return [(order_row(one).status, order_row(one).asked_until is not None) for one in ids]


def agree(order_id: int, now: Clock) -> None:
    with transaction() as session:
        reply_as_shown(session, Actor(), order_id, agrees=True, clock=now)


ACCEPTED, ASKED, DECLINED = (OrderStatus.ACCEPTED, False), (OrderStatus.ACCEPTED, True), (OrderStatus.DECLINED, False)


def test_who_ordered_first_gets_all_the_next_is_asked_and_the_last_gets_nothing(
    cast: Cast, now: Clock, three: list[int]
) -> None:
    assert share(cast, now, 3000) == SharedOut(asked=1, declined=1)
    assert stands(three) == [ACCEPTED, ASKED, DECLINED]
    assert stock(cast.dau_xanh) == (5000, 3000), "what is there is held, and nothing else"
    assert reading().get_one(Variant, cast.dau_xanh).is_sold_out
    assert SHARE_RULE.rstrip(".") in (order_row(three[2]).ended_reason or "")
    (told,) = changes_told(reading(), order_row(three[1]))
    assert (told.what, told.reason) == ("Người bán báo chỉ còn 1\u00a0kg Đậu xanh (khách đặt 2\u00a0kg)", SHARE_RULE)
    kinds = select(Notice.order_id, Notice.kind).where(Notice.kind.in_([OrderNews.LESS_LEFT, OrderNews.DECLINED]))
    assert {tuple(row) for row in reading().execute(kinds)} == {(three[1], "con_it"), (three[2], "tu_choi")}
    agree(three[1], now)
    assert (stock(cast.dau_xanh), order_row(three[1]).lines[0].amount) == ((5000, 3000), 1000)
    with pytest.raises(Refused, match="Đủ hàng cho mọi đơn"):
        share(cast, now, 3000)


def test_an_order_that_the_stall_wrote_by_phone_gets_its_share_without_an_answer_of_anybody(
    cast: Cast, now: Clock
) -> None:
    first = ordered(cast, now, 2000, 1, accepted=True)
    now.move(minutes=1)
    rung = write(cast, now, by_phone(cast, amount=2000))
    assert share(cast, now, 3000) == SharedOut(asked=1, declined=0)
    assert stands([first, rung]) == [ACCEPTED, ACCEPTED]
    assert (order_row(rung).lines[0].amount, stock(cast.dau_xanh)) == (1000, (5000, 3000))


def test_the_same_form_twice_shares_once_and_another_under_its_key_is_told(
    cast: Cast, now: Clock, three: list[int]
) -> None:
    seen = shown(cast, now)
    assert share(cast, now, 2000, seen=seen, key=KEY) == SharedOut(asked=0, declined=2)
    assert share(cast, now, 2000, seen=seen, key=KEY) == SharedOut(asked=0, declined=0)
    with pytest.raises(SentOtherwise):
        share(cast, now, 1000, seen=seen, key=KEY)


def test_what_was_asked_before_is_asked_anew_with_less(cast: Cast, now: Clock, three: list[int]) -> None:
    share(cast, now, 3500)
    assert stands(three) == [ACCEPTED, ASKED, DECLINED]
    assert share(cast, now, 3500) == SharedOut(asked=0, declined=0), "it stands as it is shared"
    assert share(cast, now, 2500) == SharedOut(asked=1, declined=0)
    assert (order_row(three[1]).changes, stock(cast.dau_xanh)) == (2, (5000, 2500))


def test_orders_that_changed_meanwhile_are_shown_and_nothing_is_shared(
    cast: Cast, now: Clock, three: list[int]
) -> None:
    seen = shown(cast, now)
    with transaction() as session:
        accept_as_shown(session, Actor(), three[2], clock=now)
    with pytest.raises(ChangedSince, match="nay là 1\u00a0kg, đã nhận"):
        share(cast, now, 3000, seen=seen)
    assert stands(three)[1] == (OrderStatus.PLACED, False)
    assert stock(cast.dau_xanh) == (5000, 5000)


def test_what_a_paid_order_does_not_get_is_owed_back(cast: Cast, now: Clock, three: list[int]) -> None:
    asked = reading().scalars(select(PaymentRequest).where(PaymentRequest.order_id == three[2])).one()
    notice(1, asked.amount, order_row(three[2]).code, now())
    share(cast, now, 4000)
    reading().refresh(asked)
    assert asked.owed_back == asked.received == asked.amount > 0


def test_the_other_lines_of_an_order_stay(cast: Cast, now: Clock, three: list[int]) -> None:
    now.move(minutes=1)
    more = wanted(cast.rau_muong, 1000)
    with transaction() as session:
        session.get_one(Variant, cast.dau_xanh).on_hand = None
    both = replace(more, lines=(*more.lines, *wanted(cast.dau_xanh, 1000).lines))
    buyer = replace(MAI, device="other", phone=Phone("0900000177"))
    new = PlacePurchase(commune_id=cast.commune, client_key=KEY, buyer=buyer, orders=(both,), cart_id=None)
    with transaction() as session:
        (order,) = check_out(session, Actor(), new, clock=now).order_ids
    assert share(cast, now, 5000) == SharedOut(asked=1, declined=0)
    agree(order, now)
    assert [line.variant_id for line in order_row(order).lines] == [cast.rau_muong]


def test_goods_are_held_for_who_gets_all_and_held_none(cast: Cast, now: Clock, three: list[int]) -> None:
    with transaction() as session:
        session.get_one(Order, three[1]).is_held = False
        release(session, three[1], ReservationEnd.RELEASED, now=now())
    late = ordered(cast, now, 2000, 9)
    (beyond,) = goods_wanted_beyond(reading(), cast.lan.stall, now=now())
    assert (beyond.goods.name, beyond.wanted) == ("Đậu xanh", 7000)
    assert share(cast, now, 4000) == SharedOut(asked=0, declined=2)
    assert stands([three[2], late]) == [DECLINED, DECLINED]
    assert (order_row(three[1]).is_held, stock(cast.dau_xanh)) == (True, (5000, 4000))


def test_what_is_packed_has_its_goods_and_another_s_goods_are_not_shared(
    cast: Cast, now: Clock, three: list[int]
) -> None:
    with transaction() as session:
        first = session.get_one(Order, three[0])
        first.status, first.ready_at, first.due_at = OrderStatus.READY, now(), None
        first.acceptance = first.acceptance_known_at = None
    with pytest.raises(Refused, match="Đủ hàng"):
        share(cast, now, 3000)
    new = ShareOut(stall_id=cast.htx.stall, variant_id=cast.dau_xanh, there=1000, seen="")
    with pytest.raises(NotFound), transaction() as session:
        share_out(session, Actor(), new, clock=now)
