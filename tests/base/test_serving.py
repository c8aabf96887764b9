"""The market as it is served answers beside connections that stay silent, come slowly or stop half way."""

import contextlib
import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench.resident import children
from market.base.config import ROOT
from market.base.patience import REQUEST_THREADS
from market.base.processes import ALLOCATOR, web_command
from tests.services.workers import Server, serving

ANSWERS_WITHIN = 20
CONNECTIONS = 20
MORE_THAN_THREADS = 2 * REQUEST_THREADS + 16
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: cho.test\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /dang-nhap HTTP/1.1\r\nHost: cho.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 4000\r\n\r\nphone="
)


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of them, on one kind of database: what is tried here happens before a view runs."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(sqlite_template, folder / "choso.db")
    with serving(f"sqlite:///{folder / 'choso.db'}", folder, workers=2) as server:
        yield server


@contextmanager
def held_open(port: int, first: bytes, count: int = CONNECTIONS) -> Iterator[None]:
    """So many connections that have sent `first`, and go on byte by byte where that is something."""
    stop = threading.Event()
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 5)) for _ in range(count)]

        def drip() -> None:
            while not stop.wait(0.2):
                for one in held:
                    with contextlib.suppress(OSError):  # closed by the server, as it should
                        one.sendall(b"x")

        for one in held:
            one.sendall(first)
        dripping = threading.Thread(target=drip if first else stop.wait)
        dripping.start()
        try:
            yield
        finally:
            stop.set()
            dripping.join()


def is_healthy(server: Server) -> bool:
    with urlopen(f"{server.address}/healthz", timeout=ANSWERS_WITHIN) as answer:  # noqa: S310 - our own address
        return bool(answer.status == 200)


@pytest.mark.nightly  # seconds of open connections; by day the unit is only started
def test_it_answers_beside_silent_slow_and_half_open_connections(server: Server) -> None:
    for first, count in ((b"", CONNECTIONS), (HALF_A_HEAD, CONNECTIONS), (HALF_A_BODY, MORE_THAN_THREADS)):
        with held_open(server.port, first, count):
            assert all(is_healthy(server) for _ in range(8)), first


@pytest.mark.nightly  # waits for a server's own patience
def test_a_request_whose_head_never_ends_is_closed(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 60) as slow:
        slow.sendall(HALF_A_HEAD)
        assert slow.recv(100) in (b"", b"HTTP/1.1 408 Request Timeout\r\n"), "closed, or told so"


def listening(port: int) -> int:
    """How many sockets of this machine listen on a port: each worker has one of its own."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return sum(state == "0A" and address.endswith(f":{port:04X}") for _, address, _, state, *_ in rows)


@pytest.mark.nightly  # waits until another worker has started
def test_a_worker_that_was_killed_is_replaced(server: Server) -> None:
    while listening(server.port) < 2:  # the other one may still be starting: it could not stand in
        threading.Event().wait(0.1)
    first, second = children(server.process_id)
    os.kill(first, signal.SIGKILL)
    while len(there := set(children(server.process_id)) - {first}) < 2:
        threading.Event().wait(0.1)
    assert second in there
    assert all(is_healthy(server) for _ in range(8))


def test_the_shipped_unit_starts_it_as_make_run_does() -> None:
    unit = (ROOT / "docs" / "operation" / "choso-web.service").read_text("utf-8")
    [start] = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    program, *options = web_command(8000, 4)
    assert start.split()[0].endswith(f"/{Path(program).name}")
    pairs = {" ".join(pair) for pair in pairwise(options) if pair[0].startswith("--")}
    assert {pair for pair in pairs if "--log" not in pair and pair not in start} == set()
    assert {f"Environment={name}={value}" for name, value in ALLOCATOR.items()} <= set(unit.splitlines())
