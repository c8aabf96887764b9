"""Runs tests against one mutant, in a copy of the tree: the tree itself is never touched."""

import enum
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mutants.sources import ROOT, Mutant

FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?= - |$)", re.M)
"""A test that did not pass, as pytest tells it at its end."""
TEST_SECONDS = 400
"""A test that takes longer, however busy the machine is, hangs in the mutant, and so has noticed it."""


class Verdict(enum.StrEnum):
    KILLED = "killed"
    SURVIVED = "survived"
    UNREACHED = "unreached"  # no test runs the line: survived
    UNDECIDED = "undecided"  # the time was over before the tests were


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    verdict: Verdict
    killer: str = ""


class Tree:
    """A copy of what git knows of the tree, as it stands in the folder, for one mutant after the other."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.folder, self._root = folder, root
        listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(listing, cwd=root, capture_output=True, check=True).stdout  # noqa: S603
        for name in filter(None, listed.decode().split("\0")):
            if (root / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, folder / name)

    def run(self, mutant: Mutant, tests: Sequence[str], *, seconds: float) -> Outcome:
        """Whether one of the tests notices the mutant; undecided where its module is no longer what was copied."""
        if not tests:
            return Outcome(verdict=Verdict.UNREACHED)
        source = (self.folder / mutant.path).read_bytes()
        if source != (self._root / mutant.path).read_bytes():
            return Outcome(verdict=Verdict.UNDECIDED)
        self._write(mutant.path, mutant.applied_to(source))
        try:
            return self.passes(tests, seconds=seconds)
        finally:
            self._write(mutant.path, source)

    def _write(self, path: str, source: bytes) -> None:
        """Write a module, and drop what Python keeps of it compiled: time and size alone may not tell the two apart."""
        module = self.folder / path
        module.write_bytes(source)
        for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
            compiled.unlink()

    def passes(self, tests: Sequence[str], *, seconds: float) -> Outcome:
        listed, said = self.folder / "listed-tests", self.folder / "said"
        listed.write_text("\n".join(tests), "utf-8")
        files = sorted({test.partition("::")[0] for test in tests})
        plugins = ["-p", "no:cacheprovider", "-p", "pytest_timeout", "-p", "mutants.selecting"]
        options = [*plugins, f"--only-listed={listed}", "-x", "-rfE", f"--timeout={TEST_SECONDS}", "--tb=no"]
        status = self._forked([*options, *files], said, seconds)
        return Outcome(verdict=Verdict.UNDECIDED) if status is None else outcome_of(status, said.read_text("utf-8"))

    def _forked(self, arguments: Sequence[str], said: Path, seconds: float) -> int | None:
        """The exit status of a child that runs pytest; None where its time was over first."""
        self._server.stdin.write(json.dumps([arguments, str(said)]) + "\n")
        self._server.stdin.flush()
        over = threading.Event()

        def end(pid: int) -> None:
            over.set()
            os.kill(pid, signal.SIGTERM)  # pytest ends its fixtures, and the database server with them

        timer = threading.Timer(seconds, end, [int(self._server.stdout.readline())])
        timer.start()
        status = int(self._server.stdout.readline())
        timer.cancel()
        return None if over.is_set() else status

    @cached_property
    def _server(self) -> "subprocess.Popen[str]":
        environment = os.environ | {"PYTHONPATH": str(self.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        command = [sys.executable, "-m", "mutants.forking"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.folder, env=environment, **pipes)  # noqa: S603

    def close(self) -> None:
        """End the process that forks."""
        self._server.communicate()


def outcome_of(status: int, said: str) -> Outcome:
    """What pytest's exit status means: 1 tests failed, 2 to 4 not even a file could be read, 5 none was found."""
    if status == 0:
        return Outcome(verdict=Verdict.SURVIVED)
    if status == 5:
        return Outcome(verdict=Verdict.UNREACHED)
    found = FAILED.search(said)
    return Outcome(verdict=Verdict.KILLED, killer=found[1] if found else said.strip().splitlines()[-1][:200])
