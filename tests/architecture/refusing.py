"""Which of the product's functions refuse: by a `raise` of their own, by locking a row, or through one they call, in
whatever module it stands. Methods are not followed."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import python_files

Place = tuple[str, str]
"""A module's dotted name, and what it calls a function or another module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """Its functions by name, and where what it imports from the product comes from."""

    functions: Mapping[str, ast.FunctionDef]
    imported: Mapping[str, Place]


Modules = Mapping[str, Module]


def modules_in(folder: Path) -> dict[str, Module]:
    """Every module of a package by its dotted name."""
    return {_dotted(path, folder.parent): _read(path) for path in python_files(folder)}


def _dotted(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _read(path: Path) -> Module:
    tree = ast.parse(path.read_text("utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    imported = {name.asname or name.name: (node.module or "", name.name) for node in imports for name in node.names}
    return Module(functions=functions, imported=imported)


def refusing(modules: Modules, refusals: Collection[str]) -> set[Place]:
    """The functions that can raise one of these classes."""
    every = {(module, name) for module, read in modules.items() for name in read.functions}
    used = {place: set(_used(modules, place)) for place in every}
    found = {place for place in every if _raises(_function(modules, place), refusals)}
    while more := {place for place in every - found if used[place] & found}:
        found |= more
    return found


HELPERS = {
    "locked": "NotFound",
    "lock_order": "NotFound",
    "lock_order_of_stall": "NotFound",
    "check_seen": "ChangedSince",
}
"""What these raise is their caller's own refusal."""


def own_refusals(module: Module, name: str, refusals: Collection[str], asked: Collection[str] = ()) -> set[str]:
    """The classes that a function raises by itself, by the helpers above, or in its module's private functions."""
    found: set[str] = set()
    for node in ast.walk(module.functions[name]):
        if isinstance(node, ast.Raise):
            found |= {_raised(node)} & set(refusals)
        elif isinstance(node, ast.Name) and node.id in HELPERS:
            found.add(HELPERS[node.id])
        elif isinstance(node, ast.Name) and node.id[0] == "_" and node.id in module.functions and node.id not in asked:
            found |= own_refusals(module, node.id, refusals, (*asked, node.id))
    return found


def _raised(node: ast.Raise) -> str:
    """The class's name."""
    return getattr(node.exc.func if isinstance(node.exc, ast.Call) else node.exc, "id", "")


def _function(modules: Modules, place: Place) -> ast.FunctionDef:
    module, name = place
    return modules[module].functions[name]


def _raises(function: ast.FunctionDef, refusals: Collection[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and _raised(node) in refusals:
            return True
        if isinstance(node, ast.Name) and node.id == "locked":
            return True
    return False


def _used(modules: Modules, place: Place) -> Iterator[Place]:
    """The functions that one names: its module's, imported ones, and those of imported modules."""
    here = place[0]
    for node in ast.walk(_function(modules, place)):
        if isinstance(node, ast.Name):
            yield from _resolved(modules, (here, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of = modules[here].imported.get(node.value.id, ("", ""))
            yield from _resolved(modules, (".".join(of), node.attr))


def _resolved(modules: Modules, place: Place) -> Iterator[Place]:
    """The function behind a name, through the packages that pass it on."""
    module, name = place
    while module in modules:
        if name in modules[module].functions:
            yield module, name
            return
        module, name = modules[module].imported.get(name, ("", ""))
