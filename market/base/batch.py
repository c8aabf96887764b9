"""Rows worked through one after the other, so that one that fails holds up no other."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Delete, Select, Update, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from market.base.db import reading, transaction
from market.base.logs import fault_of

log = logging.getLogger(__name__)

T = TypeVar("T")

HELD_SECONDS = 0.1
"""So long one transaction of many is to hold its locks: a third of what anybody may wait for it, because the next one
may be slower."""
FIRST_SHARE, LARGEST_SHARE = 20, 500
REST_SECONDS = 0.1
"""At least so long others may write between two transactions: SQLite's writers look again every tenth of a second."""
LONGEST_REST_SECONDS = 0.5


def next_size(size: int, held: float, *, most: int) -> int:
    """How many rows the next transaction takes after one of `size` held its locks so many seconds: as many as would
    have taken `HELD_SECONDS`, at least half as many and at most twice as many."""
    fitting = int(size * HELD_SECONDS / held) if held else most
    return max(1, size // 2, min(fitting, size * 2, most))


@dataclass(slots=True)
class Pace:
    """How large shares are (`size`), and how long the rest between them: by how long the last one `held` its locks, in
    seconds, which who does them writes down."""

    held: float = 0.0
    size: int = field(default_factory=lambda: FIRST_SHARE)

    def shares(self, items: Sequence[T]) -> Iterator[Sequence[T]]:
        """The items in shares, small ones first; those of the next items go on as these have ended."""
        at = 0
        while at < len(items):
            yield items[at : at + self.size]
            at += self.size
            self.adjust()

    def adjust(self) -> None:
        """Have the next share be as large as the last one's time allows."""
        self.size = next_size(self.size, self.held, most=LARGEST_SHARE)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The transaction of a share, after a rest; how long it has held its locks is written down."""
        self.rest()
        with transaction() as session:
            began = time.monotonic()
            yield session
        self.held = time.monotonic() - began

    def rest(self) -> None:
        """Let others in for as long as the last share has held them up, within bounds; not before the first."""
        if self.held:
            time.sleep(min(max(REST_SECONDS, self.held), LONGEST_REST_SECONDS))


def in_parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in their order, so many at a time."""
    for first in range(0, len(items), size):
        yield items[first : first + size]


LOOKED_AT = 10_000


Key: TypeAlias = ColumnElement[int] | InstrumentedAttribute[int]


def change_old(change: Update | Delete, key: Key, is_old: ColumnElement[bool]) -> int:
    """Change or delete the rows of a table that are old; returns how many. Idempotent; another process may do the same.

    They go in transactions of a few, found without a lock and looked at again under it, so that nobody waits for this
    longer than a third of a second. `key` is their id.
    """
    done, pace = 0, Pace()
    for ids in _old_ids(key, is_old):
        for share in pace.shares(ids):
            with pace.transaction() as session:
                done += session.connection().execute(change.where(key.in_(share), is_old)).rowcount
    return done


def _old_ids(key: Key, is_old: ColumnElement[bool]) -> Iterator[Sequence[int]]:
    """The ids of what is old among so many rows at once, so that each is looked at once, however few are old."""
    last = 0
    while end := reading().scalar(_end_of(key, last)):
        yield reading().scalars(select(key).where(key > last, key <= end, is_old).order_by(key)).all()
        last = end


def _end_of(key: Key, last: int) -> Select[int]:
    """The last id of the next rows that are looked at, which come after this id; none where no row does."""
    coming = select(key).where(key > last).order_by(key).limit(LOOKED_AT).subquery()
    return select(func.max(coming.c.id))


class Batch:
    """A round over rows by their ids, each in transactions of its own. `kind` names the round in the log.

    Whatever one of them raises is logged with its id, and the others are done; leaving the block raises the first of
    it, so that the round counts as failed: in its lease, in its job, to the doctor.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._faults: list[Exception] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._faults:
            raise self._faults[0]

    def each(self, ids: Iterable[int], do: Callable[[int], object]) -> int:
        """Do it for every id; returns for how many it did something: what `do` returned was true."""
        return sum(self._is_done(one, do) for one in ids)

    def _is_done(self, one: int, do: Callable[[int], object]) -> bool:
        try:
            return bool(do(one))
        except Exception as error:  # noqa: BLE001 - raised again once the others are done
            log.error("one of a batch failed", extra={"kind": self._kind, "item": one, "fault": fault_of(error)})
            self._faults.append(error)
            return False
