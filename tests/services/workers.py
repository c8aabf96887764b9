"""The market served as it is in the village hall: several worker processes on one database."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from market.base.config import ROOT
from market.base.processes import ALLOCATOR, web_command
from tests.services.databases import TEST_SECRET

PATIENCE_SECONDS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: where it listens, and the process that looks after its workers."""

    port: int
    process_id: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(
    database_url: str, folder: Path, *, workers: int, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """So many worker processes on a database; their storage and log are in the folder, their clock is the real one."""
    with serving_with(lambda port: web_command(port, workers), database_url, folder, more=more) as server:
        yield server


@contextmanager
def serving_with(
    command: Callable[[int], Sequence[str]], database_url: str, folder: Path, *, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """The market behind any server's command, which is given its port; `more` is set in its environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHOSO_")} | {
        "CHOSO_DATABASE_URL": database_url,
        "CHOSO_STORAGE_URL": str(folder / "storage"),
        "CHOSO_BASE_URL": "http://cho.test",
        "CHOSO_SECRET_KEY": TEST_SECRET,
        **ALLOCATOR,
        **(more or {}),
    }
    with (folder / "workers.log").open("wb") as log:
        process = subprocess.Popen(command(port), cwd=ROOT, env=environment, stderr=log, stdout=log)
    try:
        server = Server(port=port, process_id=process.pid)
        wait_until_answering(server.address)
        yield server
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_answering(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(f"{address}/healthz", timeout=1) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError("the workers did not start")
