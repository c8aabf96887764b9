"""When Python looks for garbage: never in what the program itself is made of."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_thrown_away() -> Iterator[None]:
    """For the time in which the program is read: all of it stays, and to look through it for garbage again and again,
    as Python does after every 700 new objects, is a sixth of that time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def freeze_what_is_loaded() -> None:
    """Once a process is ready: what the program is made of is never garbage. To look through its 200,000 objects again
    takes 0.1 s, and three times that on a busy machine, in which a transaction would hold its locks."""
    gc.collect()
    gc.freeze()
