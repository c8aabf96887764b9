"""A way for notices to leave the market is one folder: a pretended one is used as soon as it is registered."""

import runpy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from market import cli
from market.app import CHECKERS
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.doctor import examine
from market.base.errors import OutsideError
from market.base.jobs import Handler, Job, JobState, work_once
from market.base.jobs.queue import forget_done
from market.base.ports import SettingField
from market.notices import checks as notices_checks
from market.notices.actions import Message, enqueue_notifications
from market.notices.jobs import handlers
from market.notices.models import Notice
from market.notices.ports import Addressee, OutgoingNotice, SendingLimits
from market.notices.senders import SENDERS
from market.orders.rules import PayChoice
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.steps import buy
from tests.queries import counting

LIMITS = SendingLimits(most_time=timedelta(seconds=20), at_once=3)


@dataclass(slots=True, kw_only=True)
class Loudspeaker:
    """A pretended way with its fake: reaches some businesses and people, and keeps what it was given."""

    businesses: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    name: str = "loa"
    label: str = "Loa thôn"
    fields: tuple[SettingField, ...] = ()
    limits: SendingLimits = LIMITS
    faults: list[Exception] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    told: list[tuple[str, Addressee]] = field(default_factory=list)
    entered: dict[str, str] = field(default_factory=dict)

    def reaches(self, addressee: Addressee) -> bool:
        return addressee.business_id in self.businesses or addressee.person_id in self.people

    def send(self, notice: OutgoingNotice, to: Addressee, entered: Mapping[str, str]) -> None:
        self.tried.append(notice.key)
        self.entered = dict(entered)
        if self.faults:
            raise self.faults.pop()
        self.told.append((notice.sentence, to))


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Loudspeaker:
    """Reaches bà Lan's business, and Mai."""
    sender = Loudspeaker(businesses=(cast.lan.business,), people=(cast.mai,))
    monkeypatch.setitem(SENDERS, sender.name, sender)
    return sender


def message(key: str, *, business: int | None = None, person: int | None = None) -> Message:
    return Message(dedupe_key=key, kind="thu", sentence=f"Tin {key}.", business_id=business, person_id=person)


def tell(now: Clock, *messages: Message) -> None:
    with transaction() as session:
        enqueue_notifications(session, messages, now=now())


def here() -> dict[str, Handler]:
    """The senders' jobs, done in this process: a pretended sender is not in another."""
    return {kind: replace(one, runs_apart=False) for kind, one in handlers().items()}


def work() -> int:
    done = 0
    while work_once(here()):
        done += 1
    return done


def jobs() -> list[Job]:
    return list(reading().scalars(select(Job).where(Job.kind == "send_notice:loa").order_by(Job.id)))


def test_each_notice_is_sent_once_to_those_whom_the_way_reaches(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    told = [message("a", business=cast.lan.business), message("b", person=cast.mai)]
    tell(now, *told, message("c", business=cast.tu.business), message("d", person=cast.stranger), message("e"))
    assert loud.told == [], "nothing is called while the market writes"

    assert work() == 2
    assert [(sentence, to.business_id, to.person_id) for sentence, to in loud.told] == [
        ("Tin a.", cast.lan.business, None),
        ("Tin b.", None, cast.mai),
    ]
    tell(now, *told)
    assert work() == 0


def test_another_communes_people_are_not_reached(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        commune = make.make_commune(session, code="30011", name="xã Tứ Kỳ", letters="TK", host="tk.test")
        namesake = make.make_person(session, commune, "Vũ Thị Mai", "0900 300 021", now()).id
        hamlet = make.make_hamlet(session, commune, "thôn Nghĩa Dũng")
        business = make.make_business(session, hamlet, "Rau bà Lan", now()).id
    tell(now, message("a", business=business), message("b", person=namesake), message("c", person=cast.mai))
    assert work() == 1
    assert [to.person_id for _, to in loud.told] == [cast.mai]


def test_what_was_told_is_not_sent_again_after_its_job_is_forgotten(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    told = message("a", business=cast.lan.business)
    tell(now, told)
    work()
    now.move(days=8)
    with transaction() as session:
        forget_done(session)
    tell(now, told)
    assert jobs() == []
    assert loud.tried == ["a"]


def test_a_failure_is_tried_again_later_with_the_same_key(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    loud.faults.append(OutsideError("the line is down", permanent=False))
    tell(now, message("a", business=cast.lan.business))
    assert work() == 1
    assert (loud.tried, loud.told) == (["a"], [])
    assert jobs()[0].state is JobState.WAITING

    now.move(minutes=1)
    assert work() == 1
    assert (loud.tried, len(loud.told)) == (["a", "a"], 1)
    now.move(hours=1)
    assert work() == 0


def test_a_permanent_failure_waits_for_a_person(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    loud.faults.append(OutsideError("no such number", permanent=True))
    tell(now, message("a", business=cast.lan.business))
    work()
    now.move(days=1)
    assert work() == 0
    assert jobs()[0].state is JobState.DEAD


def test_one_way_that_fails_holds_up_no_other(
    loud: Loudspeaker, monkeypatch: pytest.MonkeyPatch, cast: Cast, now: Clock
) -> None:
    other = Loudspeaker(name="trong", businesses=(cast.lan.business,))
    monkeypatch.setitem(SENDERS, other.name, other)
    loud.faults.append(OutsideError("the line is down", permanent=False))
    tell(now, message("a", business=cast.lan.business))
    assert work() == 2
    assert (loud.told, len(other.told)) == ([], 1)


def test_a_notice_that_is_not_kept_is_not_sent(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session:
        enqueue_notifications(session, [message("a", business=cast.lan.business)], now=now())
        raise ZeroDivisionError
    assert jobs() == []
    assert reading().scalars(select(Notice.id)).all() == []


def test_an_order_is_told_to_its_seller_alone(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    buy(cast, now(), variant=cast.gao_nep, amount=1000, pay=PayChoice.ON_RECEIPT, accepted=False)
    work()
    [(sentence, to)] = loud.told
    assert order.code in sentence
    assert (to.business_id, to.order_id) == (cast.lan.business, order.id)


def test_the_worker_knows_the_jobs_of_every_sender(loud: Loudspeaker) -> None:
    handler = runpy.run_path(str(cli.__file__))["HANDLERS"]["send_notice:loa"]
    assert (handler.limit, handler.threads) == (LIMITS.most_time, LIMITS.at_once)
    assert handler.runs_apart, "a gateway that drips its answer is ended"


def test_without_a_sender_a_notice_costs_one_statement_and_no_job(cast: Cast, now: Clock) -> None:
    assert SENDERS == {}
    with counting() as seen:
        tell(now, message("a", business=cast.lan.business), message("b", person=cast.mai))
    assert len(seen) == 1, seen
    assert reading().scalars(select(Job.id)).all() == []


@pytest.mark.parametrize("typed", [None, "ngan", "x" * 201])
def test_a_way_that_lacks_what_it_asks_for_sends_nothing_and_the_doctor_says_what(
    loud: Loudspeaker, monkeypatch: pytest.MonkeyPatch, cast: Cast, now: Clock, typed: str | None
) -> None:
    loud.name = "loa-thon"
    monkeypatch.setitem(SENDERS, loud.name, SENDERS.pop("loa"))
    loud.fields = (SettingField(name="token", label="Mã loa", called="mã loa", hint="Hỏi nhà đài.", least=6),)
    if typed is not None:
        monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", typed)
    tell(now, message("a", business=cast.lan.business))
    assert reading().scalars(select(Job.id)).all() == []
    [found] = examine(notices_checks.checks(current_settings()))
    assert (found.is_well, found.says) == (False, "Chưa gửi qua Loa thôn: thiếu mã loa.")
    assert found.mend == "Đặt CHOSO_LOA_THON_TOKEN (từ 6 ký tự): Hỏi nhà đài."

    monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", "ma-loa-1")
    assert examine(notices_checks.checks(current_settings()))[0].is_well
    tell(now, message("b", business=cast.lan.business))
    assert work() == 1
    assert (loud.tried, loud.entered) == (["b"], {"token": "ma-loa-1"})


def test_the_doctor_asks_about_senders() -> None:
    assert notices_checks in CHECKERS
