"""Files lie under random keys, and no key leads out of their folder."""

from pathlib import Path

import pytest

from market.base.errors import NotFound
from market.base.storage import FolderStorage, is_key, new_key


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
