"""The market served as it is in the village hall: gunicorn with two worker processes on one database."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from market.base.config import ROOT
from market.base.processes import web_command

PATIENCE_SECONDS = 30


@contextmanager
def two_workers(database_url: str, folder: Path) -> Iterator[str]:
    """The address of two worker processes. Their clock is the real one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHOSO_")} | {
        "CHOSO_DATABASE_URL": database_url,
        "CHOSO_STORAGE_URL": str(folder / "storage"),
        "CHOSO_BASE_URL": "http://cho.test",
    }
    with (folder / "workers.log").open("wb") as log:
        process = subprocess.Popen(web_command(port, 2), cwd=ROOT, env=environment, stderr=log, stdout=log)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=1) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError("the workers did not start")
