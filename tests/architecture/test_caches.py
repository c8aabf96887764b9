"""Nothing that a process keeps grows without bound: growth findings 8, 11 and 14. A cache says how much it holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import MARKET, python_files

FIXED = {
    "base/attempts.py: _TAKING": "a statement for each kind of database",
    "base/secrets.py: _VAULTS": "one, put in the place of the one before",
    "base/storage.py: _STORAGES": "one, put in the place of the one before",
    "adoption/jobs.py: _found_nothing": "a digest for each commune",
    "web/base/watching.py: _LOOKS": "a function for each topic, named as the program is read",
}
"""What a module holds and its functions write to, with what bounds it."""
KEEPS = "web/base/kept.py"
"""The one place that keeps by key what grows: by time, by number and by bytes."""
CONTAINERS = {"dict", "list", "set", "deque", "defaultdict", "OrderedDict", "Counter", "WeakKeyDictionary"}
WRITES = {"append", "add", "update", "setdefault", "insert", "extend", "appendleft"}


def unbounded_caches(path: Path, named: str) -> Iterator[str]:
    """Functions that keep an answer for each of their arguments, however many are asked for."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                if _keeps_all(decorator, node.args):
                    yield f"{named}: {node.name}"


def _keeps_all(decorator: ast.expr, arguments: ast.arguments) -> bool:
    call = decorator if isinstance(decorator, ast.Call) else None
    of = call.func if call else decorator
    name = of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")
    if name == "cache":
        return bool(arguments.args or arguments.kwonlyargs or arguments.vararg or arguments.kwarg)
    if name != "lru_cache":
        return False
    sizes = [word.value for word in call.keywords if word.arg == "maxsize"] + call.args[:1] if call else []
    return not (sizes and isinstance(sizes[0], ast.Constant) and isinstance(sizes[0].value, int))


def growing_globals(path: Path, named: str) -> Iterator[str]:
    """Containers of a module that its functions write to."""
    tree = ast.parse(path.read_text("utf-8"))
    held = {name for statement in tree.body for name in _containers(statement)}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        yield from (f"{named}: {name}" for name in sorted(held & set(_written(function))))


def _containers(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets, value = [statement.target], statement.value
    else:
        return
    made = value.func if isinstance(value, ast.Call) else None
    name = made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")
    if isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp) or name in CONTAINERS:
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _written(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            yield node.value.id
        if isinstance(node, ast.Attribute) and node.attr in WRITES and isinstance(node.value, ast.Name):
            yield node.value.id


def keeping_in_the_application(path: Path, named: str) -> Iterator[str]:
    """Functions that keep by key in the application, beside the one place for it."""
    if named != KEEPS and ".extensions.setdefault(" in path.read_text("utf-8"):
        yield named


def test_what_a_process_keeps_is_bounded() -> None:
    found = {
        fault
        for path in python_files(MARKET)
        for look in (unbounded_caches, growing_globals, keeping_in_the_application)
        for fault in look(path, path.relative_to(MARKET).as_posix())
    }
    assert found - FIXED.keys() == set(), "bound it: lru_cache(maxsize=…), web/base/kept.py, or say here what does"
    assert FIXED.keys() - found == set(), "no longer there"


PLANTED = (
    "@cache\ndef f(a): ...",
    "@functools.cache\ndef f(*, a): ...",
    "@lru_cache(maxsize=None)\ndef f(a): ...",
    "@lru_cache\ndef f(a): ...",
    "@lru_cache(None)\ndef f(a): ...",
    "class C:\n    @cache\n    def f(self): ...",
    "KEPT = {}\ndef f(a):\n    KEPT[a] = 1",
    "KEPT: dict[int, int] = dict()\ndef f(a):\n    KEPT.setdefault(a, 1)",
    "SEEN = set()\ndef f(a):\n    SEEN.add(a)",
    "ALL = defaultdict(list)\ndef f(a):\n    ALL[a].append(1)\n    ALL[a] = 2",
    "def f(a):\n    current_app.extensions.setdefault('x', {})[a] = 1",
)
BOUNDED = (
    "@cache\ndef f(): ...",
    "@lru_cache(maxsize=8)\ndef f(a): ...",
    "@lru_cache(8)\ndef f(a): ...",
    "WORDS = {'a': 1}\ndef f(a):\n    return WORDS[a]",
    "def f(a):\n    kept = {}\n    kept[a] = 1",
)


@pytest.mark.parametrize(("texts", "is_seen"), [(PLANTED, True), (BOUNDED, False)])
def test_the_gate_sees_what_grows(tmp_path: Path, texts: tuple[str, ...], is_seen: bool) -> None:
    planted = tmp_path / "planted.py"
    for text in texts:
        planted.write_text(text)
        looks = (unbounded_caches, growing_globals, keeping_in_the_application)
        assert bool([fault for look in looks for fault in look(planted, "planted.py")]) is is_seen, text
