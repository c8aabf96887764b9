"""One owner each for *public*, *for sale* and *may move*: nobody else compares a stored state."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from market.catalog.models import ProductState
from market.sellers.models import ClaimState, StallState, VerificationState
from market.trace.rules import LotState, StampState
from tests.architecture.sources import MARKET, TEMPLATES, part_of, python_files

WATCHED = {one.__name__: one for one in (ProductState, StallState, LotState, StampState, ClaimState, VerificationState)}
GROUPS = frozenset({"PUBLIC_STATES"})
"""Names of several states at once: a condition on one is a comparison with each."""
ASKS = frozenset({"in_", "not_in", "is_", "is_not", "is_distinct_from", "filter_by"})
"""Methods by which a statement compares."""

OWNERS = ("rules", "models")
"""In a slice, the rules say what may follow a state and the model what it means for one row."""
EXCEPTIONS = {
    "trace/queries/public.py": "owns, for statements, which lots are public and which sealed",
    "catalog/queries/public.py": "owns, for statements, what is public; which stall is open is of the stall's row",
    "trace/queries/lots.py": "counts and lists stamps by what became of them; decides nothing",
    "sellers/queries/claims.py": "a person's own claims, but those that are theirs by now: no question of waiting",
    "sellers/actions/proposals.py": "a form sent again: was this very yes given before",
    "sellers/actions/answers.py": "a form sent again: was this very no given before",
    "adoption/queries/parties.py": "who has ever been confirmed, those who have left with them",
    "adoption/queries/evidence.py": "the same, said of the buyer of a sale inside a statement",
    "adoption/queries/ledger.py": "whose stall counted on a past day: what is in force now is another question",
    "seeding": "the sample data says how each row shall end; it asks no row",
}


def comparisons(path: Path) -> list[int]:
    """The lines of a file on which a watched state is compared."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return sorted(
        {node.lineno for node in nodes if isinstance(node, ast.expr) and any(map(_is_state, _compared(node)))}
    )


def _compared(node: ast.expr) -> Iterator[ast.AST]:
    """What stands on the sides of a comparison, a call's arguments included: `x.in_([LotState.OPEN])`."""
    sides: list[ast.expr] = []
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKS:
        sides = [*node.args, *(keyword.value for keyword in node.keywords)]
    for side in sides:
        yield from ast.walk(side)


def _is_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id in WATCHED
    return isinstance(node, ast.Name) and node.id in GROUPS


def is_owner(path: Path, root: Path = MARKET) -> bool:
    place = path.relative_to(root).as_posix()
    return part_of(path, root)[1] in OWNERS or any(place == one or place.startswith(f"{one}/") for one in EXCEPTIONS)


def strangers(root: Path = MARKET) -> list[str]:
    files = [path for path in python_files(root) if not is_owner(path, root)]
    return [f"{path.relative_to(root).as_posix()}:{line}" for path in files for line in comparisons(path)]


STORED = "|".join(sorted({member.value for states in WATCHED.values() for member in states}))
IN_A_PAGE = re.compile(
    rf"""\bstate(?:\.value)?\s*(?:[=!]=\s*["'](?:{STORED})["']|(?:not\s+)?in\s*[(\[]\s*["'](?:{STORED})["'])"""
    rf"""|["'](?:{STORED})["']\s*[=!]=\s*\w+\.state\b|\.state\.(?:name|value)\b"""
)


def asking_pages(folder: Path = TEMPLATES) -> list[str]:
    """The templates that compare a stored state, or take its value out to do so."""
    return [path.name for path in sorted(folder.rglob("*.html")) if IN_A_PAGE.search(path.read_text("utf-8"))]


def test_a_state_is_compared_by_its_owner_alone() -> None:
    assert strangers() == []


def test_no_page_compares_a_stored_state() -> None:
    assert asking_pages() == []


def test_every_exception_is_needed() -> None:
    for place in EXCEPTIONS:
        path = MARKET / place
        files = python_files(path) if path.is_dir() else [path]
        assert any(comparisons(one) for one in files), place


def test_the_owners_see_who_asks_beside_them(tmp_path: Path) -> None:
    view = tmp_path / "web" / "stall" / "lots" / "views.py"
    view.parent.mkdir(parents=True)
    for line in (
        "if lot.state is LotState.OPEN: pass",
        "shown = lot.state in (LotState.SEALED, LotState.RECALLED)",
        "found = select(Product.id).where(Product.state == ProductState.APPROVED)",
        "found = select(Stall.id).where(StallState.OPEN != Stall.state)",
        "found = select(Lot.id).where(Lot.state.in_([LotState.SEALED]))",
        "found = select(Lot.id).where(Lot.state.in_(PUBLIC_STATES))",
        "found = select(Stall).filter_by(state=StallState.OPEN)",
    ):
        view.write_text(line)
        assert strangers(tmp_path) == ["web/stall/lots/views.py:1"], line
    view.write_text("lot.state = LotState.SEALED\nwords = {LotState.OPEN: 'mở'}[lot.state]\n")
    assert strangers(tmp_path) == []


def test_the_owners_see_a_page_that_asks(tmp_path: Path) -> None:
    page = tmp_path / "lot.html"
    for text in (
        '{% if lot.state.value == "mo" %}',
        "{% if product.state != 'da_duyet' %}",
        '{% if product.state in ("tu_choi", "da_go") %}',
        '{% if "cho" == claim.state %}',
    ):
        page.write_text(text)
        assert asking_pages(tmp_path) == ["lot.html"], text
    page.write_text('{% if life.can_seal and step.state == "now" %}')
    assert asking_pages(tmp_path) == []
