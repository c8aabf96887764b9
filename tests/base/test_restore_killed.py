"""Kill -9 at any moment of a restore leaves the old market or the new one, with every picture that it names; nothing in
between (faults.md P1-9: on PostgreSQL 4 of 10 were left empty or in part)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from market.base.backup import back_up, restore
from market.base.config import ROOT
from market.base.db import db, transaction
from market.base.storage import new_key, storage
from tests.base.test_backup import content, filled, stored
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT, by_day_on

__all__ = ["filled"]

pytestmark = by_day_on("sqlite")  # there what a restore takes is a file: half of what all tables made anew do

KILLED = """
import os, signal, sys
from pathlib import Path

from market.app import create_app
from market.base import backup
from market.base.backup import restoring
from market.base.config import Settings
from market.base.storage import FolderStorage

name, times, archive, url, folder = sys.argv[1:]
owner = FolderStorage if hasattr(FolderStorage, name) else restoring
do, left = getattr(owner, name), [int(times)]

def killed(*given, **named):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return do(*given, **named)

setattr(owner, name, killed)
settings = Settings(database_url=url, storage_url=folder, base_url="http://cho.test", secret_key="known" * 10)
with create_app(settings).app_context():
    backup.restore(Path(archive), replace=True)
"""
POINTS = {
    "postgresql": (
        ("bring_to", 1),
        ("without_keys", 1),
        ("fill", 5),
        ("fill", 60),
        ("bring_to", 2),
        ("put", 2),
        ("take_over", 1),
        ("adopt", 1),
        ("adopt", 2),
        ("delete", 1),
    ),
    "sqlite": (
        ("take_file_out", 1),
        ("check_file", 1),
        ("bring_to", 1),
        ("bring_to_today", 1),
        ("_bring_files", 1),
        ("put", 2),
        ("adopt", 1),
        ("adopt", 2),
        ("_overwrite_sqlite", 1),
        ("delete", 1),
    ),
}
"""Each name is called so many times before the process is killed in place of it."""


@pytest.mark.parametrize("point", range(10) if IS_NIGHT else [7])
def test_a_restore_that_is_killed_leaves_the_old_market_or_the_new(
    filled: Cast, app: Flask, database_url: str, tmp_path: Path, now: Clock, point: int
) -> None:
    for _ in range(2):
        storage().put(new_key("photo", "webp"), b"a picture")
    then = content(), stored()
    back_up(tmp_path / "market.tar.gz", now=now())
    with transaction() as session:
        session.execute(text("UPDATE product SET name = 'Đổi rồi'"))
        session.execute(text("DELETE FROM job"))
    for key in list(stored())[:2]:
        storage().delete(key)
    storage().put(new_key("photo", "webp"), b"a later picture")
    before = content(), stored()
    back_up(tmp_path / "before.tar.gz", now=now())
    folder = app.config["CHOSO"].storage_url
    db.engine.dispose()
    name, times = POINTS[db.engine.dialect.name][point]
    script = [sys.executable, "-c", KILLED, name, str(times), str(tmp_path / "market.tar.gz"), database_url, folder]
    told = subprocess.run(script, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert told.returncode == -signal.SIGKILL
    rows, files = content(), stored()
    assert rows in (before[0], then[0])
    named = before[1] if rows == before[0] else then[1]
    assert {key: files[key] for key in named} == named
    restore(tmp_path / "before.tar.gz", replace=True)  # what the killed one had brought and nobody names goes, too
    assert (content(), stored()) == before
    restore(tmp_path / "market.tar.gz", replace=True)
    assert (content(), stored()) == then
    assert not [*Path(folder).glob(".*")]
