"""Work that tests give to a process of its own: it is found there by its name."""

import os
import time
from pathlib import Path

from sqlalchemy import text

from market.base.db import reading
from market.base.errors import OutsideError
from market.base.jobs import Payload


def note_process(payload: Payload) -> None:
    """Write down which process this is and whose child, once the database has answered it."""
    reading().execute(text("SELECT count(*) FROM job"))
    Path(str(payload["file"])).write_text(f"{os.getpid()} {os.getppid()}", "ascii")


def hang(_payload: Payload) -> None:
    while True:
        time.sleep(60)


def die(_payload: Payload) -> None:
    os._exit(3)


def fail(_payload: Payload) -> None:
    raise LookupError("nothing there")


def give_up(_payload: Payload) -> None:
    raise OutsideError("no such number", permanent=True)
