"""The glossary names every stored Vietnamese value with its member, and no class that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import MARKET, ROOT, python_files

GLOSSARY = ROOT / "docs" / "glossary.md"
STORED = re.compile(r"^\| [^|`]+ \| `(\w+)` \| `(\w+)\.(\w+)` \|$", re.MULTILINE)
CLASS = re.compile(r"`([A-Z]\w+)`")
NOT_WORDS = {"QrService", "Fate"}
"""NAPAS's own codes; and the seeds', which are never stored."""

Value = tuple[str, str, str]


def classes() -> Iterator[ast.ClassDef]:
    for path in python_files(MARKET):
        yield from (node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef))


def vietnamese_values() -> set[Value]:
    """(value, enum, member) wherever the value is not the member's own name."""
    enums = [one for one in classes() if any("StrEnum" in ast.unparse(base) for base in one.bases)]
    return {value for enum in enums if enum.name not in NOT_WORDS for value in _values(enum)}


def _values(enum: ast.ClassDef) -> Iterator[Value]:
    for node in enum.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value, member = ast.literal_eval(node.value), node.targets[0].id
            if value.replace(" ", "_") != member.lower():
                yield value, enum.name, member


def listed(glossary: Path = GLOSSARY) -> set[Value]:
    return set(STORED.findall(glossary.read_text("utf-8")))


def test_every_stored_vietnamese_value_is_in_the_glossary_and_no_other() -> None:
    known = vietnamese_values()
    assert ("cho_nhan", "OrderStatus", "PLACED") in known
    assert listed() ^ known == set()


def test_every_class_the_glossary_names_is_there() -> None:
    named = set(CLASS.findall(GLOSSARY.read_text("utf-8")))
    assert "PaymentRequest" in named
    assert named - {one.name for one in classes()} == set()


def test_a_value_that_is_left_out_is_seen(tmp_path: Path) -> None:
    short = tmp_path / "glossary.md"
    short.write_text(GLOSSARY.read_text("utf-8").replace("`da_in`", "`in`"), "utf-8")
    assert vietnamese_values() - listed(short) == {("da_in", "StampState", "PRINTED")}
