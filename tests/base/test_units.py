"""The units of systemd that are shipped: what fails is said, and what cannot run is given up; and README.md's steps."""

import os
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from sqlalchemy import make_url

from market.base.config import ROOT

FOLDER = ROOT / "docs" / "operation"
SERVICES = sorted(FOLDER.glob("*.service"))
SAYS_SO = "choso-failed@.service"


def unit(path: Path) -> ConfigParser:
    read = ConfigParser(interpolation=None, strict=False, comment_prefixes=("#",))
    read.optionxform = str  # type: ignore[method-assign,assignment]
    read.read(path, "utf-8")
    return read


def test_every_service_that_fails_is_said() -> None:
    """faults.md P1-7: a failed backup was silent."""
    silent = {path.name for path in SERVICES if unit(path)["Unit"].get("OnFailure") != "choso-failed@%n.service"}
    assert silent == {SAYS_SO}
    assert "<2>%i failed" in (FOLDER / SAYS_SO).read_text("utf-8")


@pytest.mark.parametrize(
    "path", [one for one in SERVICES if unit(one)["Service"].get("Restart")], ids=lambda one: one.name
)
def test_what_cannot_run_is_given_up(path: Path) -> None:
    """office.md 11: it was started anew for ever. A try may take long, on a slow machine, before it ends."""
    limits, service = unit(path)["Unit"], unit(path)["Service"]
    a_try = int(service["RestartSec"]) + 50
    assert int(limits["StartLimitBurst"]) * a_try < int(limits["StartLimitIntervalSec"])
    assert service["LimitCORE"] == "0", "what is in memory is on no disk"


README = (ROOT / "README.md").read_text("utf-8")
PRODUCTION = README[README.index("## In production") :]
STEPS, _, RESTORE, _, UPDATE, _ = PRODUCTION.split("\n```\n")[1:]


def test_every_timer_is_started_and_has_its_service() -> None:
    [enabled] = [line for line in README.splitlines() if "systemctl enable --now choso-web" in line]
    for timer in FOLDER.glob("*.timer"):
        assert (FOLDER / f"{timer.stem}.service").is_file()
        assert timer.name in enabled


def test_what_a_step_needs_comes_before_it() -> None:
    """office.md 10: nginx does not start over certificates that are not there, so certbot could not run. The doctor
    asks for a commune and for a backup."""
    said = (
        "apt install git",
        "certbot certonly",
        "install docs/operation/choso /usr/local/sbin/",
        "/etc/nginx/sites-enabled",
        "systemctl enable --now choso-web",
        "nginx -t",
        "choso seed",
        "systemctl start choso-backup && systemctl start choso-doctor",
    )
    steps = [README.index(step) for step in said]
    assert steps == sorted(steps)


def test_a_command_runs_as_the_services_do(tmp_path: Path) -> None:
    """What it writes is for no other user, and a command that refuses leaves no failed unit behind."""
    asked = tmp_path / "systemd-run"
    asked.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 2\n", "ascii")
    asked.chmod(0o755)
    around = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [str(FOLDER / "choso"), "appoint", "--name", "Bà Lan"]
    ran = subprocess.run(command, env=around, capture_output=True, text=True, check=False, timeout=20)
    said, service = ran.stdout.splitlines(), unit(FOLDER / "choso-work.service")["Service"]
    same = {f"{name}={service[name]}" for name in ("EnvironmentFile", "WorkingDirectory", "UMask")}
    assert {f"--uid={service['User']}", f"--gid={service['Group']}", "--collect", "--wait", *same} <= set(said)
    [flask] = [one for one in said if one.endswith("/flask")]
    assert service["ExecStart"] == f"{flask} --app wsgi work"
    assert said[said.index(flask) :] == [flask, "--app", "wsgi", "appoint", "--name", "Bà Lan"]
    assert ran.returncode == 2


def test_commands_of_a_production_have_its_settings() -> None:
    lines = (STEPS + RESTORE + UPDATE).splitlines()
    assert not [line for line in lines if line.startswith(("flask", ".venv/bin/flask"))]


def test_every_file_for_the_machine_is_put_in_place_and_again_by_an_update() -> None:
    for path in FOLDER.iterdir():
        assert path.name in STEPS or f"docs/operation/*{path.suffix} " in STEPS, path.name
    placed = [line.split("  ")[0] for line in STEPS.splitlines() if line.startswith(("cp docs/", "install docs/"))]
    assert len(placed) == 2
    assert not [one for one in placed if one not in UPDATE]
    assert UPDATE.index("docs/operation/*.service") < UPDATE.index("daemon-reload") < UPDATE.index("systemctl restart")


def test_the_markets_folders_are_nobody_elses_and_its_services_may_write_there() -> None:
    [made] = [line for line in STEPS.splitlines() if line.startswith("install -m 750 -o choso -g choso -d ")]
    folders = made.split(" -d ")[1].split()
    [sqlite] = [line.split("`")[1] for line in PRODUCTION.splitlines() if "`CHOSO_DATABASE_URL=sqlite" in line]
    file = Path(make_url(sqlite.removeprefix("CHOSO_DATABASE_URL=")).database or "")
    for path in SERVICES:
        writes = unit(path)["Service"].get("ReadWritePaths", "").split()
        assert path.name == SAYS_SO or str(file.parent) in writes
        assert set(writes) <= set(folders)
