"""Functions and files stay small enough to be read at a glance."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from tests.architecture.sources import LAYER_FILES, MARKET, ROOT, SLICES, Function, functions_of, part_of, python_files

FUNCTION_LINES = 50
FUNCTION_P90 = 25
FUNCTION_MEDIAN = 8
VIEW_LINES = 25
VIEW_MEDIAN = 10
FILE_LINES = 500
LAYER_FILE_LINES = 300
TEST_FILE_LINES = 600


def too_long(functions: Sequence[Function], most: int) -> list[str]:
    return [f"{f.path.name}: {f.name} has {f.length} lines" for f in functions if f.length > most]


def lines_of(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


def is_too_big(path: Path, root: Path = MARKET) -> bool:
    """A slice's own file becomes a package of the same name past 300 lines; no file at all passes 500."""
    is_web = path.is_relative_to(root / "web")
    own_layer_file = path.stem in LAYER_FILES and (is_web or path.parent.parent == root)
    return lines_of(path) > (LAYER_FILE_LINES if own_layer_file else FILE_LINES)


def market_functions() -> list[Function]:
    return [function for path in python_files(MARKET) for function in functions_of(path)]


def test_functions_are_short() -> None:
    functions = market_functions()
    lengths = [function.length for function in functions]
    assert too_long(functions, FUNCTION_LINES) == []
    assert median(lengths) <= FUNCTION_MEDIAN
    assert quantiles(lengths, n=10)[-1] <= FUNCTION_P90


def test_view_functions_are_shorter_still() -> None:
    views = [f for f in market_functions() if part_of(f.path)[1] == "views" and f.path.parent != MARKET]
    assert too_long(views, VIEW_LINES) == []
    assert median(f.length for f in views) <= VIEW_MEDIAN


def test_files_are_short() -> None:
    assert [str(path.relative_to(ROOT)) for path in python_files(MARKET) if is_too_big(path)] == []
    tests = [path for folder in ("tests", "bench", "mutants") for path in python_files(ROOT / folder)]
    assert [str(path.relative_to(ROOT)) for path in tests if lines_of(path) > TEST_FILE_LINES] == []


def test_the_gates_see_what_is_too_long(tmp_path: Path) -> None:
    long = tmp_path / "orders" / "actions.py"
    long.parent.mkdir()
    long.write_text("def long():\n" + "    x = 1\n" * 50)
    assert too_long(list(functions_of(long)), FUNCTION_LINES) == ["actions.py: long has 51 lines"]
    assert not is_too_big(long, tmp_path)
    long.write_text("x = 1\n" * 301)
    assert is_too_big(long, tmp_path)


def test_every_folder_of_the_market_is_a_slice() -> None:
    folders = {path.name for path in MARKET.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders - {"templates", "static"} == set(SLICES)
