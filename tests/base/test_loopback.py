"""Where a server was told to listen, and who reaches it there."""

import subprocess
import sys

import pytest

from market.base.config import OPEN_TO_OTHERS, ROOT
from market.base.loopback import EVERY_ADDRESS, asked_to_listen, is_loopback
from market.base.processes import web_command


@pytest.mark.parametrize("host", ["localhost", "LocalHost", "127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_s_own(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        EVERY_ADDRESS,
        "::",
        "10.0.0.1",
        "192.168.1.5",
        "::ffff:10.0.0.1",
        "fe80::1",
        "cho.test",
        "localhost.test",
        "127.1",
        "",
    ],
)
def test_what_others_may_reach(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("arguments", "environment", "hosts"),
    [
        ("--app wsgi run --host 0.0.0.0", {}, EVERY_ADDRESS),
        ("--app wsgi run --host=::", {}, "::"),
        ("--app wsgi run -h 10.0.0.1 --port 80", {}, "10.0.0.1"),
        ("--app wsgi run --host=", {}, EVERY_ADDRESS),
        ("--interface wsgi --workers 2 wsgi:app", {"GRANIAN_HOST": "::"}, "::"),
        ("run", {"FLASK_RUN_HOST": "10.0.0.1"}, "10.0.0.1"),
        ("run --host 127.0.0.1 --host 10.0.0.1", {}, "127.0.0.1,10.0.0.1"),
        ("--interface wsgi wsgi:app", {}, ""),
        ("-c", {}, ""),
    ],
)
def test_a_server_s_command_says_where_it_listens(arguments: str, environment: dict[str, str], hosts: str) -> None:
    assert asked_to_listen(arguments.split(), environment) == hosts


def test_serve_listens_where_it_is_told() -> None:
    assert asked_to_listen(web_command(8000, 1), {}) == "127.0.0.1"
    assert asked_to_listen(web_command(8000, 1, EVERY_ADDRESS), {}) == EVERY_ADDRESS


@pytest.mark.nightly  # starts a process; what it refuses is tried by day without one
def test_a_server_that_others_reach_does_not_start_with_the_secret_of_development() -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "run", "--port", "0", "--host", "::"]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True)
    assert done.returncode == 3
    first, fault = done.stderr.splitlines()
    assert first == "Chợ số chưa chạy được vì cấu hình sai:"
    assert fault.startswith("CHOSO_SECRET_KEY")
    assert fault.endswith(OPEN_TO_OTHERS)
