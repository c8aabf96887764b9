"""Many at once: each in a thread of its own, all let go together."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from flask import Flask

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = 30
"""Seconds in which all of them must have come to the start."""


def crowd(app: Flask, each: Iterable[T], do: Callable[[T], R]) -> list[R]:
    """What `do` returned for each of these, in their order; what one raised is raised here."""
    waiting = list(each)
    start = threading.Barrier(len(waiting))

    def go(one: T) -> R:
        with app.app_context():
            start.wait(timeout=PATIENCE)
            return do(one)

    with ThreadPoolExecutor(len(waiting)) as threads:
        return list(threads.map(go, waiting))
