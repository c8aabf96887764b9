"""The web process and the jobs process side by side, for one's own machine: when one ends, so does the other."""

import os
import shutil
import signal
import subprocess  # nosec B404 # it starts this program's own two processes
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from market.base.loopback import HERE
from market.base.patience import REQUEST_THREADS

WAITS = "--backpressure 128 --http1-header-read-timeout 10000 --workers-kill-timeout 8 --respawn-failed-workers"
"""How many requests wait for a thread; milliseconds for a request's head; seconds for those in hand when it stops."""
ALLOCATOR = {"MALLOC_ARENA_MAX": "2"}
"""glibc would keep a heap for each thread that ever met another. A process stays some 5 MB smaller, and no slower,
because threads of Python take turns anyway. docs/operation/choso-web.service says the same."""
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 10


def web_command(port: int, workers: int, host: str = HERE) -> list[str]:
    """granian where it is installed, else Flask's own server. docs/operation/choso-web.service says the same."""
    granian = shutil.which("granian", path=str(Path(sys.executable).parent))
    if granian is None:
        return [*_flask(), "run", "--host", host, "--port", str(port)]
    served = f"--interface wsgi --host {host} --port {port} --workers {workers} --blocking-threads {REQUEST_THREADS}"
    return [granian, *served.split(), *WAITS.split(), "--log-level", "error", "wsgi:app"]


def jobs_command() -> list[str]:
    return [*_flask(), "work"]


def _flask() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi"]


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Run the commands until one ends or this process is told to; then end the others. The first one's exit code."""
    environment = ALLOCATOR | {name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"}
    running: list[subprocess.Popen[bytes]] = []
    _turn_signals_into_exit()
    try:
        for command in commands:
            running.append(subprocess.Popen(command, env=environment))  # noqa: S603 # nosec B603
        while all(process.poll() is None for process in running):
            time.sleep(LOOK_SECONDS)
        return next(process.returncode for process in running if process.returncode is not None)
    except (KeyboardInterrupt, SystemExit):
        return 0
    finally:
        _end(running)


def _turn_signals_into_exit() -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


def _end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
