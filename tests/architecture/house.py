"""The look of the house: `make house`. Folders with their lines, circles between them, and whatever points upwards.

Python's layers are the first import contract's; templates stand in the same order, by the front end whose folder they
are in. `parts/`, `errors/` and `base.html` are below every front end.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
from jinja2 import Environment, meta

ROOT = Path(__file__).resolve().parents[2]
MARKET = ROOT / "market"
TEMPLATES = MARKET / "templates"
SHARED = ("parts", "errors")
UNREADABLE = "a name made at run time"
FOLDER_DEPTH = 4


def layers() -> list[str]:
    """The slices, highest first, as the first import contract names them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    found: list[str] = next(contract["layers"] for contract in contracts if contract["id"] == "slices")
    return found


def lines_in(folder: Path) -> dict[str, int]:
    """Folder (at most four deep) -> lines of Python and templates in it and below."""
    counted: dict[str, int] = {}
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
        steps = path.relative_to(folder.parent).parts[:-1][:FOLDER_DEPTH]
        name = "/".join(steps)
        counted[name] = counted.get(name, 0) + path.read_text("utf-8").count("\n")
    return counted


def upward_imports(graph: grimp.ImportGraph, order: list[str]) -> list[str]:
    """Imports of a module by one of a lower slice."""
    height = {name: len(order) - place for place, name in enumerate(order)}
    found = []
    for module in sorted(graph.modules):
        for other in sorted(graph.find_modules_directly_imported_by(module)):
            low, high = (name.split(".")[1] if "." in name else "" for name in (module, other))
            if height.get(low, 0) < height.get(high, 0):
                found.append(f"{module} -> {other}")
    return found


def circles(graph: grimp.ImportGraph) -> list[str]:
    """Pairs of slices, and of areas of one front end, each of which imports the other."""
    pairs = set()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pairs.update(_neighbours(module, other))
    return sorted(f"{one} <-> {other}" for one, other in pairs if one < other and (other, one) in pairs)


def _neighbours(one: str, other: str) -> Iterator[tuple[str, str]]:
    """The packages side by side of which one holds each module."""
    for mine, theirs in zip(_above(one), _above(other), strict=False):
        if mine != theirs:
            yield mine, theirs
            return


def _above(module: str) -> list[str]:
    steps = module.split(".")
    return [".".join(steps[:count]) for count in range(1, len(steps) + 1)]


def taken_in(text: str) -> list[str]:
    """The templates that one extends, includes or imports; UNREADABLE for one whose name is known only at run time."""
    return [name or UNREADABLE for name in meta.find_referenced_templates(Environment(autoescape=True).parse(text))]


def may_take_in(template: str, other: str) -> bool:
    """Whether a template may extend, include or import another: what all share, and its own front end's."""
    if other == UNREADABLE:
        return False
    front, theirs = template.partition("/")[0], other.partition("/")[0]
    if theirs in SHARED or "/" not in other:
        return True
    return theirs == front and front not in SHARED


def upward_templates(folder: Path = TEMPLATES) -> list[str]:
    """Templates that take in one of another front end, or a shared one that takes in a front end's."""
    found = []
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        found += [f"{name} -> {other}" for other in taken_in(path.read_text("utf-8")) if not may_take_in(name, other)]
    return found


def show(title: str, faults: list[str]) -> None:
    print(f"{title}: {len(faults)}", *(f"  {fault}" for fault in faults), sep="\n")


def main() -> int:
    for folder, lines in lines_in(MARKET).items():
        print(f"{lines:7,}  {folder}")
    graph = grimp.build_graph("market", cache_dir=None)
    faults = {
        "Circles": circles(graph),
        "Upward references in Python": upward_imports(graph, layers()),
        "Upward references in templates": upward_templates(),
    }
    for title, found in faults.items():
        show(title, found)
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
