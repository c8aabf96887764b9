"""The one brake: how often something was tried, the same in every process.

A try is counted in a transaction of its own before it is looked at, so that neither a refusal nor a fault undoes it and
of many at once no more are looked at than one after the other. It is counted at everything that is known of it at once:
at its subject (a phone, a code), at the subject as tried from one network, at the device and at the network that it
comes from; one that is full refuses it, and then none has counted it. Nobody is made to wait inside a request: a try
past a limit is refused with the time to wait (429).

Failed is what was compared and wrong: a try that was right, or was refused for another reason, is given back
(`counted_try`, `succeed_try`). What is done rather than guessed (an order, a sign-up) is never given back: its limits
are a rate.

A device is a cookie, and a new one is free: a limit by device alone holds nobody who means it. A network is shared, by
a carrier among thousands of phones: a limit by network alone would let one guesser close a village. So who guesses is
held by subject and network together, then by a ceiling over all networks; and a device with a history of its own (which
the caller knows) is counted by a brake of its own, so that strangers do not close it, nor does it close others
(docs/decisions/0011-one-brake.md).

Each limit of a subject is one row, a window that begins with its first try and counts down: whatever is tried, one
statement writes it and few rows stay. Rows serve every process and machine of a market, as no memory of one does; what
they hold are keyed hashes, forgotten as soon as their window is over.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from market.base import clock
from market.base.batch import change_old
from market.base.db import Base, Id, Upsert, UtcTime, reading, transaction, upsert
from market.base.errors import Refused, TooManyTries
from market.base.jobs import PeriodicTask
from market.base.secrets import vault


class TryWindow(Base):
    """How many tries one limit leaves one subject until the window ends; the next try after that begins a new one."""

    __tablename__ = "try_window"
    __table_args__ = (
        UniqueConstraint("subject", "seconds"),
        CheckConstraint("remaining >= 0", name="remaining_not_negative"),
    )

    id: Mapped[Id]
    subject: Mapped[str]
    seconds: Mapped[int]
    began_at: Mapped[datetime]
    remaining: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many failed tries in a time that begins with the first: it closes for a while, never for good."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who tries: the browser's random name, and the network that its request came from (`values.network`)."""

    device: str
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """What is tried: its name, the sentence for the person who is past a limit ("{wait}" stands for the time to wait),
    and its limits: by subject wherever it is tried from (`limits`), by subject and network together (`from_network`),
    by device and by network, whatever the subject (`device`, `network`)."""

    kind: str
    sentence: str
    limits: tuple[Limit, ...] = ()
    from_network: tuple[Limit, ...] = ()
    device: tuple[Limit, ...] = ()
    network: tuple[Limit, ...] = ()

    @property
    def asks_who(self) -> bool:
        """Whether a try must say who the caller is."""
        return bool(self.from_network or self.device or self.network)


@dataclass(frozen=True, slots=True)
class Counted:
    """A try as it was counted: the windows (their ids and ends), in the order in which they are written."""

    windows: tuple[tuple[int, datetime], ...]


Taking = ReturningInsert[int, str, int, datetime]


class _Closed(Exception):
    """A try was not counted, because these windows (subject, seconds) are full."""

    def __init__(self, windows: Sequence[tuple[str, int]]) -> None:
        super().__init__(len(windows))
        self.windows = windows


def count_try(brake: Brake, *subject: object, caller: Caller | None = None) -> Counted:
    """Count a try at a subject (its parts together are the key), and at who tries where the brake asks for it.

    TooManyTries, and not counted, where a limit is reached. A success between forgives nothing.
    """
    try:
        return _count(brake, subject, caller)
    except _Closed as closed:
        raise TooManyTries(brake.sentence, wait=_wait(closed.windows) or timedelta()) from closed


@contextmanager
def counted_try(brake: Brake, *subject: object, wrong: type[Refused], caller: Caller | None = None) -> Iterator[None]:
    """Count a try as `count_try` does, before what is inside looks at it: it has failed where that ends in `wrong`, or
    in a fault. Any other refusal said nothing of what was tried, and closes nothing."""
    counted = count_try(brake, *subject, caller=caller)
    try:
        yield
    except Refused as refusal:
        if not isinstance(refusal, wrong):
            succeed_try(counted)
        raise
    succeed_try(counted)


@contextmanager
def given_back_if_refused(counted: Counted) -> Iterator[None]:
    """What is done inside was counted as done: its limits are a rate. What is refused was not, and is given back."""
    try:
        yield
    except Refused:
        succeed_try(counted)
        raise


def refuse_closed(brake: Brake, *subject: object, caller: Caller | None = None) -> None:
    """TooManyTries where a limit is reached now; nothing is counted. For a page that many open and few guess at: only
    what was wrong is then counted, which by itself looks at no more than the limits allow."""
    limits = [key for key, _ in _limits_of(brake, subject, caller)]
    wait = _wait(limits, TryWindow.remaining == 0)
    if wait is not None:
        raise TooManyTries(brake.sentence, wait=wait)


def most_tries(brake: Brake, *subject: object, caller: Caller | None = None) -> int:
    """How many tries the fullest of the windows that run now has counted."""
    limits = dict(_limits_of(brake, subject, caller))
    query = select(TryWindow.subject, TryWindow.seconds, TryWindow.remaining).where(*_running(limits))
    return max((limits[key, seconds].most - left for key, seconds, left in reading().execute(query)), default=0)


def count_tries(brake: Brake, keys: Iterable[int], *, stand_in: object) -> list[int]:
    """Count one try at each of several subjects; returns those that are not past a limit.

    Where there is none, the try is counted at `stand_in`: what is unknown, known and closed costs the same statements,
    so that nobody tells them apart by the time it takes.
    """
    subjects = sorted(keys)
    if not subjects:
        _is_counted(brake, ("none", stand_in))
    return [key for key in subjects if _is_counted(brake, (key,))]


def _is_counted(brake: Brake, subject: tuple[object, ...]) -> bool:
    try:
        _count(brake, subject, None)
    except _Closed:
        return False
    return True


def _count(brake: Brake, subject: tuple[object, ...], caller: Caller | None) -> Counted:
    """One statement over all limits: rows are written in one order everywhere, so that no two wait for each other."""
    limits = dict(sorted(_limits_of(brake, subject, caller)))
    with transaction() as session:
        now = clock.now()
        rows = [
            {
                "subject": key,
                "seconds": seconds,
                "began_at": now,
                "ends_at": now + limit.within,
                "remaining": limit.most - 1,
            }
            for (key, seconds), limit in limits.items()
        ]
        written = session.connection().execute(_take_one(session), rows).all()
        if len(written) < len(rows):
            raise _Closed([key for key in limits if key not in {(row.subject, row.seconds) for row in written}])
    places = {(row.subject, row.seconds): (row.id, row.ends_at) for row in written}
    return Counted(tuple(places[key] for key in limits))


def _limits_of(
    brake: Brake, subject: tuple[object, ...], caller: Caller | None
) -> Iterator[tuple[tuple[str, int], Limit]]:
    """Each limit with the window that it counts in: a subject's keyed hash, and the seconds."""
    if brake.asks_who and caller is None:
        raise ValueError(f"a try at {brake.kind!r} is counted by who tries")
    text = "|".join(str(part) for part in subject)
    device, network = (caller.device, caller.network) if caller else ("", "")
    for kind, key, limits in (
        (brake.kind, text, brake.limits),
        (f"{brake.kind} from network", f"{network}|{text}", brake.from_network),
        (f"{brake.kind} by device", device, brake.device),
        (f"{brake.kind} by network", network, brake.network),
    ):
        for limit in limits:
            yield (vault().digest(kind, key), int(limit.within.total_seconds())), limit


_TAKING: dict[str, Taking] = {}


def _take_one(session: Session) -> Taking:
    """Built once for each kind of database: building it costs as much as running it."""
    dialect = session.get_bind().dialect.name
    if dialect not in _TAKING:
        _TAKING[dialect] = _taking(upsert(session, TryWindow))
    return _TAKING[dialect]


def _taking(new: Upsert) -> Taking:
    """Begin a window, or take one of the tries that it has left; a window that is full returns no row. One that would
    begin only after a window from now on was written by a clock that ran ahead, and is over."""
    is_over = (TryWindow.ends_at <= new.excluded.began_at) | (TryWindow.began_at > new.excluded.ends_at)
    return new.on_conflict_do_update(
        index_elements=["subject", "seconds"],
        set_={
            "remaining": case((is_over, new.excluded.remaining), else_=TryWindow.remaining - 1),
            "began_at": case((is_over, new.excluded.began_at), else_=TryWindow.began_at),
            "ends_at": case((is_over, new.excluded.ends_at), else_=TryWindow.ends_at),
        },
        where=is_over | (TryWindow.remaining > 0),
    ).returning(TryWindow.id, TryWindow.subject, TryWindow.seconds, TryWindow.ends_at)


def _wait(windows: Sequence[tuple[str, int]], *scope: ColumnElement[bool]) -> timedelta | None:
    """How long until the last of these windows is over that run now; None where there is none."""
    ends = reading().scalar(select(func.max(TryWindow.ends_at)).where(*_running(windows), *scope))
    return ends - clock.now() if ends else None


def _running(windows: Iterable[tuple[str, int]]) -> tuple[ColumnElement[bool], ...]:
    """The condition for those of these windows that run now."""
    now = clock.now()
    return or_(
        *(
            and_(
                TryWindow.subject == subject,
                TryWindow.seconds == seconds,
                TryWindow.began_at <= now + timedelta(seconds=seconds),
            )
            for subject, seconds in windows
        )
    ), TryWindow.ends_at > now


_GIVE_BACK = (
    update(TryWindow)
    .where(TryWindow.id == bindparam("window"), TryWindow.ends_at == bindparam("until", type_=UtcTime()))
    .values(remaining=TryWindow.remaining + 1)
)


def succeed_try(counted: Counted) -> None:
    """Say that a counted try was right, or not looked at: it closes nothing. To be said once; a window that has begun
    anew meanwhile has not counted it."""
    with transaction() as session:
        rows = [{"window": number, "until": until} for number, until in counted.windows]
        session.connection().execute(_GIVE_BACK, rows)


def forget_tries(now: datetime) -> None:
    """Drop the windows that are over."""
    change_old(delete(TryWindow), TryWindow.id, TryWindow.ends_at <= now)


FORGET_TRIES = PeriodicTask(name="forget tries", every=timedelta(hours=1), do=forget_tries)
