"""The product's own source as the gates read it: files, functions, calls, templates."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
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
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield Function(path=path, name=node.name, length=node.end_lineno - node.lineno + 1)


def called(path: Path) -> Iterator[str]:
    """The last name of everything the file calls: `session.commit()` gives `commit`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def named(path: Path) -> set[str]:
    """Every name the file uses or imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
    return names


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
