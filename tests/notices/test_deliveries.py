"""How a notice goes from way to way: at most once for one person and way, whatever dies, and never at night."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from market.accounts.models import Person
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.jobs import Job, work_once
from market.cli import forget_old
from market.notices.actions import ChosenWays, choose_ways, know_unreached, send_test
from market.notices.jobs import look_after_deliveries
from market.notices.models import Notice, NoticeChoice, NoticeDelivery, PaidNotices
from market.notices.ports import Address, NotTaken
from market.notices.queries import count_unreached, last_tests, paid_this_month, unreached_businesses, unreached_of
from market.notices.rules import PAID_FACT, TRIES
from market.notices.senders import SENDERS
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.notices.ways import (
    Killed,
    Loudspeaker,
    ends,
    in_this_process,
    jobs,
    message,
    reaches,
    say,
    tell,
    until,
    waiting,
    work,
)
from tests.payments.steps import buy
from tests.registries import only

DOWN = "the line is down"


@pytest.fixture
def second(loud: Loudspeaker, cast: Cast) -> Iterator[Loudspeaker]:
    """A way that comes after `loud`, and costs money."""
    sender = Loudspeaker(name="trong", businesses=(cast.lan.business,), people=(cast.mai,), is_paid=True)
    with only(SENDERS, loud, sender):
        yield sender


def killed_at_work() -> None:
    """A worker dies at its job: the queue finds it again when its claim has run out."""
    with pytest.raises(Killed):
        work()


def test_one_way_is_tried_at_a_time_and_the_first_that_carries_ends_it(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    tell(now, message("a", business=cast.lan.business))
    work()
    assert (len(loud.told), second.tried, waiting()) == (1, [], 0)
    assert (ends(), reaches()) == ([("loa", "da_gui", None)], ["da_gui"])


@pytest.mark.parametrize("order", ["loa, trong", "trong, loa"])
def test_the_order_of_the_ways_is_a_dated_fact(app: Flask, cast: Cast, now: Clock, order: str) -> None:
    ways = [Loudspeaker(name=name, businesses=(cast.lan.business,)) for name in ("loa", "trong")]
    say("notice.ways", "trong", None)
    say("notice.ways", order, cast.commune)
    with only(SENDERS, *ways):
        tell(now, message("a", business=cast.lan.business))
        work()
    first = order.partition(",")[0]
    assert [one.name for one in ways if one.told] == [first]


def test_what_failed_is_tried_again_later_and_longer_then_the_next_way(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    loud.faults += [NotTaken(DOWN, permanent=False)] * TRIES
    tell(now, message("a", business=cast.lan.business))
    tries = []
    for _ in range(25):
        work()
        tries.append(len(loud.tried))
        now.move(minutes=1)
    assert (tries[0], tries[1], tries[5], tries[6], tries[20], tries[21]) == (1, 2, 2, 3, 3, 4)
    assert len(set(loud.tried)) == 1, "always under the same key"
    assert (len(loud.told), len(second.told)) == (0, 1)
    assert ends() == [("loa", "khong_gui_duoc", "het_lan_thu"), ("trong", "da_gui", None)]
    assert reaches() == ["da_gui"]


def test_a_permanent_failure_goes_on_at_once(loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock) -> None:
    loud.faults.append(OutsideError("no such number", permanent=True))
    tell(now, message("a", business=cast.lan.business))
    work()
    assert (len(loud.tried), len(second.told), ends()[0]) == (1, 1, ("loa", "khong_gui_duoc", "bi_tu_choi"))


def test_a_worker_that_died_after_the_call_never_sends_twice_where_keys_are_not_taken(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    loud.after_it_took.append(Killed())
    tell(now, message("a", business=cast.lan.business))
    killed_at_work()
    assert (len(loud.told), ends()) == (1, [("loa", "dang_gui", None)])
    work()
    assert ends() == [("loa", "dang_gui", None)], "its time is not over: somebody may be at it"
    now.move(minutes=6)
    until(lambda: len(ends()) == 2, now)
    work()
    assert (len(loud.told), len(second.told)) == (1, 1), "never the same way again"
    assert ends() == [("loa", "co_the_da_gui", None), ("trong", "da_gui", None)]


def test_a_worker_that_died_after_the_call_sends_again_under_the_same_key_where_keys_are_taken(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    loud.keys = True
    loud.after_it_took.append(Killed())
    tell(now, message("a", business=cast.lan.business))
    killed_at_work()
    now.move(minutes=6)
    until(lambda: reaches() == ["da_gui"], now)
    assert (len(loud.tried), len(set(loud.tried)), len(loud.told)) == (2, 1, 1)
    assert (second.tried, ends()) == ([], [("loa", "da_gui", None)])


def test_an_answer_that_never_came_is_no_reason_to_send_again_without_keys(
    loud: Loudspeaker, cast: Cast, now: Clock
) -> None:
    loud.after_it_took.append(OutsideError("no answer", permanent=False))
    tell(now, message("a", business=cast.lan.business))
    for _ in range(40):
        work()
        now.move(minutes=1)
    assert (len(loud.told), ends(), reaches()) == (1, [("loa", "co_the_da_gui", None)], ["co_the_da_gui"])


def test_one_whose_every_worker_dies_comes_to_an_end(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    loud.keys = True
    loud.faults += [Killed()] * 20
    tell(now, message("a", business=cast.lan.business))
    for _ in range(TRIES):
        killed_at_work()
        now.move(minutes=7)
    until(lambda: waiting() == 0, now)
    assert (len(loud.tried), ends()) == (TRIES, [("loa", "co_the_da_gui", None)])


def test_a_job_that_was_lost_is_written_anew(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    tell(now, message("a", business=cast.lan.business))
    assert work_once(in_this_process()), "the way is planned"
    with transaction() as session:
        for one in session.scalars(select(Job)):
            session.delete(one)
    look_after_deliveries(now())
    assert work() == 0, "it may still be on its way"
    now.move(minutes=31)
    look_after_deliveries(now())
    look_after_deliveries(now())
    work()
    assert len(loud.told) == 1


# --- at night ---------------------------------------------------------------------------------------------------------


def test_what_is_due_in_quiet_hours_waits_until_they_end(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    now.move(hours=12, minutes=30)
    tell(now, message("a", business=cast.lan.business))
    for _ in range(16):
        work()
        now.move(minutes=30)
    assert loud.tried == [], "5:30 in the morning"
    now.move(minutes=30)
    work()
    assert len(loud.told) == 1


def test_a_try_again_that_falls_into_the_night_waits_too(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    now.move(hours=11, minutes=59, seconds=30)
    loud.faults.append(NotTaken(DOWN, permanent=False))
    tell(now, message("a", business=cast.lan.business))
    for _ in range(17):
        work()
        now.move(minutes=30)
    assert len(loud.tried) == 1
    now.move(minutes=31)
    work()
    assert len(loud.told) == 1


def test_what_a_worker_died_at_in_the_evening_wakes_nobody(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    """Found by the night's stories: it was sent again as soon as its time was over, whatever the hour."""
    now.move(hours=11, minutes=58)
    loud.keys = True
    loud.faults.append(Killed())
    tell(now, message("a", business=cast.lan.business))
    killed_at_work()
    for _ in range(17):
        now.move(minutes=30)
        look_after_deliveries(now())
        work()
    assert len(loud.tried) == 1
    now.move(minutes=90)
    until(lambda: waiting() == 0, now)
    assert (ends(), len(loud.tried)) == ([("loa", "da_gui", None)], 2)


@pytest.mark.parametrize("wakes", [False, True])
def test_a_new_order_wakes_the_seller_who_wants_it_alone(
    loud: Loudspeaker, cast: Cast, now: Clock, *, wakes: bool
) -> None:
    with transaction() as session:
        choose_ways(session, cast.lan.person, ChosenWays(off=(), email=None, wakes_for_orders=wakes), now=now())
    now.move(hours=13)
    order = buy(cast, now(), accepted=False)
    tell(now, message("a", business=cast.lan.business))
    work()
    assert [order.code in sentence for sentence, _ in loud.told] == ([True] if wakes else [])


# --- what people want -------------------------------------------------------------------------------------------------


def test_a_way_that_somebody_does_not_want_is_passed_over(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        choose_ways(session, cast.mai, ChosenWays(off=("loa",), email=None, wakes_for_orders=False), now=now())
    tell(now, message("a", person=cast.mai))
    work()
    assert (loud.tried, len(second.told)) == ([], 1)
    assert ends() == [("loa", "bo_qua", "nguoi_nhan_tat"), ("trong", "da_gui", None)]


def test_a_letter_goes_to_the_address_that_was_given(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    loud.address = Address.EMAIL
    tell(now, message("a", person=cast.mai))
    work()
    with transaction() as session:
        chosen = ChosenWays(off=(), email="mai@thu.test", wakes_for_orders=False)
        choose_ways(session, cast.mai, chosen, now=now())
    tell(now, message("b", person=cast.mai))
    work()
    assert [(email, phones) for _, phones, email in loud.letters] == [("mai@thu.test", ())]
    kept = reading().connection().exec_driver_sql("SELECT email_cipher FROM notice_choice").scalar_one()
    assert "mai" not in kept


def test_a_test_is_heard_one_way_alone_at_night_too(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    now.move(hours=13)
    second.faults.append(OutsideError("no such number", permanent=True))
    for way in ("trong", "loa"):
        with transaction() as session:
            send_test(session, cast.commune, cast.mai, way, now=now())
    work()
    reading().expire_all()
    tests = last_tests(reading(), cast.mai)
    assert {way: one.state.value for way, one in tests.items()} == {"trong": "khong_gui_duoc", "loa": "da_gui"}
    assert len(loud.told) == 1
    assert count_unreached(reading(), cast.lan.business, now=now()) == 0


# --- what costs money -------------------------------------------------------------------------------------------------


def test_no_more_than_the_cap_is_sent_for_money_in_a_month(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    say(PAID_FACT, "2", cast.commune)
    loud.businesses = ()
    for key in "abc":
        tell(now, message(key, business=cast.lan.business))
    work()
    assert (len(second.told), reaches()) == (2, ["da_gui", "da_gui", "chua_gui_duoc"])
    assert ends()[-1] == ("trong", "bo_qua", "het_han_muc")
    spent = paid_this_month(reading(), cast.commune, now=now())
    assert (spent.sent, spent.most) == (2, 2)
    now.move(days=10)
    tell(now, message("d", business=cast.lan.business))
    work()
    assert len(second.told) == 3, "another month"


def test_one_commune_spends_nothing_of_another_s(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    say(PAID_FACT, "1")
    loud.businesses = ()
    with transaction() as session:
        far = make.make_commune(session, code="30011", name="xã Tứ Kỳ", letters="TK", host="tk.test")
        hamlet = make.make_hamlet(session, far, "thôn Khác")
        business = make.make_business(session, hamlet, "Hàng khác", now())
        business.phone = Phone("0900 300 055")
        shop = business.id
    second.businesses = (cast.lan.business, shop)
    tell(now, message("a", business=cast.lan.business), message("b", business=shop, commune=2))
    tell(now, message("c", business=cast.lan.business), message("d", business=shop, commune=2))
    work()
    assert sorted(sentence for sentence, _ in second.told) == ["Tin a.", "Tin b."]
    found = unreached_businesses(reading(), 2, now=now(), first=0, most=10)
    assert [(one.business_id, one.count) for one in found] == [(shop, 1)]


def test_what_was_surely_not_sent_costs_nothing(loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock) -> None:
    say(PAID_FACT, "1")
    loud.businesses = ()
    second.faults.append(OutsideError("no such number", permanent=True))
    tell(now, message("a", business=cast.lan.business))
    tell(now, message("b", business=cast.lan.business))
    work()
    assert (len(second.told), reading().scalars(select(PaidNotices.sent)).all()) == (1, [1])


def test_what_nobody_must_hear_is_not_carried_for_money(
    loud: Loudspeaker, second: Loudspeaker, cast: Cast, now: Clock
) -> None:
    loud.people = ()
    tell(now, replace(message("a", person=cast.mai), kind="dat_hang"))
    work()
    assert (second.tried, reaches()) == ([], ["khong_can"])


# --- what did not arrive ----------------------------------------------------------------------------------------------


def test_what_did_not_reach_a_business_is_known_until_it_says_so(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    loud.faults += [OutsideError("no such number", permanent=True)] * 2
    tell(now, message("a", business=cast.lan.business), message("b", business=cast.lan.business))
    work()
    assert reaches() == ["chua_gui_duoc", "chua_gui_duoc"]
    of = cast.lan.business
    newest, oldest = unreached_of(reading(), of, now=now(), most=10)
    assert (oldest.sentence, newest.sentence, count_unreached(reading(), of, now=now())) == ("Tin a.", "Tin b.", 2)
    with transaction() as session:
        know_unreached(session, cast.htx.business, newest.id, now=now())
        know_unreached(session, of, oldest.id, now=now())
    assert count_unreached(reading(), of, now=now()) == 1
    now.move(days=31)
    assert count_unreached(reading(), of, now=now()) == 0


def test_a_notice_without_a_way_to_anybody_did_not_arrive(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    tell(now, message("a", business=cast.theu))
    work()
    assert (reaches(), ends()) == (["chua_gui_duoc"], [])


def test_deliveries_are_no_more_than_ids(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    tell(now, message("a", business=cast.lan.business))
    work()
    columns = set(NoticeDelivery.__table__.columns.keys())
    assert columns == {
        "id", "commune_id", "notice_id", "person_id", "way", "state", "why", "attempts", "next_at", "ended_at",
        "counted_in",
    }  # fmt: skip
    assert [tuple(one.payload) for one in jobs()] == [("delivery_id",)]


def test_where_somebody_wanted_word_is_forgotten_with_them(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        for person in (cast.mai, cast.lan.person):
            choose_ways(session, person, ChosenWays(off=(), email="a@thu.test", wakes_for_orders=False), now=now())
        session.get_one(Person, cast.mai).erased_at = now()
    forget_old(now())
    assert reading().scalars(select(NoticeChoice.person_id)).all() == [cast.lan.person]


def test_what_became_of_notices_is_forgotten_before_they_are(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    tell(now, message("a", business=cast.lan.business))
    work()
    now.move(days=61)
    forget_old(now())
    assert (reaches(), ends(), len(reading().scalars(select(Notice.id)).all())) == ([], [], 1)
    now.move(days=310)
    forget_old(now())
    assert reading().scalars(select(Notice.id)).all() == []
