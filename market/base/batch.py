"""Rows worked through one after the other, so that one that fails holds up no other."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

from market.base.logs import fault_of

log = logging.getLogger(__name__)

T = TypeVar("T")


def shares(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in shares of so many, the last one perhaps smaller."""
    return (items[at : at + size] for at in range(0, len(items), size))


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
