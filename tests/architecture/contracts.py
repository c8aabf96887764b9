"""The import contracts read in a process of its own, in which no market is imported but that of the tree in hand."""

import os
import re
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from multiprocessing import get_context
from pathlib import Path

from importlinter.cli import lint_imports

CONTRACTS = 9


def reader() -> ProcessPoolExecutor:
    """A process for `broken_contracts`: started once, it reads tree after tree."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def broken_contracts(tree: Path) -> list[str]:
    """The names of the contracts that the tree breaks."""
    os.chdir(tree)
    with redirect_stdout(StringIO()) as said:
        lint_imports(no_cache=True)
    verdicts = re.findall(r"^(\d\. .*?) (KEPT|BROKEN)", said.getvalue(), re.MULTILINE)
    assert len(verdicts) == CONTRACTS, said.getvalue()
    return [name for name, verdict in verdicts if verdict == "BROKEN"]
