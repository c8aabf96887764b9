"""Which tests reach which function: measured once with coverage, a folder of tests at a time, and kept.

Measured on one database; the same tests on the other are taken to reach the same.
Kept by names of functions, not by lines, and by the tests' own ids, wherever they are: neither a line that moves nor a
test file that does makes it wrong. Tests that run the market in another process (browsers, servers) are not seen.
"""

import ast
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from coverage import CoverageData

from mutants.running import FAILED
from mutants.selecting import on_second
from mutants.sources import ROOT, Mutant, market_files

Reach = dict[str, dict[str, list[str]]]
"""For each source file and function the ids of the tests that run a line of it; its module alone under ""."""

UNSEEN = ("architecture", "browser", "services")
"""Folders whose tests read sources or drive a browser: not a mutant's test."""
TELLING = {
    "lock": ("tests/races/",),
    "commune": ("tests/web/base/test_two_communes.py",),
    "model": ("tests/base/test_migrations.py",),
}
"""What tells best of a kind of fault: what two do at once, what another commune is shown, what a table is."""


def folders_of_tests(root: Path = ROOT) -> list[str]:
    """The folders of tests that are measured one by one; those of a front end are as many as its areas."""
    folders = [path for path in sorted((root / "tests").iterdir()) if path.is_dir() and path.name not in UNSEEN]
    found = []
    for folder in folders:
        inner = [path for path in sorted(folder.iterdir()) if path.is_dir()] if folder.name == "web" else [folder]
        found += [path.relative_to(root).as_posix() for path in inner if any(path.rglob("test_*.py"))]
    return found


def measure(folder: str, kept: Path, *, jobs: int, root: Path = ROOT) -> Reach:
    """Run the folder's tests under coverage and write down beside the others what they reached.

    A test that fails without any mutant is named and left out: it could tell nothing of one.
    """
    data = kept / "coverage"
    for left in kept.glob("coverage*"):
        left.unlink()
    options = ["-p", "no:cacheprovider", "-p", "mutants.selecting", "--one-database", "-q", "-rfE", "-n", str(jobs)]
    command = [sys.executable, "-m", "pytest", *options, folder]
    watch = ["--cov=market", "--cov-context=test", "--cov-report="]
    environment = os.environ | {"COVERAGE_FILE": str(data)}
    done = subprocess.run([*command, *watch], cwd=root, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 1):
        raise SystemExit(f"{folder}: nothing can be measured\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    failed = set(FAILED.findall(done.stdout))
    for test in sorted(failed):
        print(f"left out, because it fails without any mutant: {test}")
    reach = reached(data, failed, root)
    (kept / f"reach-{folder.replace('/', '-')}.json").write_text(json.dumps(reach, ensure_ascii=False))
    return reach


def reached(data: Path, failed: Container[str], root: Path = ROOT) -> Reach:
    """What coverage wrote down, by functions, of the tests that did not fail."""
    found = CoverageData(str(data))
    found.read()
    reach: Reach = {}
    for path in market_files(root):
        tests: dict[str, set[str]] = defaultdict(set)
        functions = list(_functions(path))
        for line, contexts in found.contexts_by_lineno(str(path)).items():
            ids = [context.partition("|")[0] for context in contexts]
            for function in (name for name, first, last in functions if first < line <= last):
                tests[function].update(test for test in ids if test and test not in failed)
        reach[path.relative_to(root).as_posix()] = {name: sorted(ids) for name, ids in tests.items() if ids}
    return reach


def _functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Qualified names with first and last line; the first is that of `def`, which importing runs."""
    waiting: list[tuple[str, ast.AST]] = [("", ast.parse(path.read_text("utf-8")))]
    while waiting:
        above, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            name = above
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                name = f"{above}.{child.name}".lstrip(".")
                if isinstance(child, ast.FunctionDef):
                    yield name, child.lineno, child.end_lineno or child.lineno
            waiting.append((name, child))


def known(kept: Path, root: Path = ROOT) -> Reach:
    """All that was measured so far, but tests whose file is gone: pytest would run nothing, as if all had failed."""
    there = {path.relative_to(root).as_posix() for path in (root / "tests").rglob("test_*.py")}
    whole: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in sorted(kept.glob("reach-*.json")):
        for path, functions in json.loads(file.read_text("utf-8")).items():
            for function, tests in functions.items():
                whole[path][function].update(test for test in tests if test.partition("::")[0] in there)
    return {path: {name: sorted(ids) for name, ids in functions.items()} for path, functions in whole.items()}


def breadths(reach: Reach) -> Counter[str]:
    """How many functions each test runs: the fewer, the quicker it is, and the more it is about each of them."""
    return Counter(test for functions in reach.values() for ids in functions.values() for test in ids)


def tests_for(mutant: Mutant, reach: Reach, breadth: Mapping[str, int]) -> list[str]:
    """The tests that may notice, the narrowest first, all of them on the first database before the other."""
    tests = _reaching(mutant, reach, breadth)
    again = {twin: breadth[test] for test in tests if (twin := on_second(test))}
    first = {test: breadth[test] for test in tests if test not in again}
    return [*_in_turn(first, _telling(mutant)), *_in_turn(again, _telling(mutant))]


def _reaching(mutant: Mutant, reach: Reach, breadth: Mapping[str, int]) -> list[str]:
    """The tests of the mutant's function. What stands outside of functions, or in one that no test ran once its module
    was there, has all tests of its module and of those that import from it, else of its slice, and those that tell of
    such faults."""
    functions = reach.get(mutant.path, {})
    if found := functions.get(mutant.function):
        return found
    using = (functions, *(reach.get(path, {}) for path in _importing(mutant.path)))
    near = [own for own in using if own] or [own for path, own in reach.items() if path.startswith(mutant.folder)]
    found = {test for own in near for ids in own.values() for test in ids}
    return sorted(found | {test for test in breadth if test.startswith(_telling(mutant))})


@cache
def _importing(path: str, root: Path = ROOT) -> Sequence[str]:
    """The modules that import a module, or something of it."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    files = (file for file in market_files(root) if name in _imported(file))
    return [file.relative_to(root).as_posix() for file in files]


@cache
def _imported(file: Path) -> frozenset[str]:
    """The dotted names of all that a file may have imported: of `from a.b import c` both `a.b` and `a.b.c`."""
    found = set[str]()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return frozenset(found)


def _telling(mutant: Mutant) -> tuple[str, ...]:
    """Where to look first: tests that are about faults of this kind."""
    is_model = "models" in Path(mutant.path).with_suffix("").parts
    return TELLING.get("model" if is_model else mutant.operator, ())


def _in_turn(tests: Mapping[str, int], telling: tuple[str, ...]) -> list[str]:
    """Narrow before broad; of a test with many cases the first case before any test's second."""
    cases: Counter[str] = Counter()
    ranked = []
    for test, breadth in sorted(tests.items(), key=lambda one: one[1]):
        name, _, _ = test.partition("[")
        cases[name] += 1
        ranked.append((not test.startswith(telling), cases[name], breadth, test))
    return [test for *_, test in sorted(ranked)]
