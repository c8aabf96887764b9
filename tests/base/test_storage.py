"""Files lie under random keys, and no key leads out of their folder."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from market.base import storage
from market.base.errors import NotFound
from market.base.files import appearing
from market.base.half_written import DROP_HALF_WRITTEN
from market.base.outages import Outage, outage_of
from market.base.storage import FolderStorage, is_key, new_key
from market.cli import PERIODIC_TASKS
from tests.services.unwritable import no_room_for_files


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "storage")


def test_a_file_comes_back_and_goes(folder: FolderStorage) -> None:
    key = new_key("photo", "webp")
    folder.put(key, b"one")
    folder.put(key, b"two")
    assert folder.get(key) == b"two"
    assert list(folder.all_keys()) == [key]
    folder.delete(key)
    folder.delete(key)
    with pytest.raises(NotFound):
        folder.get(key)


CAPITALS = f"Photo/{'x' * 43}.webp"


@pytest.mark.parametrize(
    "key", ["", "photo", "../secret", "photo/../../etc/passwd", "/etc/passwd", "photo/short.webp", CAPITALS]
)
def test_no_key_leads_out_of_the_folder(folder: FolderStorage, key: str) -> None:
    assert not is_key(key)
    for use in (folder.get, folder.delete, lambda key: folder.put(key, b"x")):
        with pytest.raises(NotFound):
            use(key)


def test_keys_are_not_guessed() -> None:
    assert len({new_key("photo", "webp") for _ in range(100)}) == 100
    assert is_key(new_key("photo", "webp"))


def test_nothing_half_written_is_listed(folder: FolderStorage, tmp_path: Path) -> None:
    key = new_key("photo", "webp")
    folder.put(key, b"x")
    (tmp_path / "storage" / "photo" / f"{key[6:49]}.part").write_bytes(b"half")
    (tmp_path / "storage" / "photo" / "notes.txt").write_bytes(b"somebody's")
    assert list(folder.all_keys()) == [key]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory|File exists"):
        FolderStorage(tmp_path / "file" / "storage").check()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_picture_that_the_disk_does_not_take_leaves_no_part_and_the_old_one(
    folder: FolderStorage, tmp_path: Path
) -> None:
    """faults.md P2: a failed upload left a `.part`."""
    key = new_key("photo", "webp")
    folder.put(key, b"old")
    with no_room_for_files(1000), pytest.raises(OSError, match="File too large") as full:
        folder.put(key, b"n" * 2000)
    assert outage_of(full.value) is Outage.UNWRITABLE
    assert files_in(tmp_path) == [tmp_path / "storage" / key]
    assert folder.get(key) == b"old"
    folder.put(key, b"new")
    assert folder.get(key) == b"new"


def test_a_file_is_on_the_disk_before_it_takes_its_name(
    folder: FolderStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """faults.md P1-9: after a power cut a file whose name was there could be empty."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        steps.append(f"sync {'folder' if target.is_dir() else target.read_bytes().decode()}")
        fsync(descriptor)

    def replaced(path: Path, target: Path) -> Path:
        steps.append("name")
        return replace(path, target)

    folder.put(new_key("photo", "webp"), b"first")
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    folder.put(new_key("photo", "webp"), b"second")
    assert steps == ["sync second", "name", "sync folder"]


def test_two_that_write_one_file_at_once_both_end_and_one_is_there_whole(folder: FolderStorage, tmp_path: Path) -> None:
    key, together = new_key("photo", "webp"), threading.Barrier(8)

    def put(number: int) -> None:
        together.wait(30)
        for _ in range(20):
            folder.put(key, bytes([number]) * 50_000)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(put, range(8)))
    assert len(set(folder.get(key))) == 1
    assert files_in(tmp_path) == [tmp_path / "storage" / key]


def test_a_block_that_fails_leaves_what_had_the_name(tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").write_bytes(b"old")
    with pytest.raises(KeyError), appearing(tmp_path / "sheet.pdf") as file:
        file.write(b"half")
        raise KeyError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("sheet.pdf", b"old")]


@pytest.mark.parametrize(("hours", "is_left"), [(23, True), (25, False)])
def test_what_a_killed_process_was_writing_is_dropped_a_day_later(tmp_path: Path, hours: int, is_left: bool) -> None:
    storage.configure(str(tmp_path))
    now, key = datetime.now(UTC), new_key("photo", "webp")
    half, whole = tmp_path / f"{key}.0a1b2c3d.part", tmp_path / key
    half.parent.mkdir()
    for path in (half, whole):
        path.write_bytes(b"x")
        os.utime(path, 2 * ((now - timedelta(hours=hours)).timestamp(),))
    assert DROP_HALF_WRITTEN in PERIODIC_TASKS
    DROP_HALF_WRITTEN.do(now)
    assert (half.exists(), whole.exists()) == (is_left, True)
