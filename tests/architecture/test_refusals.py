"""Every refusal carries a stable code for machines beside its sentence for people."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.refusing import Modules, modules_in, own_refusals, refusing
from tests.architecture.sources import MARKET, ROOT, python_files

REFUSALS = {
    "Refused",
    "Conflict",
    "NotAllowed",
    "SoldOut",
    "WrongCode",
    "PriceChanged",
    "ChangedSince",
    "SentOtherwise",
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
    made_new = {"NotFound", "NothingGoes", "PageBusy", "TooManyTries", "IdentityWarning", "Down"}
    assert made - REFUSALS == made_new, "these write their code themselves"


REFUSING = REFUSALS | {"NotFound", "NothingGoes", "PageBusy", "TooManyTries", "IdentityWarning"}
SEEDS = "market.seeding."
"""What the demonstration's own tables are refused is a fault of ours, not an answer to anybody."""


def actions_that_refuse(modules: Modules) -> Iterator[tuple[str, str]]:
    """The public ones, by themselves or through what they call. Locking a row is refusing too: NotFound."""
    for module, name in sorted(refusing(modules, REFUSING)):
        if ".actions" in module and not module.startswith(SEEDS) and not name.startswith("_"):
            yield module, name


def silent_actions(modules: Modules) -> list[str]:
    """Those whose docstring names no refusal at all."""
    return [
        f"{module}.{name}"
        for module, name in actions_that_refuse(modules)
        if not _words(modules[module].functions[name]) & (REFUSING | {"refuses"})
    ]


def left_out(modules: Modules) -> dict[str, set[str]]:
    """The refusals of an action's own that its docstring leaves out, unless it says that it refuses as another does."""
    found: dict[str, set[str]] = {}
    for module, name in actions_that_refuse(modules):
        function = modules[module].functions[name]
        missing = own_refusals(modules[module], name, REFUSING) - _words(function)
        if missing and not re.search(r"[Rr]efuse[sd] as `", ast.get_docstring(function) or ""):
            found[f"{module}.{name}"] = missing
    return found


def _words(function: ast.FunctionDef) -> set[str]:
    return set(re.findall(r"\w+", ast.get_docstring(function) or ""))


def test_every_action_that_refuses_says_what() -> None:
    modules = modules_in(MARKET)
    assert sum(".actions" in name for name in modules) > 30
    assert silent_actions(modules) == []
    assert left_out(modules) == {}


def test_an_action_that_does_not_say_so_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "market" / "orders" / "actions"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("from market.orders.actions.closing import says\n")
    (folder / "closing.py").write_text(
        'def silent(session):\n    """Close it."""\n    _check(session)\n'
        "def _check(session):\n    _look(session)\n"
        'def _look(session):\n    if session:\n        raise Conflict("over", "Đã xong.")\n'
        "def waits(session):\n    return locked(session, Order)\n"
        'def says(session):\n    """Close it; Conflict where it is over."""\n    _check(session)\n'
        "def harmless(session):\n    return session\n"
    )
    (folder / "passing.py").write_text(
        "from market.orders import actions\nfrom market.orders.actions import closing\n"
        "from market.orders.actions import says as close\n"
        "def by_name(session):\n    close(session)\n"
        "def by_module(session):\n    closing.says(session)\n"
        "def by_package(session):\n    actions.says(session)\n"
        "def harmless(session):\n    closing.harmless(session)\n"
    )
    closing, passing = "market.orders.actions.closing", "market.orders.actions.passing"
    found = [f"{closing}.silent", f"{closing}.waits"]
    found += [f"{passing}.{name}" for name in ("by_module", "by_name", "by_package")]
    assert silent_actions(modules_in(tmp_path / "market")) == found


def test_a_refusal_that_is_left_out_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "market" / "orders" / "actions"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "closing.py").write_text(
        'def close(session):\n    """Refused where it is paid."""\n    _check(locked(session, Order))\n'
        'def _check(order):\n    if order.is_paid:\n        raise Refused("paid", "Đã trả.")\n'
        '    raise Conflict("over", "Đã xong.")\n'
        'def shut(session):\n    """Refuses as `close` does."""\n    locked(session, Order)\n'
        'def see(session):\n    """NotFound for none."""\n    check_seen(locked(session, Order))\n'
    )
    closing = "market.orders.actions.closing"
    assert left_out(modules_in(tmp_path / "market")) == {
        f"{closing}.close": {"Conflict", "NotFound"},
        f"{closing}.see": {"ChangedSince"},
    }
