"""What a module of the market defines is used in the market: what only tests use stands in tests."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.sources import MARKET, ROOT, TEMPLATES, python_files

USED_FROM_OUTSIDE = {
    "market/app.py: create_app": "wsgi.py starts the market by it",
    "market/web/base/readiness.py: check_before_serving": "wsgi.py looks before it serves",
    "market/base/ddl.py: KeptTriggers": "migrations/env.py brings triggers back with it",
    "market/base/ddl.py: drop_index": "the first migration undoes itself with it",
    "market/base/ddl.py: index_names": "earlier migrations index names alone with it",
    "market/base/migrations.py: note_last_contract": "migrations/env.py notes what a database has lost",
    "market/base/revisions.py: PHASES": "what a migration may call its phase; the test of migrations holds them to it",
}
"""`module's path: name` -> who uses it."""


def defined(tree: ast.Module) -> Iterator[str]:
    """The names of a module's top; what a decorator registers is used by that."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name, decorator_list=[]) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def used(tree: ast.Module) -> Iterator[str]:
    """Every name that is read, also as an attribute, under another name or within a quoted type. To import one or to
    list it in `__all__` is not to use it."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name) | ast.alias(name=name, asname=str()):
                yield name
            case ast.Constant(value=str(text)) if "\n" not in text:
                yield from re.findall(r"[A-Z]\w+", text)


def dead(sources: Mapping[Path, str], templates: str = "") -> list[str]:
    trees = {path: ast.parse(source) for path, source in sources.items()}
    alive = {name for tree in trees.values() for name in used(tree)} | set(re.findall(r"\w+", templates))
    return sorted(
        f"{path}: {name}" for path, tree in trees.items() for name in defined(tree) if name not in alive | {"__all__"}
    )


def test_every_name_of_the_market_is_used_in_it() -> None:
    sources = {path.relative_to(ROOT): path.read_text("utf-8") for path in python_files(MARKET)}
    templates = "\n".join(path.read_text("utf-8") for path in sorted(TEMPLATES.rglob("*.html")))
    assert sorted({*dead(sources, templates)} ^ USED_FROM_OUTSIDE.keys()) == []


def test_a_name_that_nobody_uses_is_seen() -> None:
    planted = {
        Path(
            "a.py"
        ): "from b import lost as found\nSPARE = 1\ndef helper(): return found()\n@route\ndef view(): helper()\n",
        Path("b.py"): '__all__ = ["lost", "gone"]\ndef lost(of: "Kind"): ...\ndef gone(): ...\nclass Kind: ...\n',
        Path("c.py"): "from b import gone\ndef shown(): ...\n",
    }
    assert dead(planted, "{{ shown() }}") == ["a.py: SPARE", "b.py: gone"]
