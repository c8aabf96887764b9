"""Card gateways for the contract test: our own fake always, its peers where they are there."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, build_opener

NO_LOCALSTRIPE = "no localstripe: install it, or set LOCALSTRIPE_URL"
NO_STRIPE_MOCK = "no stripe-mock: set STRIPE_MOCK_URL"
LAUNCHER = (
    "import sys; from aiohttp import web; from localstripe.server import app; "
    "web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), print=None)"
)


class _Stays(HTTPRedirectHandler):
    """Where a page leads is told and not gone to: the market's address in stories is no host of this machine."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def press(url: str, **fields: str) -> tuple[int, str]:
    """Open a page of the gateway's, or press a button of it: the status, and the text or where it leads."""
    data = urlencode(fields).encode() if fields else None
    try:
        with build_opener(_Stays).open(url, data) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as answer:
        with answer:
            return answer.code, answer.headers.get("Location") or answer.read().decode()


@contextmanager
def localstripe() -> Iterator[str | None]:
    """A localstripe of our own in another process (it is GPL and no part of the product), or the one named; or None."""
    named = os.environ.get("LOCALSTRIPE_URL")
    if named or importlib.util.find_spec("localstripe") is None:
        yield named
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", LAUNCHER, str(port)], cwd=gettempdir())
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        Path(gettempdir(), "localstripe.pickle").unlink(missing_ok=True)


def _wait(port: int) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("localstripe did not start")


def stripe_mock() -> str | None:
    return os.environ.get("STRIPE_MOCK_URL") or None
