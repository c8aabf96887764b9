"""Work that tests give to a process of its own: it is found there by its name."""

import errno
import os
import time
from pathlib import Path

from sqlalchemy import text

from market.base import clock
from market.base.db import reading
from market.base.errors import OutsideError
from market.base.jobs import Payload


def note_process(payload: Payload) -> None:
    """Write down which process this is and whose child, once the database has answered it."""
    reading().execute(text("SELECT count(*) FROM job"))
    Path(str(payload["file"])).write_text(f"{os.getpid()} {os.getppid()}", "ascii")


def note_time(payload: Payload) -> None:
    Path(str(payload["file"])).write_text(clock.now().isoformat(), "ascii")


def no_room(_payload: Payload) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def hang(_payload: Payload) -> None:
    while True:
        time.sleep(60)


def die(_payload: Payload) -> None:
    os._exit(3)


def fail(_payload: Payload) -> None:
    raise LookupError("nothing there")


def give_up(_payload: Payload) -> None:
    raise OutsideError("no such number", permanent=True)
