"""Buyers fetch in a slot of their point: far enough ahead, with room, at which the stall is there too."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, Refused
from market.base.seen import ChangedSince, seen_of
from market.notices.models import Notice
from market.orders.actions.inputs import WantedOrder
from market.orders.actions.slots import SlotMove, close_day, move_slot
from market.orders.queries.slots import point_days, slot_facts
from market.orders.rules import OrderStatus
from market.orders.rules.slots import (
    ComingStall,
    PointDays,
    Trip,
    earliest_begin,
    keeps_slots,
    slots_of,
    trips,
)
from market.payments import actions
from market.places.actions.closures import ClosedDay, reopen_day
from market.places.models import PickupPoint
from market.places.rules.hours import OpenWindow, PointHours, Slot, opening_days, read_windows
from market.sellers.models import Stall, StallVisit
from market.sellers.rules.visits import BY_ARRANGEMENT, VisitTimes
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import MAI, NIGHT, accept_as_shown, order_row, place, ref, take_up_as_shown, wanted

WEDNESDAY, THURSDAY = Slot(date(2026, 11, 25), 360, 540), Slot(date(2026, 11, 26), 360, 540)


@pytest.fixture
def opened(cast: Cast) -> Cast:
    """The point opens on Wednesdays and Thursdays, 6:00 to 9:00, for two orders each."""
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 9), (3, 6, 9), capacity=2)
    return cast


def beans(cast: Cast, slot: Slot | None = WEDNESDAY, **more: object) -> WantedOrder:
    return replace(wanted(cast.rau_muong, point=cast.pickup, slot=slot), **more)  # type: ignore[arg-type]


def buy(cast: Cast, now: Clock, *orders: WantedOrder, phone: str = "") -> int:
    buyer = replace(MAI, device=f"phone-{phone}") if phone else MAI
    return place(cast.commune, *(orders or (beans(cast),)), now=now(), buyer=buyer).order_ids[0]


def told(kind: str) -> list[Notice]:
    reading().expire_all()
    return [one for one in reading().query(Notice).order_by(Notice.id) if one.kind == kind]


# --- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "windows"),
    [
        ("6:00–8:30", ((360, 510),)),
        ("16h-18h30, 6:00–8:00", ((360, 480), (960, 1110))),
        ("", ()),
    ],
)
def test_opening_hours_are_read_as_they_are_typed(typed: str, windows: tuple[tuple[int, int], ...]) -> None:
    assert read_windows(3, typed) == tuple(OpenWindow(3, *one) for one in windows)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("chiều", "Mời ghi giờ mở và giờ đóng"),
        ("8-6", "Giờ đóng phải sau giờ mở"),
        ("6-9, 8-10", "Hai buổi trùng giờ"),
        ("1-2,3-4,5-6,7-8", "nhiều nhất 3 buổi"),
        ("6-25", "không phải “25”"),
    ],
)
def test_hours_that_are_none_are_said_to_be(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_windows(0, typed)


def test_a_slot_is_said_as_people_say_it_and_comes_back_from_a_form() -> None:
    assert THURSDAY.words == "thứ Năm 26/11, 6:00–9:00"
    assert Slot.read(THURSDAY.value) == THURSDAY
    for text in ("2026-11-26", "2026-11-26_540_360", "2026-11-26_0360_540", "x_1_2", "2026-11-26_1_2_3"):
        with pytest.raises(ValueError):
            Slot.read(text)
    assert opening_days([OpenWindow(3, 360, 480), OpenWindow(6, 0, 1440)]) == "thứ Năm 6:00–8:00; Chủ nhật 0:00–24:00"


MORNINGS = PointHours(
    windows=tuple(OpenWindow(day, 360, 540) for day in range(7)), closed=frozenset({date(2026, 11, 26)})
)
NOON = datetime.fromisoformat("2026-11-24T12:00+07:00")


def stall(number: int, days: int, *, by_itself: bool = False) -> ComingStall:
    earliest = earliest_begin(NOON, by_itself=by_itself, quiet=NIGHT)
    return ComingStall(stall_id=number, times=VisitTimes(days=days, begins=360, ends=480), earliest=earliest)


def test_a_slot_is_offered_where_stall_and_point_are_there_and_the_stall_has_had_time_to_answer() -> None:
    point, today = PointDays(hours=MORNINGS), date(2026, 11, 24)
    days = [slot.day.day for slot in slots_of(point, stall(1, 0b1111111), today)]
    assert days == [25, 27, 28, 29, 30, 1], "not today, which is over; not the closed Thursday; six of them"
    assert [slot.day.day for slot in slots_of(point, stall(1, 0b0010000), today)] == [27, 4]
    late = replace(
        stall(1, 0b1111111), earliest=earliest_begin(NOON + timedelta(hours=10), by_itself=False, quiet=NIGHT)
    )
    assert slots_of(point, late, today)[0].day.day == 27, "who orders at night is answered until 10 o'clock"
    afternoon = PointHours(windows=(OpenWindow(1, 960, 1080),))
    assert (
        slots_of(PointDays(hours=afternoon), replace(stall(1, 0b10), times=VisitTimes(days=0b10)), today)[0].day.day
        == 1
    )
    by_itself = replace(stall(1, 0b10, by_itself=True), times=VisitTimes(days=0b10))
    assert slots_of(PointDays(hours=afternoon), by_itself, today)[0].day.day == 24


def test_who_comes_by_arrangement_or_never_while_it_is_open_keeps_no_slots() -> None:
    assert not keeps_slots(MORNINGS, VisitTimes(days=BY_ARRANGEMENT))
    assert not keeps_slots(MORNINGS, VisitTimes(days=1, begins=900, ends=960))
    assert not keeps_slots(PointHours(), VisitTimes(days=1))
    assert keeps_slots(MORNINGS, VisitTimes(days=1 | BY_ARRANGEMENT))


def test_one_trip_is_proposed_first_where_stalls_come_anyway_and_as_few_as_can_be() -> None:
    """Of three stalls two are there on Friday and Monday, the third on Saturdays alone."""
    today, friday, monday = date(2026, 11, 24), Slot(date(2026, 11, 27), 360, 540), Slot(date(2026, 11, 30), 360, 540)
    stalls = [stall(1, 0b0010001), stall(2, 0b0110001), stall(3, 0b0100000)]
    [together, alone] = trips(PointDays(hours=MORNINGS), stalls, today)
    assert together.stall_ids == (1, 2)
    assert together.slots[:2] == (friday, monday)
    assert (alone.stall_ids, alone.slots[0].day.day) == ((3,), 28)
    brought = PointDays(hours=MORNINGS).with_orders(monday, 2)
    assert trips(brought, stalls, today)[0].slots[0] == monday
    full = PointDays(hours=replace(MORNINGS, capacity=1)).with_orders(friday, 9)
    assert friday not in trips(full, stalls[:1], today)[0].slots
    assert trips(PointDays(hours=PointHours(windows=(OpenWindow(1, 0, 60),))), stalls[:1], today) == [
        Trip(stall_ids=(1,), slots=())
    ]


# --- at check-out -----------------------------------------------------------------------------------------------------


def test_the_slot_that_was_chosen_stays_with_the_order(opened: Cast, now: Clock) -> None:
    order = order_row(buy(opened, now))
    assert order.slot == WEDNESDAY
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, opened.pickup), (6, 6, 9))
    assert order_row(order.id).slot == WEDNESDAY


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        (None, "slot_missing"),
        (Slot(date(2026, 11, 25), 360, 541), "slot_gone"),
        (Slot(date(2026, 11, 27), 360, 540), "slot_gone"),
        (Slot(date(2027, 3, 3), 360, 540), "slot_gone"),
        (Slot(date(2026, 11, 18), 360, 540), "slot_gone"),
    ],
)
def test_a_slot_that_is_none_is_refused(opened: Cast, now: Clock, slot: Slot | None, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        buy(opened, now, beans(opened, slot))
    assert refusal.value.code == code
    assert point_days(reading(), opened.commune, opened.pickup, now=now()).taken == {}


def test_a_full_slot_names_the_next_and_what_ends_frees_its_place(opened: Cast, now: Clock) -> None:
    first = buy(opened, now)
    buy(opened, now, phone="b")
    with pytest.raises(Conflict, match=r"thứ Tư 25/11, 6:00–9:00 .* vừa đủ đơn.*giỏ còn nguyên.*kế: thứ Năm 26/11"):
        buy(opened, now, phone="c")
    with transaction() as session:
        actions.cancel_order(session, GUEST, first, clock=now)
    third = buy(opened, now, phone="c")
    now.move(hours=11, seconds=1)  # the stall's time to answer is over, written or not
    assert order_row(third).slot == WEDNESDAY
    assert point_days(reading(), opened.commune, opened.pickup, now=now()).room(WEDNESDAY) == 2


def test_two_orders_of_one_purchase_take_two_places(opened: Cast, now: Clock) -> None:
    rice = wanted(opened.gao_nep, point=opened.pickup, slot=WEDNESDAY)
    buy(opened, now, phone="b")
    with pytest.raises(Conflict):
        buy(opened, now, beans(opened), rice)
    buy(opened, now, beans(opened), replace(rice, slot=THURSDAY))


def test_a_point_without_slots_and_a_stall_by_arrangement_are_as_before(cast: Cast, now: Clock) -> None:
    assert order_row(buy(cast, now, beans(cast, None))).slot is None
    with pytest.raises(Refused, match="không còn chia buổi"):
        buy(cast, now, beans(cast))
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 9))
        session.query(StallVisit).filter_by(stall_id=cast.lan.stall).update({"days": BY_ARRANGEMENT})
    assert order_row(buy(cast, now, beans(cast, None), phone="b")).slot is None


def test_goods_paid_on_receipt_are_held_until_their_slot_is_over_and_waited_for_as_long(cast: Cast, now: Clock) -> None:
    """Eight days ahead, where the stall holds goods for three, and what is ready is kept for two."""
    far = Slot(date(2026, 12, 2), 360, 1260)
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 21))
    order_id = buy(cast, now, beans(cast, far))
    with transaction() as session:
        accept_as_shown(session, GUEST, order_id, clock=now)
    assert order_row(order_id).due_at == far.ends_at
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order_id), clock=now)
    assert order_row(order_id).fetch_by == far.ends_at


def test_a_stall_that_takes_orders_by_itself_holds_them_as_long(opened: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Stall, opened.lan.stall).accepts_by_itself = True
    far = Slot(date(2026, 12, 3), 360, 540)
    order = order_row(buy(opened, now, beans(opened, far)))
    assert (order.status, order.due_at) == (OrderStatus.ACCEPTED, far.ends_at)


def test_an_order_taken_up_again_needs_its_place(opened: Cast, now: Clock) -> None:
    lost = buy(opened, now, beans(opened, THURSDAY))
    now.move(hours=11, seconds=1)
    for phone in ("b", "c"):
        buy(opened, now, beans(opened, THURSDAY), phone=phone)
    with pytest.raises(Conflict, match="đã đủ đơn"), transaction() as session:
        take_up_as_shown(session, GUEST, lost, clock=now)
    assert order_row(lost).status is OrderStatus.PLACED, "nothing of it was written"


# --- moved, taken away ------------------------------------------------------------------------------------------------


def move(cast: Cast, order_id: int, slot: Slot, now: Clock, *, seen: Slot | None = WEDNESDAY) -> None:
    facts = {"buổi lấy hàng": seen.words if seen else "chưa hẹn"}
    new = SlotMove(stall_id=cast.lan.stall, order_id=order_id, slot=slot, seen=seen_of(facts))
    with transaction() as session:
        move_slot(session, Actor(person_id=cast.lan.person), new, clock=now)


def test_a_moved_order_tells_its_buyer_who_may_leave_it_though_packed_and_paid(opened: Cast, now: Clock) -> None:
    order_id = buy(opened, now)
    for act in (accept_as_shown,):
        with transaction() as session:
            act(session, GUEST, order_id, clock=now)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order_id), clock=now)
    with pytest.raises(Conflict), transaction() as session:
        actions.cancel_order(session, GUEST, order_id, clock=now)
    for _ in range(2):
        move(opened, order_id, THURSDAY, now)
    order = order_row(order_id)
    assert (order.slot, slot_facts(order)) == (THURSDAY, {"buổi lấy hàng": THURSDAY.words})
    assert order.fetch_by is not None
    assert order.fetch_by >= THURSDAY.ends_at
    [notice] = told("doi_buoi")
    for words in (WEDNESDAY.words, THURSDAY.words, "bấm Hủy"):
        assert words in notice.sentence
    assert "move_slot" in [one.verb for one in events_of(reading(), "order", order_id)]
    with transaction() as session:
        actions.cancel_order(session, GUEST, order_id, clock=now)
    assert order_row(order_id).status is OrderStatus.CANCELLED
    with transaction() as session:
        actions.cancel_order(session, GUEST, order_id, clock=now)


def test_a_move_is_refused_where_there_is_no_room_or_the_page_was_old(opened: Cast, now: Clock) -> None:
    order_id = buy(opened, now)
    for phone in ("b", "c"):
        buy(opened, now, beans(opened, THURSDAY), phone=phone)
    with pytest.raises(Conflict, match="đủ đơn"):
        move(opened, order_id, THURSDAY, now)
    with pytest.raises(ChangedSince):
        move(opened, order_id, Slot(date(2026, 12, 2), 360, 540), now, seen=THURSDAY)
    assert order_row(order_id).slot == WEDNESDAY
    assert told("doi_buoi") == []


def close(cast: Cast, now: Clock, reason: str = "Mưa bão") -> int:
    day = ClosedDay(commune_id=cast.commune, point_id=cast.pickup, day=WEDNESDAY.day, reason=reason)
    with transaction() as session:
        return close_day(session, Actor(person_id=cast.hung), day, now=now())


def test_a_day_closed_by_the_office_tells_both_sides_once_and_takes_no_more(
    opened: Cast, now: Clock, session: Session
) -> None:
    order_id = buy(opened, now)
    other = buy(opened, now, beans(opened, THURSDAY), phone="b")
    assert close(opened, now) == 1
    close(opened, now)
    notices = told("diem_nghi")
    assert [(one.order_id, one.business_id is None) for one in notices] == [(order_id, True), (order_id, False)]
    assert "thứ Tư 25/11, 6:00–9:00: Mưa bão." in notices[0].sentence
    assert (order_row(order_id).slot_off_at, order_row(other).slot_off_at) == (now(), None)
    with pytest.raises(Conflict, match="không còn hẹn được"):
        buy(opened, now, phone="c")
    verbs = [one.verb for one in events_of(session, "pickup_point", opened.pickup)]
    assert verbs == ["close_point_day"]
    with transaction() as writing:
        reopen_day(writing, Actor(person_id=opened.hung), opened.commune, opened.pickup, WEDNESDAY.day, now=now())
    buy(opened, now, phone="c")


def test_only_days_to_come_are_closed_and_only_ones_own_points(opened: Cast, now: Clock) -> None:
    with pytest.raises(Refused, match="từ hôm nay"), transaction() as session:
        yesterday = ClosedDay(commune_id=opened.commune, point_id=opened.pickup, day=date(2026, 11, 23), reason="Nghỉ")
        close_day(session, GUEST, yesterday, now=now())
