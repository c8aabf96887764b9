"""Every refusal carries a stable code for machines beside its sentence for people."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

from tests.architecture.sources import MARKET, ROOT, part_of, python_files

REFUSALS = {
    "Refused",
    "Conflict",
    "NotAllowed",
    "SoldOut",
    "WrongCode",
    "PriceChanged",
    "ChangedSince",
    "BadArchive",
    "BadPicture",
}
CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def without_code(path: Path) -> list[str]:
    """The places of a file where a refusal is made without a literal code."""
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS and not _has_code(node)
    ]


def _has_code(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Constant) and bool(CODE.fullmatch(str(first.value))) and len(call.args) == 2


def test_every_refusal_has_a_code() -> None:
    assert [place for path in python_files(MARKET) for place in without_code(path)] == []


def test_a_refusal_without_one_is_seen(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text('raise Refused("Hết hàng: còn 3 kg")\nraise Conflict("out_of_stock", "Hết hàng")\n')
    assert without_code(planted) == ["planted.py:1"]


def test_every_class_of_refusals_is_looked_at() -> None:
    """One made later must be named above, or bring its own code."""
    made = {
        node.name
        for path in python_files(ROOT / "market")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and REFUSALS & {getattr(base, "id", "") for base in node.bases}
    }
    assert made - REFUSALS == {"NotFound", "NothingGoes"}, "these write their code themselves"


REFUSING = REFUSALS | {"NotFound", "NothingGoes"}
Functions = Mapping[str, ast.FunctionDef]


def silent_actions(path: Path) -> list[str]:
    """The public functions of an actions module that refuse, by themselves or through its other functions, and whose
    docstring names no refusal. Locking a row is refusing too: NotFound."""
    body = ast.parse(path.read_text("utf-8")).body
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    return [
        f"{path.name}: {name}"
        for name, function in functions.items()
        if not name.startswith("_") and _refuses(function, functions) and not _says_so(function)
    ]


def _refuses(function: ast.FunctionDef, functions: Functions) -> bool:
    waiting, seen = [function], {function.name}
    while waiting:
        names = set()
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Raise) and _raised(node) in REFUSING:
                return True
            if isinstance(node, ast.Name):
                names.add(node.id)
        if "locked" in names:
            return True
        waiting += [functions[name] for name in names - seen if name in functions]
        seen |= names
    return False


def _raised(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return getattr(raised, "id", "")


def _says_so(function: ast.FunctionDef) -> bool:
    words = set(re.findall(r"\w+", ast.get_docstring(function) or ""))
    return bool(words & (REFUSING | {"refuses"}))


def test_every_action_that_refuses_says_what() -> None:
    modules = [path for path in python_files(MARKET) if part_of(path)[1] == "actions"]
    assert len(modules) > 30
    assert [silent for path in modules for silent in silent_actions(path)] == []


def test_an_action_that_does_not_say_so_is_seen(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        'def silent(session):\n    """Close it."""\n    _check(session)\n'
        "def _check(session):\n    _look(session)\n"
        'def _look(session):\n    if session:\n        raise Conflict("over", "Đã xong.")\n'
        "def waits(session):\n    return locked(session, Order)\n"
        'def says(session):\n    """Close it; Conflict where it is over."""\n    _check(session)\n'
        "def harmless(session):\n    return session\n"
    )
    assert silent_actions(planted) == ["planted.py: silent", "planted.py: waits"]
