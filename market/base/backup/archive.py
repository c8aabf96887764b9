"""The archive itself: a compressed tar of tables and files, and a manifest with a checksum of each member."""

import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from market.base.errors import Refused
from market.base.files import appearing

FORMAT = 1
DATABASES = ("sqlite", "postgresql")
MANIFEST = "manifest.json"
SQLITE_FILE = "database/choso.db"
FILES = "storage/"
BLOCK = 1024 * 1024
LEVEL = 3
"""Of gzip: a third of the time that 6 takes, and a few hundredths larger."""
UNFINISHED = ".choso-backup-"
"""How the folder is called in which an archive is made or unpacked, on the disk where it will be."""
_LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds: `files` maps each member's name to its SHA-256, `rows` each table's name to its count;
    `vanished` are the files that were removed while it was made and are not in it."""

    format: int
    made_at: str
    database: str
    migration: str
    rows: dict[str, int]
    files: dict[str, str]
    vanished: list[str] = field(default_factory=list)

    @property
    def stored(self) -> set[str]:
        """The storage keys of the files in it."""
        return {name.removeprefix(FILES) for name in self.files if name.startswith(FILES)}


class BadArchive(Refused):
    """The archive cannot be trusted or read; nothing has been touched."""


# --- out ------------------------------------------------------------------------------------------------------------


class ArchiveWriter:
    """An archive in the making. `folder` is for whatever is needed on the way and is gone afterwards."""

    def __init__(self, tar: tarfile.TarFile, folder: Path) -> None:
        self._tar = tar
        self.folder = folder
        self.files: dict[str, str] = {}

    def put(self, name: str, content: IO[bytes], checksum: str | None = None) -> None:
        """Add a member, whose SHA-256 may be known already."""
        member = tarfile.TarInfo(name)
        member.size = content.seek(0, os.SEEK_END)
        content.seek(0)
        self.files[name] = checksum or digest_of(content)
        content.seek(0)
        self._tar.addfile(member, content)

    def put_manifest(self, manifest: Manifest) -> None:
        path = self.folder / MANIFEST
        path.write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
        with path.open("rb") as content:
            self.put(MANIFEST, content)


@contextmanager
def new_archive(out: Path) -> Iterator[ArchiveWriter]:
    """An archive that only its owner may read. It takes its name, and the place of an older one, when it is whole and
    safe on the disk; where that fails nothing is left of it. Raises OSError where the disk is full or not writable."""
    with scratch_folder(out.parent) as folder, appearing(out, folder / "archive") as file:
        Path(file.name).chmod(0o600)
        with (
            gzip.GzipFile(fileobj=file, mode="wb", compresslevel=LEVEL, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w") as tar,
        ):
            yield ArchiveWriter(tar, folder)


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder within another one, gone afterwards. What such work has left there that was killed goes first."""
    _remove_unfinished(beside)
    with TemporaryDirectory(prefix=UNFINISHED, dir=beside) as made, _held(Path(made) / _LOCK):
        yield Path(made)


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    """Hold a lock that ends with this process, however it ends."""
    with lock.open("wb") as file:
        _is_locked(file)
        yield


def _is_locked(file: IO[bytes]) -> bool:
    """Take the lock; False where a process that is alive has it. Where there are no such locks nobody gets one."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_unfinished(folder: Path) -> None:
    """Remove what backups that were killed have left here."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with closing((left / _LOCK).open("ab")) as lock:
            is_left = _is_locked(lock)
        if is_left:
            for path in left.iterdir():
                path.unlink()
            left.rmdir()


def is_packed(path: Path) -> bool:
    """Whether a file begins as archives do (RFC 1952, 2.3.1), or is empty."""
    with path.open("rb") as file:
        return file.read(2) in (b"", b"\x1f\x8b")


# --- in -------------------------------------------------------------------------------------------------------------


def read_manifest(path: Path) -> Manifest:
    """The manifest of an archive whose every member is as it was written; BadArchive otherwise."""
    found, sums = None, {}
    try:
        for name, content in members(path):
            if name == MANIFEST:
                found = json.loads(content.read(64 * BLOCK))
            else:
                sums[name] = digest_of(content)
    except (OSError, EOFError, tarfile.TarError, ValueError, zlib.error) as error:
        raise BadArchive("damaged_archive", f"Không đọc được tệp sao lưu {path.name}. Chưa có gì bị đổi.") from error
    manifest = _manifest_of(path, found)
    if manifest.files != sums:
        raise BadArchive("damaged_archive", f"Tệp sao lưu {path.name} thiếu hoặc hỏng một phần. Chưa có gì bị đổi.")
    return manifest


def _manifest_of(path: Path, found: object) -> Manifest:
    known = {one.name for one in fields(Manifest)}
    if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
        raise of_another_program(path, f"dạng {found['format']}")
    try:
        manifest = Manifest(**{name: value for name, value in found.items() if name in known})  # type: ignore[attr-defined]
        is_whole = type(manifest.format) is int and manifest.format == FORMAT and isinstance(manifest.migration, str)
        is_whole = is_whole and all(isinstance(one, dict) for one in (manifest.files, manifest.rows))
        is_whole = is_whole and isinstance(manifest.vanished, list) and manifest.database in DATABASES
        datetime.fromisoformat(manifest.made_at)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadArchive("damaged_archive", f"Không đọc được tệp sao lưu {path.name}. Chưa có gì bị đổi.") from error
    if not is_whole:
        raise BadArchive("damaged_archive", f"Tệp sao lưu {path.name} thiếu hoặc hỏng một phần. Chưa có gì bị đổi.")
    return manifest


def of_another_program(path: Path, version: str) -> BadArchive:
    return BadArchive(
        "other_version",
        f"Tệp sao lưu {path.name} là của bản chương trình khác ({version}). "
        "Cập nhật chương trình rồi khôi phục lại. Chưa có gì bị đổi.",
    )


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The name and content of each member, in one pass: a content is to be read before the next one is asked for."""
    with gzip.open(path, "rb") as packed, tarfile.open(fileobj=packed, mode="r|", bufsize=BLOCK) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                yield member.name, content


def digest_of(content: IO[bytes]) -> str:
    whole = hashlib.sha256()
    while block := content.read(BLOCK):
        whole.update(block)
    return whole.hexdigest()
