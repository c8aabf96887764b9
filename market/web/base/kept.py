"""What pages read again and again and what hardly changes: kept in this process for some seconds, and bounded."""

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar, cast

from flask import current_app
from markupsafe import Markup

from market.base import clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
H = TypeVar("H", bound=Hashable)
M = TypeVar("M", bound=str)


class TimedCache(Generic[K, V]):
    """Values by key, each for so many seconds, of so many keys at the most: the one kept longest makes room.

    Of each application its own. A clock that is set back does not make a value live longer: what is from the future is
    read anew.
    """

    def __init__(self, name: str, *, seconds: int, most: int) -> None:
        self._name, self._life, self._most = f"choso_{name}", timedelta(seconds=seconds), most

    def get(self, key: K, read: Callable[[], V]) -> V:
        """The value kept under this key; read now, and kept, where there is none that is young enough."""
        kept: dict[K, tuple[datetime, V]] = current_app.extensions.setdefault(self._name, {})
        now = clock.now()
        found = kept.get(key)
        if found is not None and timedelta() <= now - found[0] < self._life:
            return found[1]
        value = read()
        kept.pop(key, None)
        while len(kept) >= self._most:
            kept.pop(next(iter(kept)), None)
        kept[key] = (now, value)
        return value

    def forget(self) -> None:
        """In this process; others read anew when their seconds are over."""
        current_app.extensions.pop(self._name, None)


class MarkupCache:
    """Markup by the facts that it was made of, of so many bytes at the most: what was not asked for longest makes room.

    By bytes, since a card is a kilobyte and a product's page ten, and a letter with a mark takes two of them.
    """

    def __init__(self, *, most_bytes: int) -> None:
        self._most, self._bytes, self._lock = most_bytes, 0, Lock()
        self._kept: OrderedDict[Hashable, str] = OrderedDict()

    def get(self, key: Hashable, render: Callable[[], Markup]) -> Markup:
        return self.get_each([key], lambda _keys: [render()])[0]

    def get_each(self, keys: Sequence[H], render: Callable[[Sequence[H]], Sequence[M]]) -> list[M]:
        """The markup of each key, in their order: a page looks for two dozen cards at once, has those that are not
        there rendered at once, and keeps them at once."""
        with self._lock:
            found = list(map(self._look, keys))
        missing = [place for place, known in enumerate(found) if known is None]
        if missing:
            unknown = [keys[place] for place in missing]
            made = render(unknown)
            with self._lock:
                self._keep(unknown, made)
            for place, markup in zip(missing, made, strict=True):
                found[place] = markup
        return cast(list[M], found)

    def _look(self, key: Hashable) -> str | None:
        """What is kept, now as the one asked for last. Under the lock."""
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
        return known

    def _keep(self, keys: Sequence[Hashable], made: Sequence[str]) -> None:
        """Under the lock. What another thread keeps meanwhile stays."""
        for key, markup in zip(keys, made, strict=True):
            if self._kept.setdefault(key, markup) is markup:
                self._bytes += _weight(markup)
        while self._bytes > self._most:
            self._bytes -= _weight(self._kept.popitem(last=False)[1])

    @property
    def bytes_kept(self) -> int:
        return self._bytes


_OF_A_KEY = 600
"""About what the facts take that a piece of markup is kept by."""


def _weight(markup: str) -> int:
    return sys.getsizeof(markup) + _OF_A_KEY
