"""A process that has imported the libraries once and forks for each run of the tests: half of a short run is imports.

What it reads, a line each: pytest's arguments and a file for what is said, as JSON. What it answers: the child's
process id when it has begun, its exit status when it has ended.
"""

import contextlib
import importlib
import json
import os
import subprocess
import sys

import pytest

LIBRARIES = """
import sys, market.app, tests.conftest, hypothesis
print(*(name for name in sys.modules if name.partition(".")[0] not in ("market", "tests", "mutants", "__main__")))
"""


def main() -> None:
    listed = subprocess.run([sys.executable, "-c", LIBRARIES], capture_output=True, text=True, check=False)  # noqa: S603
    for name in listed.stdout.split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        arguments, output = json.loads(line)
        pid = os.fork()
        if pid == 0:
            run(arguments, output)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def run(arguments: list[str], output: str) -> None:
    """In the child: never comes back."""
    said = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, said), (2, said)):
        os.dup2(file, stream)
    status = pytest.main(arguments)
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
