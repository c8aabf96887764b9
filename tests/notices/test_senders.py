"""A way for notices to leave the market is one folder: a pretended one is used as soon as it is registered."""

import runpy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from market import cli
from market.app import CHECKERS
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.doctor import Finding, examine
from market.base.errors import OutsideError
from market.base.jobs import Handler, Job, JobState, work_once
from market.base.jobs.queue import forget_done
from market.base.ports import SettingField
from market.notices import checks as notices_checks
from market.notices.actions import Message, enqueue_notifications
from market.notices.jobs import handlers
from market.notices.models import Notice
from market.notices.ports import Addressee, Destination, OutgoingNotice, SendingLimits
from market.notices.senders import SENDERS
from market.orders.rules import PayChoice
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import database_by_day_on
from tests.payments.steps import buy
from tests.queries import counting
from tests.registries import only

database_url = database_by_day_on("sqlite")

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
    needs_phones: bool = False
    faults: list[Exception] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    told: list[tuple[str, Addressee]] = field(default_factory=list)
    letters: list[tuple[str, tuple[Phone, ...]]] = field(default_factory=list)
    entered: dict[str, str] = field(default_factory=dict)

    def reaches(self, addressee: Addressee) -> bool:
        return addressee.business_id in self.businesses or addressee.person_id in self.people

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        self.tried.append(notice.key)
        self.entered = dict(entered)
        if self.faults:
            raise self.faults.pop()
        self.told.append((notice.sentence, to.addressee))
        self.letters.append((notice.link, to.phones))


@pytest.fixture(autouse=True)
def no_senders() -> Iterator[None]:
    """None but those that a test registers."""
    with only(SENDERS):
        yield


@pytest.fixture
def loud(no_senders: None, cast: Cast) -> Iterator[Loudspeaker]:
    """Reaches bà Lan's business, and Mai."""
    sender = Loudspeaker(businesses=(cast.lan.business,), people=(cast.mai,))
    with only(SENDERS, sender):
        yield sender


def message(key: str, *, business: int | None = None, person: int | None = None, commune: int = 1) -> Message:
    said = {"kind": "thu", "sentence": f"Tin {key}."}
    return Message(commune_id=commune, dedupe_key=key, **said, business_id=business, person_id=person)


def addressee(**ids: int) -> Addressee:
    return Addressee(**({"business_id": None, "person_id": None, "order_id": None, "purchase_id": None} | ids))


def tell(now: Clock, *messages: Message) -> None:
    with transaction() as session:
        enqueue_notifications(session, messages, now=now())


def in_this_process() -> dict[str, Handler]:
    """The senders' jobs, done in this process: a pretended sender is not in another."""
    return {kind: replace(one, runs_apart=False) for kind, one in handlers().items()}


def work() -> int:
    done = 0
    while work_once(in_this_process()):
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
        far = commune.id
    theirs = message("a", business=business, commune=far), message("b", person=namesake, commune=far)
    tell(now, *theirs, message("c", person=cast.mai))
    assert work() == 1
    assert [to.person_id for _, to in loud.told] == [cast.mai]


def test_what_was_told_is_not_sent_again_after_its_job_is_forgotten(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    told = message("a", business=cast.lan.business)
    tell(now, told)
    work()
    now.move(days=8)
    forget_done()
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


def test_one_way_that_fails_holds_up_no_other(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    other = Loudspeaker(name="trong", businesses=(cast.lan.business,))
    loud.faults.append(OutsideError("the line is down", permanent=False))
    with only(SENDERS, loud, other):
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


@pytest.fixture
def texting(loud: Loudspeaker) -> Loudspeaker:
    loud.needs_phones = True
    return loud


def test_a_way_that_calls_people_is_given_their_numbers_and_the_whole_link(
    texting: Loudspeaker, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), accepted=False)
    work()
    [(link, phones)] = texting.letters
    assert (link, phones) == (f"http://cho.test/ban-hang/{cast.lan.slug}/don/{order.code}", (Phone("0900 000 011"),))
    assert client.get(link).status_code == 303, "the link opens nothing by itself"
    sign_in(client, cast.lan.person, now())
    assert order.code in client.get(link).text


CLOCKS = ("created", "msecs", "relativeCreated", "thread", "process")
"""Of a log's record what may have any digits: its clocks, and who wrote it."""


def test_a_number_is_in_no_job_and_in_no_line_of_the_log(
    texting: Loudspeaker, caplog: pytest.LogCaptureFixture, cast: Cast, now: Clock
) -> None:
    texting.faults += [OutsideError("no +84900000011, 0900 000 011", permanent=True), ValueError("0900000011 is odd")]
    tell(now, message("a", business=cast.lan.business))
    said = []
    for _ in range(2):
        work()
        said.append(str(jobs()[0].error))
        now.move(hours=1)
    [job] = jobs()
    assert (job.payload.keys(), job.state) == ({"notice_id", "way"}, JobState.DEAD)
    assert said[0].startswith("OutsideError: ValueError test_senders.py:")
    assert said[1] == "OutsideError: no …, …"
    assert [record.message for record in caplog.records if record.name.startswith("market")] == ["job failed"] * 2
    told = [
        {name: value for name, value in vars(record).items() if name not in CLOCKS}
        for record in caplog.records
        if record.name.startswith("market")
    ]
    kept = f"{said} {told}"
    assert "0000" not in kept
    assert "900 000" not in kept
    assert "900" not in repr(Destination(addressee=addressee(), phones=(Phone("0900 000 011"),)))


def test_those_who_left_no_number_are_not_called(texting: Loudspeaker, cast: Cast, now: Clock) -> None:
    texting.businesses = (cast.theu,)
    tell(now, message("a", business=cast.theu))
    assert work() == 1
    assert (texting.tried, jobs()[0].state) == ([], JobState.DONE)


def test_a_way_that_calls_nobody_is_given_no_number(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    tell(now, message("a", business=cast.lan.business))
    work()
    assert loud.letters == [("http://cho.test/ban-hang", ())]


def test_the_worker_knows_the_jobs_of_every_sender(loud: Loudspeaker) -> None:
    handler = runpy.run_path(str(cli.__file__))["HANDLERS"]["send_notice:loa"]
    assert (handler.limit, handler.threads) == (LIMITS.most_time, LIMITS.at_once)
    assert handler.runs_apart, "a gateway that drips its answer is ended"


def test_without_a_sender_a_notice_costs_one_statement_and_no_job(cast: Cast, now: Clock) -> None:
    with counting() as seen:
        tell(now, message("a", business=cast.lan.business), message("b", person=cast.mai))
    assert len(seen) == 1, seen
    assert reading().scalars(select(Job.id)).all() == []


TOKEN = SettingField(name="token", label="Mã loa", called="mã loa", hint="Hỏi nhà đài.", least=6)
SHOP = SettingField(name="dai", label="Mã đài", called="mã đài", hint="Trên máy.", least=2)


@pytest.fixture
def asking(loud: Loudspeaker) -> Iterator[Loudspeaker]:
    """Asks for two things before it sends anything."""
    loud.name, loud.fields = "loa-thon", (TOKEN, SHOP)
    with only(SENDERS, loud):
        yield loud


def found() -> Finding:
    [one] = examine(notices_checks.checks(current_settings()))
    return one


@pytest.mark.parametrize("typed", ["", "ngan", "x" * 201])
def test_a_way_that_lacks_what_it_asks_for_sends_nothing_and_the_doctor_says_what(
    asking: Loudspeaker, monkeypatch: pytest.MonkeyPatch, cast: Cast, now: Clock, typed: str
) -> None:
    monkeypatch.setenv("CHOSO_LOA_THON_DAI", "DS")
    monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", typed)
    tell(now, message("a", business=cast.lan.business))
    assert reading().scalars(select(Job.id)).all() == []
    assert (found().is_ok, found().says) == (False, "Chưa gửi qua Loa thôn: thiếu mã loa.")
    assert found().fix == "Đặt CHOSO_LOA_THON_TOKEN (từ 6 ký tự): Hỏi nhà đài."

    monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", "ma-loa-1")
    assert found().is_ok
    tell(now, message("b", business=cast.lan.business))
    assert work() == 1
    assert (asking.tried, asking.entered) == (["b"], {"token": "ma-loa-1", "dai": "DS"})


@pytest.mark.parametrize("typed", [None, "", "  "])
def test_a_way_that_nobody_set_up_sends_nothing_and_is_ok(
    asking: Loudspeaker, monkeypatch: pytest.MonkeyPatch, cast: Cast, now: Clock, typed: str | None
) -> None:
    if typed is not None:
        monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", typed)
    assert (found().is_ok, found().says) == (True, "Không dùng Loa thôn để gửi tin báo.")
    tell(now, message("a", business=cast.lan.business))
    assert reading().scalars(select(Job.id)).all() == []


def test_one_wrong_thing_entered_is_no_way_left_unused(asking: Loudspeaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", "ngan")
    assert (found().is_ok, found().says) == (False, "Chưa gửi qua Loa thôn: thiếu mã loa, mã đài.")


def test_the_doctor_asks_about_senders() -> None:
    assert notices_checks in CHECKERS
