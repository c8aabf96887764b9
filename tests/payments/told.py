"""Word that leaves the market while orders and money move: what the world outside took, and what always holds of it."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select

from market.base.audit import Event
from market.base.commands import directory
from market.base.db import reading
from market.base.errors import OutsideError
from market.base.jobs import Job, JobState, work_once
from market.base.secrets import sign
from market.notices.actions.deliveries import sending_kind
from market.notices.actions.outbox import PLAN
from market.notices.jobs import look_after_deliveries
from market.notices.models import Notice, NoticeDelivery, NoticeDispatch, PaidNotices
from market.notices.ports import Destination, NotTaken, OutgoingNotice, Receiver
from market.notices.rules import OPEN as UNDER_WAY
from market.notices.rules import ORDER_FACT, PAID_FACT, TRIES, DeliveryState, may_leave, reach_of
from market.notices.senders import SENDERS
from market.orders.models import Order
from market.places.queries import quiet_hours
from tests.conftest import Clock
from tests.notices.ways import Killed, Loudspeaker, in_this_process, say
from tests.registries import only

CAP = 4
TELLS = {
    "accept": {"da_nhan"},
    "decline": {"tu_choi", "khach_tra_loi"},
    "cancel": {"da_huy", "tu_choi", "khong_den_lay"},
    "ready": {"san_sang"},
    "complete": {"da_giao"},
    "expire": {"qua_han", "nhan_lai"},
    "say_paid": {"bao_da_chuyen"},
    "take_up": {"nhan_lai"},
}
"""By the verb of an order's event: the notices of which one was written with it. An order of which the buyer wants none
of what is left is declined by their answer; what stands ready is called off by its stall, or because nobody came;
what its clock ended and its stall takes up at once is told as taken up."""
TAKEN = {DeliveryState.SENT, DeliveryState.MAYBE_SENT}


@dataclass(slots=True, kw_only=True)
class Line(Loudspeaker):
    """A way to everybody, whose world outside goes wrong as a story says. `taken`: the keys it told of, as often as it
    did; `nights`: those it was given in quiet hours."""

    now: Clock
    taken: list[str] = field(default_factory=list)
    at_night: list[str] = field(default_factory=list)

    def reaches(self, to: Receiver) -> bool:
        return True

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        if quiet_hours(reading(), to.recipient.commune_id).waking(self.now()) > self.now():
            self.at_night.append(notice.key)
        if self.faults:
            raise self.faults.pop(0)
        if not (self.keys and notice.key in self.taken):
            self.taken.append(notice.key)
        if self.after_it_took:
            raise self.after_it_took.pop(0)


@dataclass(slots=True)
class World:
    """Three ways out of the market: one that knows keys, one that does not, and one that costs money."""

    lines: tuple[Line, ...]
    now: Clock

    def line_down(self, size: int) -> None:
        """So often the first line takes nothing, for a while or for good."""
        self.lines[size % 3].faults += [NotTaken("down", permanent=size % 7 == 0)] * (size % (TRIES + 2))

    def no_answer(self, size: int) -> None:
        """A line takes it and its answer is lost, or the worker dies before it can write that down."""
        broken = Killed() if size > 10 else OutsideError("no answer", permanent=False)
        self.lines[size % 3].after_it_took.append(broken)

    def worker_dies(self, size: int) -> None:
        """Before the line has heard of it."""
        self.lines[size % 3].faults.append(Killed())

    def work(self, size: int) -> None:
        """So many jobs are done; a worker that dies at one leaves it to the next, once its time is over."""
        for _ in range(size):
            with contextlib.suppress(Killed):
                if not work_once(in_this_process()):
                    return

    def lose_jobs(self, _size: int) -> None:
        """What was lost is found by who looks after it."""
        look_after_deliveries(self.now())

    def settle(self) -> None:
        """The lines are well again, and time goes on until nothing is under way any more."""
        for line in self.lines:
            line.faults.clear()
            line.after_it_took.clear()
        kinds = [PLAN, *(sending_kind(line.name) for line in self.lines)]
        still = select(Job.id).where(Job.kind.in_(kinds), Job.state == JobState.WAITING).limit(1)
        for _ in range(60):
            self.work(1000)
            reading().expire_all()
            if reading().scalar(still) is None:
                return
            self.now.move(minutes=40)
        raise AssertionError("there is word that never comes to an end")


@contextmanager
def world_outside(commune: int, now: Clock) -> Iterator[World]:
    """The only ways out of the market, until the context ends."""
    lines = (
        Line(name="chuong", keys=True, now=now),
        Line(name="trong", now=now),
        Line(name="keng", is_paid=True, now=now),
    )
    say(ORDER_FACT, "chuong, trong, keng", commune)
    say(PAID_FACT, str(CAP), commune)
    with only(SENDERS, *lines):
        yield World(lines, now)


def assert_told(world: World) -> None:
    """After every step: each fact has its notice, and what is written of word under way is what the world knows."""
    assert_facts_have_their_notice()
    deliveries = reading().scalars(select(NoticeDelivery)).all()
    lines = {line.name: line for line in world.lines}
    for line in world.lines:
        assert len(set(line.taken)) == len(line.taken), "nobody hears one thing twice by one way"
        assert line.at_night == [], "nobody is woken"
    ends = defaultdict(list)
    for one in deliveries:
        ends[one.notice_id].append((one.state, one.why))
        is_taken = sign("notice-delivery", str(one.id)) in lines[one.way].taken
        if one.state is DeliveryState.SENT:
            assert is_taken, "nobody reads that word went that did not"
        if one.state in (DeliveryState.SKIPPED, DeliveryState.FAILED):
            assert not is_taken, "nobody reads that word did not go that did"
        if one.state is DeliveryState.WAITING and not lines[one.way].keys:
            assert not is_taken, "what may have gone is never sent again without a key"
    for dispatch in reading().scalars(select(NoticeDispatch)):
        assert dispatch.reach == reach_of(ends[dispatch.notice_id]) or dispatch.reach.value == "khong_can"
    assert_counted(deliveries)


def assert_counted(deliveries: Sequence[NoticeDelivery]) -> None:
    """What costs money was counted before it went, each once, and never more than the cap."""
    counted: dict[str, int] = defaultdict(int)
    for one in deliveries:
        if one.counted_in is not None:
            counted[one.counted_in] += 1
        elif one.way == "keng":
            assert one.state in (DeliveryState.WAITING, DeliveryState.SKIPPED, DeliveryState.FAILED)
    spent = {row.month: row.sent for row in reading().scalars(select(PaidNotices))}
    assert all(spent.get(month, 0) == number <= CAP for month, number in counted.items())
    assert all(number == counted[month] for month, number in spent.items())


def assert_facts_have_their_notice() -> None:
    told = {(order_id, kind) for order_id, kind in reading().execute(select(Notice.order_id, Notice.kind))}
    for order_id in reading().scalars(select(Order.id)):
        assert (order_id, "don_moi") in told
    told_of: dict[int | None, set[str]] = defaultdict(set)
    for order_id, kind in told:
        told_of[order_id].add(kind)
    for order_id, verb in reading().execute(select(Event.subject_id, Event.verb).where(Event.subject == "order")):
        assert verb not in TELLS or TELLS[verb] & told_of[order_id], f"{verb} without a word"


def assert_all_gone(world: World) -> None:
    """At the end: every notice that may leave has left, or nobody needed it any more, and nothing is half done."""
    world.settle()
    assert_told(world)
    open_ones = select(NoticeDelivery).where(NoticeDelivery.state.in_(UNDER_WAY))
    assert reading().scalars(open_ones).all() == []
    left = set(reading().scalars(select(NoticeDispatch.notice_id)))
    for notice in reading().scalars(select(Notice)):
        assert notice.id in left or not may_leave(notice.kind) or directory().is_over(notice.id)
