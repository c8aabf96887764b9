"""The one brake: how often something was tried in vain, the same in every process.

A try is counted in a transaction of its own before it is looked at, so that neither a refusal nor a fault undoes it and
of many at once no more are looked at than one after the other. Failed is what was compared and wrong: a try that was
refused for another reason closes nothing (`counted_try`). What is counted (a phone, a phone and device together, a
code) is kept as a keyed hash, and forgotten once no limit asks for it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base import clock
from market.base.db import Base, Id, lock_name, locked, reading, transaction
from market.base.errors import Refused
from market.base.jobs import PeriodicTask
from market.base.secrets import vault


class Attempt(Base):
    """One try: failed until it is said to have succeeded, or not to have been looked at."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[Id]
    subject: Mapped[str]
    at: Mapped[datetime]
    succeeded: Mapped[bool] = mapped_column(default=False)
    forget_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many failed tries in any such time: it closes for a while, never for good."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """What is tried: its name, its limits, and the sentence for the person who is past one of them."""

    kind: str
    limits: tuple[Limit, ...]
    sentence: str

    @property
    def remembers(self) -> timedelta:
        return max(limit.within for limit in self.limits)


def count_try(brake: Brake, *subject: object) -> int:
    """Count a try at a subject (its parts together are the key); returns the try's number.

    Refused, and not counted, where a limit is reached. A success between forgives nothing.
    """
    _refuse_too_many(reading(), brake, _digest(brake, subject))
    with transaction() as session:
        return _count(session, brake, subject)


@contextmanager
def counted_try(brake: Brake, *subject: object, wrong: type[Refused]) -> Iterator[None]:
    """Count a try as `count_try` does, before what is inside looks at it: it has failed where that ends in `wrong`, or
    in a fault. Any other refusal said nothing of what was tried, and closes nothing."""
    number = count_try(brake, *subject)
    try:
        yield
    except Refused as refusal:
        if not isinstance(refusal, wrong):
            succeed_try(number)
        raise
    succeed_try(number)


def count_tries(brake: Brake, keys: Iterable[int], *, stand_in: object) -> list[int]:
    """Count one try at each of several subjects at once; returns those that are not past a limit.

    Where there is none, the try is counted at `stand_in`, and one that is past a limit is kept as not looked at: what
    is unknown, known and closed costs the same statements, so that nobody tells them apart by the time it takes.
    """
    subjects: list[tuple[object, ...]] = [(key,) for key in sorted(keys)]
    counted = [one for one in subjects or [("none", stand_in)] if _is_counted(brake, one)]
    return [one[0] for one in counted if isinstance(one[0], int)]


def _is_counted(brake: Brake, subject: tuple[object, ...]) -> bool:
    with transaction() as session:
        digest = _digest(brake, subject)
        lock_name(session, "attempt", digest)
        is_past = _is_past_limit(session, brake, digest)
        _add(session, brake, digest).succeeded = is_past
    return not is_past


def _count(session: Session, brake: Brake, subject: tuple[object, ...]) -> int:
    digest = _digest(brake, subject)
    lock_name(session, "attempt", digest)
    _refuse_too_many(session, brake, digest)
    attempt = _add(session, brake, digest)
    session.flush()
    return attempt.id


def _add(session: Session, brake: Brake, digest: str) -> Attempt:
    now = clock.now()
    attempt = Attempt(subject=digest, at=now, forget_at=now + brake.remembers)
    session.add(attempt)
    return attempt


def _refuse_too_many(session: Session, brake: Brake, digest: str) -> None:
    if _is_past_limit(session, brake, digest):
        raise Refused("too_many_tries", brake.sentence)


def _is_past_limit(session: Session, brake: Brake, digest: str) -> bool:
    now = clock.now()
    failed = Attempt.subject == digest, ~Attempt.succeeded
    counts = [func.count().filter(Attempt.at > now - limit.within) for limit in brake.limits]
    row = session.execute(select(*counts).where(*failed)).one()
    return any(count >= limit.most for count, limit in zip(row, brake.limits, strict=True))


def _digest(brake: Brake, subject: tuple[object, ...]) -> str:
    return vault().digest(brake.kind, "|".join(str(part) for part in subject))


def succeed_try(number: int) -> None:
    """Say that a counted try was right, or not looked at: it closes nothing."""
    with transaction() as session:
        locked(session, Attempt, Attempt.id == number).row.succeeded = True


def forget_tries(now: datetime) -> None:
    """Drop the tries that no limit asks for any more."""
    with transaction() as session:
        session.execute(delete(Attempt).where(Attempt.forget_at <= now))


FORGET_TRIES = PeriodicTask(name="forget tries", every=timedelta(hours=1), do=forget_tries)
