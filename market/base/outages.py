"""What keeps a market that is sound from doing its work for a while, told from what is a fault of the program."""

import enum
import errno
import sqlite3
from datetime import timedelta

from sqlalchemy import exc

from market.base.errors import Refused
from market.base.patience import is_away
from market.base.secrets import KeyMissing

AGAIN_AFTER = timedelta(minutes=1)


class Outage(enum.Enum):
    """`AWAY`: the database or the storage gives no answer; whether it took what was sent is not known. `UNWRITABLE`: it
    answers, and takes nothing new, its disk being full or open for reading alone; nothing of the transaction stays.
    `SHUT`: what it keeps encrypted is under a data key that is not here; nothing of the transaction stays."""

    AWAY = "no_answer"
    UNWRITABLE = "cannot_write"
    SHUT = "key_missing"


class OutageApart(Exception):
    """An outage that a process apart met, told by what it raised."""

    def __init__(self, message: str, outage: Outage) -> None:
        super().__init__(message)
        self.outage = outage


class Down(Refused):
    """A request that an outage kept from being done."""

    status = 503

    def __init__(self, outage: Outage, sentence: str) -> None:
        super().__init__(outage.value, sentence)
        self.wait = AGAIN_AFTER


UNWRITABLE_CODES = frozenset({"53100", "25006", "42501"})
"""PostgreSQL: its disk is full, it is read-only, this account of it may only read."""
UNWRITABLE_NAMES = (
    "SQLITE_FULL",
    "SQLITE_READONLY",
    "SQLITE_IOERR_WRITE",
    "SQLITE_IOERR_FSYNC",
    "SQLITE_IOERR_DIR_FSYNC",
    "SQLITE_IOERR_TRUNCATE",
    "SQLITE_IOERR_SHMSIZE",
    "SQLITE_IOERR_SHMOPEN",
)
UNWRITABLE_ERRORS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR}
)
AWAY_ERRORS = frozenset(
    {errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.EHOSTDOWN, errno.EMFILE, errno.ENFILE}
)
NO_ROOM_FOR_A_MOMENT = "No usable temporary directory"
"""How Python says that no folder takes a file, not even a passing one."""


def outage_of(error: BaseException) -> Outage | None:
    """The outage that this is said of; None for a fault of the program."""
    if isinstance(error, OutageApart):
        return error.outage
    if isinstance(error, KeyMissing):
        return Outage.SHUT
    if isinstance(error, exc.SQLAlchemyError):
        return _of_database(error)
    return _of_files(error) if isinstance(error, OSError) else None


def _of_database(error: exc.SQLAlchemyError) -> Outage | None:
    if isinstance(error, exc.DBAPIError) and _is_unwritable(error.orig):
        return Outage.UNWRITABLE
    return Outage.AWAY if is_away(error) else None


def _is_unwritable(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "").startswith(UNWRITABLE_NAMES)
    return getattr(error, "sqlstate", None) in UNWRITABLE_CODES


def _of_files(error: OSError) -> Outage | None:
    if error.errno in UNWRITABLE_ERRORS or str(error.strerror).startswith(NO_ROOM_FOR_A_MOMENT):
        return Outage.UNWRITABLE
    return Outage.AWAY if error.errno in AWAY_ERRORS else None
