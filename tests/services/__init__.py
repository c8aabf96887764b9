"""The real things the tests run against: PostgreSQL, Chromium; each found on the machine, started once a run."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest


def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all test processes of one run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(answer: Path, make: Callable[[], str]) -> str:
    """What `make` answers: made by the test process that asks first, read from the file `answer` by the others."""
    with answer.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            answer.write_text(make())
        return answer.read_text()


def absent(sentence: str) -> NoReturn:
    """Skip a test whose service this machine lacks; where `CI=true` every service must be there, so fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
