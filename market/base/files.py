"""Files that are there whole or not at all, also after a power cut."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

HALF_WRITTEN = ".part"


@contextmanager
def appearing(path: Path, half_written: Path | None = None) -> Iterator[BinaryIO]:
    """A file to write to, which takes its name, and the place of what had it, once the block ends well and the disk has
    all of it; until then what had the name stays. Raises OSError, and leaves nothing, where the disk does not take it.

    Each writer has a half-written file of its own, so that two that write one name do not disturb one another: beside
    it, or where the caller says, on the same disk.
    """
    half_written = half_written or path.with_name(f"{path.name}.{secrets.token_hex(4)}{HALF_WRITTEN}")
    try:
        with half_written.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        half_written.replace(path)
        sync_folder(path.parent)
    except BaseException:
        half_written.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file as `appearing` does."""
    with appearing(path) as file:
        file.write(content)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are not there, so that a power cut does not take their names."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk take what a folder's entries are: a name that was given, changed or taken away."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
