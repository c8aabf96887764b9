"""Pages that take long look one after the other in a process, so that they never take the shop with them.

Who asks while another one is made waits a little, then is told that the page loads itself anew. After a page that took
long the next one waits three times as long: heavy pages take at most a quarter of a process.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response

from market.base.db import end_reading, reading_widely
from market.base.errors import Refused
from market.web.base.web import Page

P = ParamSpec("P")

PATIENCE_SECONDS = 3.0
MOST_WAITING = 4
"""So many requests of a process wait for their turn; the threads of the others are the shop's."""
LIGHT_SECONDS = 0.1
"""Of CPU: a page that took no more needs no rest after it."""
REST = 3
"""Times as long as the page took."""
AGAIN_SECONDS = 5


class PageBusy(Refused):
    """Heavy pages take the whole of their share now."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "page_busy",
            f"Nhiều người đang mở trang này cùng lúc. Trang tự tải lại sau {AGAIN_SECONDS} giây, mời chờ một chút.",
        )


class Turns:
    """One at a time, and a rest after what took long."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._places = threading.Semaphore(MOST_WAITING + 1)
        self._rests_until = 0.0

    def take(self, patience: float) -> bool:
        """Wait for the turn, at most so many seconds; False where it did not come. `give` must follow True."""
        until = time.monotonic() + patience
        if not self._places.acquire(blocking=False):
            return False
        if self._turn.acquire(timeout=patience):
            rest = self._rests_until - time.monotonic()
            if rest <= until - time.monotonic():
                time.sleep(max(0.0, rest))
                return True
            self._turn.release()
        self._places.release()
        return False

    def give(self, spent: float) -> None:
        """End a turn that took so many seconds of CPU."""
        if spent > LIGHT_SECONDS:
            self._rests_until = time.monotonic() + REST * spent
        self._turn.release()
        self._places.release()


_TURNS = Turns()


def heavy(view: Callable[P, Page]) -> Callable[P, Page]:
    """A page that may take long, one at a time in a process. PageBusy where its turn does not come."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Page:
        end_reading()  # no connection is held while it waits
        if not _TURNS.take(PATIENCE_SECONDS):
            raise PageBusy
        began = time.thread_time()  # its own work: not how long a busy machine or the database kept it waiting
        try:
            reading_widely()
            return view(*args, **kwargs)
        finally:
            _TURNS.give(time.thread_time() - began)

    return guarded


def busy_page(page: tuple[str, int]) -> Response:
    """The page of a heavy page whose turn did not come: the browser asks again by itself, without JavaScript too."""
    answer = make_response(page)
    answer.headers["Retry-After"] = answer.headers["Refresh"] = str(AGAIN_SECONDS)
    return answer
