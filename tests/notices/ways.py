"""A pretended way out of the market, and what every test of notices that leave does with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import select

from market.base.db import reading, transaction
from market.base.jobs import Handler, Job, JobState, work_once
from market.base.ports import SettingField
from market.notices.actions import Message, enqueue_notifications
from market.notices.jobs import handlers
from market.notices.models import NoticeDelivery, NoticeDispatch
from market.notices.ports import Address, Destination, OutgoingNotice, Receiver, SendingLimits
from market.places.models import DatedFact
from market.values.period import local_day
from market.values.phone import Phone
from tests.conftest import Clock

LIMITS = SendingLimits(most_time=timedelta(seconds=20), at_once=3)


class Killed(BaseException):
    """The worker's process is ended: nothing of it catches this."""


@dataclass(slots=True, kw_only=True)
class Loudspeaker:
    """A pretended way with its fake: reaches some businesses and people, and keeps what it was given."""

    businesses: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    name: str = "loa"
    label: str = "Loa thôn"
    word: str = "Loa thôn"
    fields: tuple[SettingField, ...] = ()
    limits: SendingLimits = LIMITS
    address: Address = Address.OWN
    is_paid: bool = False
    keys: bool = False
    faults: list[BaseException] = field(default_factory=list)
    after_it_took: list[BaseException] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    told: list[tuple[str, Receiver]] = field(default_factory=list)
    letters: list[tuple[str, tuple[Phone, ...], str | None]] = field(default_factory=list)
    entered: dict[str, str] = field(default_factory=dict)

    def takes_keys(self, entered: Mapping[str, str]) -> bool:
        return self.keys

    def reaches(self, to: Receiver) -> bool:
        of = to.addressee
        return of.business_id in self.businesses or of.person_id in self.people

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        self.entered = dict(entered)
        if self.faults:
            self.tried.append(notice.key)
            raise self.faults.pop(0)
        if not (self.keys and notice.key in self.tried):
            self.told.append((notice.sentence, to.recipient))
            self.letters.append((notice.link, to.phones, to.email))
        self.tried.append(notice.key)
        if self.after_it_took:
            raise self.after_it_took.pop(0)


def say(key: str, value: str, commune: int | None = None) -> None:
    """Let a dated fact say so, from the first day on."""
    with transaction() as session:
        first = local_day(Clock().at).replace(year=2020)
        session.add(DatedFact(commune_id=commune, key=key, value=value, valid_from=first, source="thử"))


def message(key: str, *, business: int | None = None, person: int | None = None, commune: int = 1) -> Message:
    said = {"kind": "da_huy" if business else "da_nhan", "sentence": f"Tin {key}."}
    return Message(commune_id=commune, dedupe_key=key, **said, business_id=business, person_id=person)


def tell(now: Clock, *messages: Message) -> None:
    with transaction() as session:
        enqueue_notifications(session, messages, now=now())


def in_this_process() -> dict[str, Handler]:
    """The senders' jobs, done in this process: a pretended sender is not in another."""
    return {kind: replace(one, runs_apart=False) for kind, one in handlers().items()}


def work() -> int:
    """Do all that is due; how many jobs that were."""
    done = 0
    while work_once(in_this_process()):
        done += 1
    return done


def until(is_so: Callable[[], bool], now: Clock, *, most: int = 30) -> None:
    """Work minute by minute until something is so."""
    for _ in range(most):
        work()
        if is_so():
            return
        now.move(minutes=1)
    raise AssertionError("it never was")


def jobs(kind: str = "send_notice:loa") -> Sequence[Job]:
    return reading().scalars(select(Job).where(Job.kind == kind).order_by(Job.id)).all()


def waiting() -> int:
    """How many jobs there are to come."""
    return len(reading().scalars(select(Job.id).where(Job.state == JobState.WAITING)).all())


def ends() -> list[tuple[str, str, str | None]]:
    """Way, state and reason of every delivery, in the order in which they were written."""
    reading().expire_all()
    rows = reading().scalars(select(NoticeDelivery).order_by(NoticeDelivery.id))
    return [(one.way, one.state.value, one.why and one.why.value) for one in rows]


def reaches() -> list[str]:
    reading().expire_all()
    return [one.value for one in reading().scalars(select(NoticeDispatch.reach).order_by(NoticeDispatch.id))]
