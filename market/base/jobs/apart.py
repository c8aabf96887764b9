"""Work that may hang, in a process of its own that is killed when its time is up."""

import multiprocessing
import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from flask import Flask, current_app

from market.base import clock
from market.base.clock import Mark
from market.base.config import Settings, current_settings
from market.base.errors import OutsideError
from market.base.outages import Outage, OutageApart, outage_of

T = TypeVar("T")
MakeApp = Callable[[Settings], Flask]
OTHERS = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))


class TimedOut(Exception):
    """The process was killed at its limit."""


class FailedApart(Exception):
    """The process raised, or died; the message names the exception's type and its own message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An exception on its way between two processes; those of others cannot all be sent as they are."""

    error: str
    message: str
    permanent: bool | None
    outage: Outage | None = None

    def as_exception(self) -> Exception:
        if self.permanent is not None:
            return OutsideError(self.message, permanent=self.permanent)
        told = f"{self.error}: {self.message}"
        return OutageApart(told, self.outage) if self.outage else FailedApart(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a process apart begins with: how its application is made, and by which clock it goes."""

    make_app: MakeApp
    settings: Settings
    mark: Mark


def run_apart(do: Callable[[T], object], given: T, *, limit: timedelta) -> None:
    """Call `do(given)` in a new process with an application of its own, and wait for it. Both can be pickled.

    Raises TimedOut after `limit`, OutsideError where it raised that, OutageApart for an outage, FailedApart for
    anything else.
    """
    make_app, settings = current_app.config["MAKE_APP"], current_settings()
    # Forked from a process that has read the program once and done nothing else: a fork of this one would inherit the
    # locks and connections of the other threads as they stand, and a fresh interpreter reads all of it each time.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([make_app.__module__])
    ours, theirs = processes.Pipe(duplex=False)
    start = Start(make_app=make_app, settings=settings, mark=clock.mark())
    child = processes.Process(target=_child, args=(start, do, given, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        fault = _answer(ours, limit)
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()
    if fault:
        raise fault.as_exception()


def _answer(ours: Connection, limit: timedelta) -> Fault | None:
    if not ours.poll(limit.total_seconds()):
        raise TimedOut(f"killed after {limit.total_seconds():g} seconds")
    try:
        fault: Fault | None = ours.recv()
    except EOFError as error:
        raise FailedApart("the process died") from error
    return fault


def _child(start: Start, do: Callable[[T], object], given: T, answer_to: Connection) -> None:
    fault = None
    clock.go_by(start.mark)
    try:
        with start.make_app(start.settings).app_context():
            do(given)
    except Exception as error:  # noqa: BLE001 - the process that waits writes it down
        permanent = error.permanent if isinstance(error, OutsideError) else None
        fault = Fault(error=type(error).__name__, message=str(error), permanent=permanent, outage=outage_of(error))
    answer_to.send(fault)


def place_of(error: BaseException) -> str:
    """The exception's type and the line of our own it came through last; never its values."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith((*OTHERS, "<"))]
    last = (own or frames)[-1:]
    return " ".join([type(error).__name__, *(f"{Path(frame.filename).name}:{frame.lineno}" for frame in last)])
