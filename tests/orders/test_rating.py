"""Buyers say what they think of goods that were handed to them."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from market.accounts.models import Person
from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.retention import apply_rules
from market.notices.models import Notice
from market.orders.actions.inputs import Buyer
from market.orders.actions.rating import NewRating, answer_rating, hide_rating, rate
from market.orders.models import Contact, Order, OrderLine, Rating
from market.orders.queries.ratings import FEWEST, ratings_in_all
from market.orders.retention import RULES
from market.orders.rules import OrderStatus
from market.sellers.models import Business
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import MAI, place, wanted


def bought(cast: Cast, now: Clock, *, buyer: Buyer = MAI, actor: Actor = GUEST, is_delivered: bool = True) -> int:
    order_id = place(cast.commune, wanted(cast.rau_muong), now=now(), buyer=buyer, actor=actor).order_ids[0]
    if is_delivered:
        with transaction() as session:
            order = session.get_one(Order, order_id)
            order.status, order.completed_at = OrderStatus.DELIVERED, now()
            order.completed_on = local_day(now())
    return order_id


def line_of(order_id: int) -> int:
    return reading().scalars(select(OrderLine.id).where(OrderLine.order_id == order_id)).one()


def say(order_id: int, stars: int, now: Clock, text: str = "", *, actor: Actor = GUEST, line: int = 0) -> None:
    with transaction() as session:
        new = NewRating(order_id=order_id, line_id=line or line_of(order_id), stars=stars, text=text)
        rate(session, actor, new, clock=now)


def ratings() -> list[Rating]:
    reading().expire_all()
    return list(reading().scalars(select(Rating).order_by(Rating.id)))


def test_a_line_is_rated_once_and_only_when_it_was_handed_over(cast: Cast, now: Clock) -> None:
    waiting, order = bought(cast, now, is_delivered=False), bought(cast, now)
    with pytest.raises(Conflict, match="Nhận hàng rồi mới đánh giá"):
        say(waiting, 5, now)
    for _ in range(2):
        say(order, 4, now, "Rau tươi")
    with pytest.raises(Conflict, match="đánh giá rồi"):
        say(order, 5, now, "Rau tươi")
    with pytest.raises(NotFound):
        say(order, 5, now, line=line_of(waiting))
    assert [(one.order_id, one.stars, one.text) for one in ratings()] == [(order, 4, "Rau tươi")]
    told = reading().execute(select(Notice.business_id, Notice.order_id).where(Notice.kind == "danh_gia")).all()
    assert told == [(cast.lan.business, order)]
    assert [one.verb for one in events_of(reading(), "order", order)][-1] == "rate"


def test_the_stall_s_own_people_rate_nothing(cast: Cast, now: Clock) -> None:
    mine = bought(cast, now, actor=Actor(person_id=cast.lan.person))
    by_phone = bought(cast, now, buyer=replace(MAI, phone=type(MAI.phone)("0900 000 011"), device="x"))
    with transaction() as session:
        business, hung = session.get_one(Business, cast.lan.business), session.get_one(Person, cast.hung)
        make.make_mandate(session, business, session.get_one(Person, cast.vy), hung, now())
    helpers = bought(cast, now, actor=Actor(person_id=cast.vy))
    for one in (mine, by_phone, helpers):
        with pytest.raises(Refused, match="người của gian hàng"):
            say(one, 5, now)
    other = bought(cast, now)
    with pytest.raises(Refused):
        say(other, 5, now, actor=Actor(person_id=cast.lan.person))
    assert ratings() == []
    say(other, 5, now, actor=Actor(person_id=cast.mai))


def test_the_stall_answers_once_and_another_stall_never(cast: Cast, now: Clock) -> None:
    order = bought(cast, now)
    say(order, 2, now, "Rau héo")
    (one,) = ratings()

    def answer(text: str, stall: int = cast.lan.stall) -> None:
        with transaction() as session:
            answer_rating(session, Actor(person_id=cast.lan.person), stall, one.id, text, clock=now)

    with pytest.raises(NotFound):
        answer("Mua của tôi đi", cast.htx.stall)
    assert ratings_in_all(reading(), cast.lan.stall).waiting == 1
    for _ in range(2):
        answer("Bà xin lỗi")
    with pytest.raises(Conflict, match="trả lời rồi"):
        answer("Thôi nhé")
    assert ratings()[0].answer == "Bà xin lỗi"
    assert ratings_in_all(reading(), cast.lan.stall).waiting == 0


def test_no_average_is_made_of_fewer_than_three(cast: Cast, now: Clock) -> None:
    for number, stars in enumerate((5, 4, 4), start=1):
        assert ratings_in_all(reading(), cast.lan.stall).average == ""
        say(bought(cast, now), stars, now)
        assert ratings_in_all(reading(), cast.lan.stall).count == number
    assert FEWEST == 3
    assert ratings_in_all(reading(), cast.lan.stall).average == "4,3"


def test_what_is_hidden_counts_no_more_and_says_why(cast: Cast, now: Clock) -> None:
    for stars in (5, 5, 5, 1):
        say(bought(cast, now), stars, now)
    assert ratings_in_all(reading(), cast.lan.stall).average == "4,0"
    last = ratings()[-1]
    with pytest.raises(NotFound), transaction() as session:
        hide_rating(session, Actor(person_id=cast.hung), cast.commune + 1, last.id, "x", clock=now)
    for _ in range(2):
        with transaction() as session:
            hide_rating(session, Actor(person_id=cast.hung), cast.commune, last.id, "Lộ số máy", clock=now)
    all_of_them = ratings_in_all(reading(), cast.lan.stall)
    assert (all_of_them.average, all_of_them.count, all_of_them.hidden) == ("5,0", 3, 1)
    assert (ratings()[-1].hidden_reason, ratings()[-1].hidden_by_id) == ("Lộ số máy", cast.hung)
    told = reading().scalars(select(Notice.business_id).where(Notice.kind == "an_danh_gia").order_by(Notice.id))
    assert set(told) == {None, cast.lan.business}
    assert [one.verb for one in events_of(reading(), "order", last.order_id)].count("hide_rating") == 1


def test_it_goes_when_the_buyer_s_name_goes(cast: Cast, now: Clock) -> None:
    say(bought(cast, now), 5, now)
    with transaction() as session:
        session.execute(update(Contact).values(erased_at=now()))
    apply_rules([rule for rule in RULES if rule.model is Rating], now())
    assert ratings() == []
