"""Every mutant that the market's rules, models, queries, actions and jobs can have."""

import ast
import difflib
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mutants.operators import OPERATORS, Change

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("rules", "models", "queries", "actions", "jobs", "base/db", "base/attempts")
"""What decides: these files or packages of a slice or an area, and the machinery of locks and counters."""
DEMONSTRATION = "seeding"
"""It decides nothing in a market."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault. `identity` stays the same when lines move; `start` and `end` are bytes of the file."""

    identity: str
    path: str
    function: str
    operator: str
    start: int
    end: int
    text: str

    @property
    def slice(self) -> str:
        """`orders`; of a front end `web/shop`."""
        steps = self.path.split("/")[1:]
        return "/".join(steps[:2]) if steps[0] == "web" else steps[0]

    @property
    def folder(self) -> str:
        return f"market/{self.slice}/"

    def applied_to(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]

    def diff(self, source: bytes) -> str:
        before, after = source.decode().splitlines(), self.applied_to(source).decode().splitlines()
        lines = difflib.unified_diff(before, after, self.path, self.path, lineterm="", n=2)
        return "\n".join(lines)


def mutants_of(root: Path = ROOT) -> list[Mutant]:
    return [mutant for path in mutated_files(root) for mutant in mutants_in(path.relative_to(root), path.read_bytes())]


def mutated_files(root: Path = ROOT) -> list[Path]:
    """The modules that decide something: `orders/rules.py`, `orders/actions/placing.py`, `web/shop/cart/queries.py`."""
    return [path for path in market_files(root) if _decides(path.relative_to(root / "market"))]


def market_files(root: Path = ROOT) -> list[Path]:
    return sorted((root / "market").rglob("*.py"))


def _decides(path: Path) -> bool:
    slice_, *steps = path.with_suffix("").parts
    named = {*steps, f"{slice_}/{steps[0]}"} if steps else set()
    return slice_ != DEMONSTRATION and not named.isdisjoint(PARTS)


def mutants_in(path: Path, source: bytes) -> Iterator[Mutant]:
    """The mutants of one file. An `elif` is left alone: it is no statement of its own."""
    starts, same = _line_starts(source), Counter[str]()
    for function, (operator, node, text) in _changes(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        if source[start:].startswith(b"elif"):
            continue
        key = f"{function}|{operator}|{ast.unparse(node)}|{text}"
        same[key] += 1
        digest = hashlib.sha256(f"{key}|{same[key]}".encode()).hexdigest()[:8]
        yield Mutant(
            identity=f"{path.as_posix()}::{function or 'module'}::{operator}::{digest}",
            path=path.as_posix(),
            function=function,
            operator=operator,
            start=start,
            end=end,
            text=text,
        )


def _changes(tree: ast.Module) -> Iterator[tuple[str, Change]]:
    """What each operator would do, with the qualified name of the function it happens in."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        function, node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}".lstrip(".")
        for operator in OPERATORS:
            yield from ((function, change) for change in operator(node))
        waiting += [(function, child) for child in _inside(node)]


def _inside(node: ast.AST) -> Iterable[ast.AST]:
    """The children that decide something: no types, no decorators, no f-strings (Python 3.11 misplaces their parts)."""
    if isinstance(node, ast.JoinedStr):
        return []
    kept = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.arguments)]
    for name in ("annotation", "returns"):
        kept = [child for child in kept if child is not getattr(node, name, None)]
    decorators = getattr(node, "decorator_list", [])
    return [child for child in kept if child not in decorators]


def _line_starts(source: bytes) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts
