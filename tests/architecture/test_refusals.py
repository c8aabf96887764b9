"""Every refusal carries a stable code for machines beside its sentence for people."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import MARKET, ROOT, python_files

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
