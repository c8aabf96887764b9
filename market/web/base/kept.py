"""What pages read again and again and what hardly changes: kept in this process for some seconds, and bounded."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from flask import current_app

from market.base import clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
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
