"""What cannot run does not start: the server's own command ends, with every reason on stderr, however it is started."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from market.app import create_app
from market.base.config import ROOT
from market.base.db import transaction
from market.base.processes import web_command
from tests import factories as make
from tests.services.databases import OPENING, production_of

WITHIN = 120
NEVER_STARTED = "Chợ số chưa chạy được vì cấu hình sai:"
BAD = {
    "CHOSO_ENV": "production",
    "CHOSO_SECRET_KEY": "",
    "CHOSO_DATA_KEYS": "k1:short",
    "CHOSO_BASE_URL": "http://cho.test",
    "CHOSO_REDIS_URL": "unix://run/redis.sock",
    "CHOSO_PROXY_HOPS": "9",
    "CHOSO_STORAGE_URL": "/etc/passwd",
}
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def started(command: Sequence[str], settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """A process of its own with these settings alone, once it ended by itself; TimeoutExpired if it goes on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHOSO_")}
    return subprocess.run(
        command, cwd=ROOT, env=kept | settings, capture_output=True, text=True, timeout=WITHIN, check=False
    )


def test_a_server_with_bad_settings_ends_with_every_fault() -> None:
    """office.md 11: workers were started anew for ever, and the port stayed bound. faults.md P2: `unix://`."""
    done = started(web_command(0, 2), BAD)
    assert done.returncode != 0
    said = done.stderr.splitlines()
    first = said.index(NEVER_STARTED) + 1
    named = sorted({line.split(":")[0].split()[0] for line in said[first : first + len(BAD) - 1]})
    assert named == sorted(set(BAD) - {"CHOSO_ENV"})
    assert "Traceback" not in done.stderr


@pytest.mark.nightly  # starts a process for each command; settings are read by day without one
@pytest.mark.parametrize("command", [["work"], ["db", "upgrade"], ["doctor"], ["run", "--port", "0"], ["backup", "x"]])
def test_a_command_with_bad_settings_ends_with_every_fault(command: list[str]) -> None:
    done = started([*FLASK, *command], BAD)
    assert done.returncode in (1, 3)
    assert len(done.stderr.splitlines()) == len(BAD)
    assert done.stderr.startswith(NEVER_STARTED)


GOOD = {
    "CHOSO_ENV": "production",
    "CHOSO_SECRET_KEY": "s" * 40,
    "CHOSO_DATA_KEYS": "k:" + "k" * 32,
    "CHOSO_BASE_URL": "https://cho.test",
}


@pytest.mark.nightly  # starts processes
def test_a_production_with_demo_people_ends(tmp_path: Path, sqlite_template: Path) -> None:
    """office.md 11: also where `db upgrade` before it passes."""
    shutil.copy(sqlite_template, tmp_path / "choso.db")
    url, storage = f"sqlite:///{tmp_path / 'choso.db'}", str(tmp_path / "storage")
    with create_app(production_of(url, storage)).app_context(), transaction() as session:
        make.make_person(session, make.make_commune(session), "Mai", "0912 345 678", OPENING).is_demo = True
    settings = GOOD | {"CHOSO_DATABASE_URL": url, "CHOSO_STORAGE_URL": storage}
    for command in (web_command(0, 2), [*FLASK, "work"]):
        done = started(command, settings)
        assert done.returncode != 0
        assert "tài khoản mẫu" in done.stderr
    assert started([*FLASK, "db", "upgrade"], settings).returncode == 0


@pytest.mark.nightly  # starts processes
def test_what_nobody_thought_of_ends_the_server_too(tmp_path: Path) -> None:
    """A folder that cannot be made, found only when it is: /proc takes none."""
    done = started(web_command(0, 2), GOOD | {"CHOSO_DATABASE_URL": "sqlite:////proc/none/choso.db"})
    assert done.returncode != 0
    assert "vì một lỗi không ngờ" in done.stderr
    assert "/proc/none" in done.stderr
