"""Buyer and stall write to one another about an order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.base.audit import GUEST, Actor, Event
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.base.retention import apply_rules
from market.notices.models import Notice
from market.orders.actions.talking import NEWS, NewMessage, read_messages, write_message
from market.orders.models import Contact, Order, OrderMessage
from market.orders.queries.talk import talk_hints, talk_of
from market.orders.retention import RULES
from market.orders.rules import MOST_MESSAGES, TALK_AFTER, Recipient
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import decline_as_shown, place, wanted


def order_of_mai(cast: Cast, now: Clock) -> int:
    return place(cast.commune, wanted(cast.dau_xanh), now=now()).order_ids[0]


def say(order_id: int, text: str, now: Clock, *, stall_id: int | None = None, key: str | None = None) -> None:
    with transaction() as session:
        new = NewMessage(order_id=order_id, text=text, client_key=key, stall_id=stall_id)
        write_message(session, GUEST, new, clock=now)


def read(order_id: int, reader: Recipient, now: Clock) -> None:
    with transaction() as session:
        read_messages(session, order_id, reader, clock=now)


def news() -> list[tuple[int | None, str]]:
    """To whom it was told that something was written (None: the guest), in order."""
    found = reading().scalars(select(Notice).where(Notice.kind == NEWS).order_by(Notice.id))
    return [(one.business_id, one.sentence.split(" nhắn")[0]) for one in found]


def texts(order_id: int, now: Clock) -> list[str]:
    order = reading().get_one(Order, order_id)
    return [one.text for one in talk_of(reading(), order, Recipient.BUYER, now=now()).messages]


def test_each_side_is_told_once_for_all_that_it_has_not_read(cast: Cast, now: Clock) -> None:
    order = order_of_mai(cast, now)
    for text in ("Có lá non không bác?", "Cháu lấy buổi chiều"):
        say(order, text, now)
    assert news() == [(cast.lan.business, "Khách")]
    read(order, Recipient.SELLER, now)
    say(order, "Có cháu ạ", now, stall_id=cast.lan.stall)
    say(order, "Vâng", now)
    assert news() == [(cast.lan.business, "Khách"), (None, "Rau bà Lan"), (cast.lan.business, "Khách")]
    assert texts(order, now) == ["Có lá non không bác?", "Cháu lấy buổi chiều", "Có cháu ạ", "Vâng"]


def test_a_note_is_told_with_the_order_and_keeps_no_message_from_being_told(cast: Cast, now: Clock) -> None:
    asked = wanted(cast.dau_xanh)
    order = place(cast.commune, replace(asked, note="Nhận sau 17 giờ"), now=now()).order_ids[0]
    (new,) = reading().scalars(select(Notice.sentence).where(Notice.kind == "don_moi"))
    assert "Có lời dặn của khách." in new
    assert "17 giờ" not in new
    hint = talk_hints(reading(), [order])[order]
    assert (hint.note, hint.unread) == ("Nhận sau 17 giờ", 0)
    say(order, "Nhớ gọi cháu", now)
    assert news() == [(cast.lan.business, "Khách")]
    assert talk_hints(reading(), [order])[order].unread == 1


def test_the_same_form_again_says_nothing_twice(cast: Cast, now: Clock) -> None:
    order = order_of_mai(cast, now)
    for _ in range(2):
        say(order, "Có lá non không bác?", now, key="page")
    assert texts(order, now) == ["Có lá non không bác?"]


def test_each_side_writes_so_much_and_no_more(cast: Cast, now: Clock) -> None:
    order = order_of_mai(cast, now)
    for number in range(MOST_MESSAGES):
        say(order, f"Lần {number}", now)
    with pytest.raises(Refused, match="dùng hết rồi"):
        say(order, "Lần nữa", now)
    say(order, "Bác đọc rồi", now, stall_id=cast.lan.stall)


def test_long_after_its_end_nothing_more_is_written(cast: Cast, now: Clock) -> None:
    order = order_of_mai(cast, now)
    with transaction() as session:
        decline_as_shown(session, GUEST, order, "Hết hàng", clock=now)
    now.move(seconds=(TALK_AFTER - timedelta(minutes=1)).total_seconds())
    say(order, "Bao giờ có lại bác?", now)
    now.move(minutes=2)
    with pytest.raises(Refused, match="quá 14 ngày"):
        say(order, "Alo", now)
    assert not talk_of(reading(), reading().get_one(Order, order), Recipient.BUYER, now=now()).is_open


def test_an_order_over_by_time_that_nobody_wrote_down_counts_from_its_clock(cast: Cast, now: Clock) -> None:
    order = order_of_mai(cast, now)
    now.move(days=1)
    say(order, "Cháu vẫn muốn mua", now)
    now.move(days=TALK_AFTER.days)
    with pytest.raises(Refused, match="quá 14 ngày"):
        say(order, "Alo", now)


def test_another_stall_writes_nothing(cast: Cast, now: Clock) -> None:
    order = order_of_mai(cast, now)
    with pytest.raises(NotFound):
        say(order, "Mua của tôi đi", now, stall_id=cast.htx.stall)


def test_the_log_says_that_somebody_wrote_and_not_what(cast: Cast, now: Clock) -> None:
    order = order_of_mai(cast, now)
    with transaction() as session:
        new = NewMessage(order_id=order, text="Cửa sau nhà Mai", client_key=None, stall_id=cast.lan.stall)
        write_message(session, Actor(person_id=cast.lan.person), new, clock=now)
    (event,) = reading().scalars(select(Event).where(Event.verb == "write_message"))
    assert (event.subject_id, event.actor_id, event.fields) == (order, cast.lan.person, "")


def test_what_was_written_goes_when_the_buyer_s_name_goes(cast: Cast, now: Clock) -> None:
    order, other = order_of_mai(cast, now), order_of_mai(cast, now)
    for one in (order, other):
        say(one, "Cháu Mai đây", now)
    with transaction() as session:
        contact = session.get_one(Order, order).purchase.contact_id
        session.get_one(Contact, contact).erased_at = now()
    apply_rules([rule for rule in RULES if rule.model is OrderMessage], now())
    reading().expire_all()
    assert reading().scalars(select(OrderMessage.order_id)).all() == [other]
