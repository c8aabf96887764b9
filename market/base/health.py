"""What proves that the market can work: a row and a file are written, read back and taken away again."""

import logging
import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, delete, or_, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from market.base.config import Settings
from market.base.db import FILE, Base, db, reading, transaction, which_file
from market.base.db_time import time_there
from market.base.logs import fault_of
from market.base.storage import storage

log = logging.getLogger(__name__)

PROBE_BYTES = 16 * 1024
MOST_PROBE_BYTES = 256 * 1024
"""A probe is more than the pages of a database have left, so that a full one has to make room for it."""
PROBE = "probe "
LEFT_BEHIND = timedelta(hours=1)
NO_ROOM = 32 * 1024 * 1024
"""Bytes: with less free than this nothing is promised to be kept."""
HOLDS = 1.0
"""Seconds for which what was found is told again: however often a machine asks, little is written."""


class HealthRecord(Base):
    """What the installation itself keeps to be examined by: a probe for a moment, and a sealed word for each data key.
    `at` is by the database's clock."""

    __tablename__ = "health_record"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    note: Mapped[str]


class NotKept(Exception):
    """What was written came back otherwise, or went into a file that nobody will open again: it was moved away, or
    another one put in its place, and who has it open goes on writing it."""


def prove_database() -> None:
    """Have the database keep a row until it is safe on its disk, read it back, and take it away. SQLAlchemyError where
    it does not; NotKept where another one came back. What a process that died left behind goes too."""
    name, note = PROBE + secrets.token_hex(16), secrets.token_urlsafe(_size_of_probe() * 3 // 4)
    with transaction() as session:
        session.add(HealthRecord(name=name, at=time_there(), note=note))
        opened = session.connection().info.get(FILE)
    kept = reading().scalar(select(HealthRecord.note).where(HealthRecord.name == name))
    is_old = and_(HealthRecord.name.startswith(PROBE), HealthRecord.at < time_there(-LEFT_BEHIND))
    with transaction() as session:
        session.execute(delete(HealthRecord).where(or_(HealthRecord.name == name, is_old)))
    if kept != note or (opened and opened != which_file(db.engine.url.database or "")):
        raise NotKept


def _size_of_probe() -> int:
    if db.engine.dialect.name != "sqlite":
        return PROBE_BYTES
    spare, of_page = (reading().scalar(text(f"PRAGMA {one}")) for one in ("freelist_count", "page_size"))
    return min(PROBE_BYTES + int(spare or 0) * int(of_page or 0), MOST_PROBE_BYTES)


def prove_storage() -> None:
    """The same of a file; OSError where the storage does not keep it."""
    storage().check()


def folder_of_database(settings: Settings) -> Path | None:
    """Where the database's files are, if that can be known: of SQLite alone."""
    path = settings.database_url.removeprefix("sqlite:///")
    return Path(path).parent if path != settings.database_url else None


def places(settings: Settings) -> dict[str, Path]:
    """The folders whose disks the market fills, by what they hold."""
    database = folder_of_database(settings)
    return {"storage": Path(settings.storage_url)} | ({"database": database} if database else {})


def free_bytes(folder: Path) -> int:
    """What a folder's disk has left for this process; OSError where the folder is not there."""
    return shutil.disk_usage(folder).free


def failing(settings: Settings) -> list[str]:
    """The names of what does not do its work now: "database", "storage"."""
    found = [("database", _is_kept_by_database(settings)), ("storage", _is_kept_by_storage(settings))]
    return [name for name, is_kept in found if not is_kept]


def _is_kept_by_database(settings: Settings) -> bool:
    try:
        prove_database()
        folder = folder_of_database(settings)
        return folder is None or free_bytes(folder) >= NO_ROOM
    except (SQLAlchemyError, OSError, NotKept) as error:
        log.error("nothing is kept", extra={"kind": "database", "fault": fault_of(error)})
        return False


def _is_kept_by_storage(settings: Settings) -> bool:
    try:
        prove_storage()
        return free_bytes(Path(settings.storage_url)) >= NO_ROOM
    except OSError as error:
        log.error("nothing is kept", extra={"kind": "storage", "fault": fault_of(error)})
        return False


@dataclass(slots=True)
class Pulse:
    """What is failing, found out by one thread at a time and told by all for a second."""

    _found: list[str] = field(default_factory=list)
    _of: Settings | None = None
    _until: float = 0.0
    _one: threading.Lock = field(default_factory=threading.Lock)

    def failing(self, settings: Settings) -> list[str]:
        with self._one:
            if time.monotonic() >= self._until or self._of is not settings:
                self._found, self._of = failing(settings), settings
                self._until = time.monotonic() + HOLDS
            return self._found
