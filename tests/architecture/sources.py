"""The product's own source as the gates read it: files, functions, calls, templates."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARKET = ROOT / "market"
TEMPLATES = MARKET / "templates"
SLICES = sorted(folder.name for folder in MARKET.iterdir() if (folder / "__init__.py").exists())
LAYER_FILES = ("rules", "ports", "models", "queries", "actions", "forms", "views", "jobs", "cli", "checks")
WEB = MARKET / "web"
WITHOUT_AREAS = ("account", "base", "hooks")
"""What of the web is one folder, not a front end with an area for each thing people do."""


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def part_of(path: Path, root: Path = MARKET) -> tuple[str, str]:
    """The slice and the file's role: `orders/actions/placing.py` is ("orders", "actions"), and
    `web/stall/products/views/photos.py` ("web/stall/products", "views")."""
    steps = path.relative_to(root).with_suffix("").parts
    deep = 1
    if steps[0] == "web" and len(steps) > 2:
        deep = 2 if steps[1] in WITHOUT_AREAS or len(steps) == 3 else 3
    return ("/".join(steps[:deep]), steps[deep]) if len(steps) > deep else ("", steps[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function as it stands in a file; its length runs from `def` to its end, docstring included."""

    path: Path
    name: str
    length: int


def functions_of(path: Path) -> Iterator[Function]:
    for name, length in _read(path.read_text("utf-8")).functions:
        yield Function(path=path, name=name, length=length)


def called(path: Path) -> frozenset[str]:
    """The last name of everything the file calls: of `session.commit()` that is `commit`."""
    return _read(path.read_text("utf-8")).called


def named(path: Path) -> frozenset[str]:
    """Every name the file uses or imports."""
    return _read(path.read_text("utf-8")).named


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What several gates ask of a source; kept, as to parse all of them is most of what a gate costs."""

    functions: tuple[tuple[str, int], ...]
    called: frozenset[str]
    named: frozenset[str]


@cache
def _read(text: str) -> _Text:
    nodes = list(ast.walk(ast.parse(text)))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    aliases = {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
    return _Text(
        functions=tuple((node.name, (node.end_lineno or 0) - node.lineno + 1) for node in functions),
        called=frozenset(of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "") for of in calls),
        named=frozenset({node.id for node in nodes if isinstance(node, ast.Name)} | aliases),
    )


def page_templates(folder: Path = TEMPLATES) -> list[Path]:
    """The templates that are whole pages: not bases, parts, error pages or `_piece`s."""
    return sorted(
        path
        for path in folder.glob("*/**/*.html")
        if path.relative_to(folder).parts[0] not in ("parts", "errors") and not path.name.startswith("_")
    )


def endpoints_named(text: str) -> set[str]:
    """The endpoints that `url_for("...")` or `endpoint="..."` names in a source text."""
    return set(re.findall(r"""(?:url_for\(|endpoint=)\s*["']([\w.]+)["']""", text))
