"""Runs tests against one mutant, in a copy of the tree: the tree itself is never touched."""

import enum
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
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
        """Whether one of the tests notices the mutant."""
        if not tests:
            return Outcome(verdict=Verdict.UNREACHED)
        source = (self._root / mutant.path).read_bytes()
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
        listed = self.folder / "listed-tests"
        listed.write_text("\n".join(tests), "utf-8")
        files = sorted({test.partition("::")[0] for test in tests})
        plugins = ["-p", "no:cacheprovider", "-p", "pytest_timeout", "-p", "mutants.selecting"]
        options = [*plugins, f"--only-listed={listed}", "-x", "-rf", f"--timeout={TEST_SECONDS}", "--tb=no"]
        command = [sys.executable, "-m", "pytest", *options, *files]
        environment = os.environ | {"PYTHONPATH": str(self.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        run = subprocess.Popen(  # noqa: S603
            command, cwd=self.folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            said, _ = run.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.terminate()  # pytest ends its fixtures, and the database server with them
            run.communicate()
            return Outcome(verdict=Verdict.UNDECIDED)
        return outcome_of(run.returncode, said)


def outcome_of(status: int, said: str) -> Outcome:
    """What pytest's exit status means: 1 tests failed, 2 to 4 not even a file could be read, 5 none was found."""
    if status == 0:
        return Outcome(verdict=Verdict.SURVIVED)
    if status == 5:
        return Outcome(verdict=Verdict.UNREACHED)
    found = FAILED.search(said)
    return Outcome(verdict=Verdict.KILLED, killer=found[1] if found else said.strip().splitlines()[-1][:200])
