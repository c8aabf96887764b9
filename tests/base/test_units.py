"""The units of systemd that are shipped: what fails is said, and what cannot run is given up."""

from configparser import ConfigParser
from pathlib import Path

import pytest

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
        "/etc/nginx/sites-enabled",
        "systemctl enable --now choso-web",
        "nginx -t",
        "flask --app wsgi seed",
        "systemctl start choso-backup && systemctl start choso-doctor",
    )
    steps = [README.index(step) for step in said]
    assert steps == sorted(steps)
