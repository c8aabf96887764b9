"""Files that people send: kept under random keys in a folder."""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from market.base.errors import NotFound
from market.base.files import HALF_WRITTEN, make_folder, write_whole
from market.base.secrets import random_key

_KEY = re.compile(r"[a-z]+/[A-Za-z0-9_-]{20,64}(?:-[0-9]+)?\.[a-z0-9]{2,5}")


class Storage(Protocol):
    def put(self, key: str, content: bytes) -> None:
        """Keep a file, whole and for good once this returns. OSError, and nothing kept, where there is no room."""

    def get(self, key: str) -> bytes: ...

    def delete(self, key: str) -> None: ...

    def all_keys(self) -> Iterator[str]:
        """The key of every file, in order."""

    def beside(self) -> "Storage":
        """An empty storage for files that are to come here all at once (`adopt`); nobody else sees them till then."""

    def adopt(self, key: str) -> None:
        """Take a file over that stands whole in the storage beside; in no time, whatever its size."""

    def clear_beside(self) -> None:
        """Remove what was not adopted."""

    def drop_half_written(self, before: datetime) -> None:
        """Drop what a process that was killed was writing before this moment."""

    def check(self) -> None:
        """Keep a file, read it back and remove it; OSError where that cannot be done."""


class FolderStorage:
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        if not is_key(key):
            raise NotFound
        return self._folder / key

    def put(self, key: str, content: bytes) -> None:
        path = self._path(key)
        make_folder(path.parent)
        write_whole(path, content)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise NotFound from error

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def all_keys(self) -> Iterator[str]:
        for path in sorted(self._folder.glob("*/*")):
            key = path.relative_to(self._folder).as_posix()
            if is_key(key) and path.suffix != HALF_WRITTEN:
                yield key

    def beside(self) -> "FolderStorage":
        self.clear_beside()
        return FolderStorage(self._beside)

    def adopt(self, key: str) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        (self._beside / key).replace(path)

    def clear_beside(self) -> None:
        if self._beside.exists():
            shutil.rmtree(self._beside)

    @property
    def _beside(self) -> Path:
        return self._folder / ".coming"

    def drop_half_written(self, before: datetime) -> None:
        for path in self._folder.glob(f"*/*{HALF_WRITTEN}"):
            with suppress(FileNotFoundError):  # its own writer has just ended
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()

    def check(self) -> None:
        make_folder(self._folder)
        probe, content = self._folder / f".probe-{random_key()}", random_key().encode() * 400
        try:
            write_whole(probe, content)
            if probe.read_bytes() != content:
                raise OSError(errno.EIO, "came back otherwise")
        finally:
            probe.unlink(missing_ok=True)


def is_key(key: str) -> bool:
    """Whether this can be a file's key: never a way out of the folder."""
    return _KEY.fullmatch(key) is not None


_STORAGES: list[Storage] = []


def configure(url: str) -> None:
    """Use the folder `url` names."""
    _STORAGES[:] = [FolderStorage(Path(url.removeprefix("file://")))]


def storage() -> Storage:
    return _STORAGES[0]


def new_key(kind: str, extension: str) -> str:
    """A random storage key, such as `photo/Zb3…x9.webp`."""
    return f"{kind}/{random_key()}.{extension}"
