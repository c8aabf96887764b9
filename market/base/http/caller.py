"""Who calls: only a few of a process at once, and nobody inside a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore

from market.base.db import leave_database
from market.base.errors import OutsideError
from market.base.http.calls import Answer, Call, Limits
from market.base.patience import OUTSIDE_CALLS

PLACE_SECONDS = 2.0
"""For a place among the few calls that may wait at once: where the others are answered there is one long before."""
_PLACES = BoundedSemaphore(OUTSIDE_CALLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Http(Limits):
    """A caller of other machines."""

    def send(self, call: Call) -> Answer:
        """Send a call, again where that is safe and no good answer began. OutsideError (not permanent) where none came,
        where one that began broke off, or where too many of this process wait for one already.

        Nothing is kept of the database meanwhile; RuntimeError inside a transaction.
        """
        leave_database()
        with _one_of_few():
            from market.base.http.sending import sent  # here, since a process that never calls would keep 10 MB of it

            return sent(self, call)


@contextmanager
def _one_of_few() -> Iterator[None]:
    """A place among the calls that may wait at once; OutsideError where none is free soon."""
    if not _PLACES.acquire(timeout=PLACE_SECONDS):
        raise OutsideError(f"{OUTSIDE_CALLS} calls wait for answers already", permanent=False)
    try:
        yield
    finally:
        _PLACES.release()
