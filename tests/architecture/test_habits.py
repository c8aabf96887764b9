"""Habits of the house that no linter knows: who writes, who asks who is signed in, what is never left behind."""

import ast
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from market.cli import COMMANDS
from tests.architecture.sources import MARKET, ROOT, called, named, part_of, python_files

Rule = Callable[[Path], bool]


def may_commit(path: Path) -> bool:
    return path.parts[-2:] == ("base", "db.py")


def may_know_who_is_signed_in(path: Path, root: Path = MARKET) -> bool:
    return part_of(path, root)[1] == "views" or path.parts[-3:] == ("web", "base", "web.py")


MACHINERY = ("db.py", "batch.py", "attempts.py", "rekey.py", "health.py", "seals.py")


def may_open_a_transaction(path: Path, root: Path = MARKET) -> bool:
    machinery = path.parts[-2:] in (("base", name) for name in MACHINERY)
    machinery = machinery or path.parts[-3:] == ("base", "backup", "making.py")
    place, role = part_of(path, root)
    return machinery or role in ("views", "cli", "jobs", "senders") or place.startswith("web/")


def calling(names: Iterable[str], paths: Iterable[Path], allowed: Rule) -> list[str]:
    wanted = set(names)
    return [str(path) for path in paths if not allowed(path) and wanted & set(called(path))]


def naming(name: str, paths: Iterable[Path], allowed: Rule) -> list[str]:
    return [str(path) for path in paths if not allowed(path) and name in named(path)]


def test_only_the_database_module_commits() -> None:
    assert calling(["commit", "rollback"], python_files(MARKET), may_commit) == []


def test_only_edges_open_a_transaction() -> None:
    assert calling(["transaction"], python_files(MARKET), may_open_a_transaction) == []


def test_only_views_know_who_is_signed_in() -> None:
    assert naming("current_user", python_files(MARKET), may_know_who_is_signed_in) == []


def counting_further_than_rows(paths: Iterable[Path]) -> list[str]:
    """The files that take a number from an address or a form as large as it is typed: no database counts so far."""
    words = re.compile(r"\b(args|form|values)\.get(list)?\([^()]*\bint\)")
    return [str(path) for path in paths if words.search(path.read_text("utf-8"))]


def test_numbers_of_a_request_are_those_of_rows(tmp_path: Path) -> None:
    assert counting_further_than_rows(python_files(MARKET)) == []
    for number, planted in enumerate(
        ('args.get("page", 1, type=int)', 'args.get("tu", 1, int)', 'form.getlist("chon", int)')
    ):
        path = tmp_path / f"{number}.py"
        path.write_text(f"request.{planted}\n")
        assert counting_further_than_rows([path]) == [str(path)]


def touching_cookies(paths: Iterable[Path]) -> list[str]:
    """The files that set, delete or read a cookie of a request: one place knows what each is called."""
    words = re.compile(r"\b(set_cookie|delete_cookie)\(|request\.cookies")
    return [str(path) for path in paths if words.search(path.read_text("utf-8"))]


def test_cookies_are_named_set_and_read_in_one_place(tmp_path: Path) -> None:
    assert touching_cookies(python_files(MARKET)) == [str(MARKET / "web" / "base" / "cookies.py")]
    planted = tmp_path / "planted.py"
    for line in ("answer.set_cookie('gio', '2')", "answer.delete_cookie('gio')", "request.cookies['gio']"):
        planted.write_text(line)
        assert touching_cookies([planted]), line


def test_the_habits_see_who_breaks_them(tmp_path: Path) -> None:
    action = tmp_path / "orders" / "actions" / "placing.py"
    action.parent.mkdir(parents=True)
    action.write_text(
        "from flask_login import current_user\n"
        "def place(session):\n    with transaction() as other:\n        session.commit()\n"
    )
    assert calling(["commit"], [action], may_commit)
    assert calling(["transaction"], [action], lambda path: may_open_a_transaction(path, tmp_path))
    assert naming("current_user", [action], lambda path: may_know_who_is_signed_in(path, tmp_path))
    view = tmp_path / "web" / "stall" / "orders" / "views.py"
    view.parent.mkdir(parents=True)
    view.write_text(action.read_text())
    assert not naming("current_user", [view], lambda path: may_know_who_is_signed_in(path, tmp_path))
    assert not calling(["transaction"], [view], lambda path: may_open_a_transaction(path, tmp_path))


def makes_a_locked_row(path: Path) -> bool:
    """Whether a file calls a row locked itself: `Locked` stands there for more than the type of something, under
    another name, or changed to hold another row."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    types = [node.value for node in nodes if isinstance(node, ast.Subscript)]
    return (
        any(names_locked(node) and node not in types for node in nodes)
        or any(isinstance(node, ast.alias) and node.name == "Locked" and node.asname for node in nodes)
        or any(says_locked(within) for call in calls for at in (call.func, *call.args) for within in ast.walk(at))
        or any(ast.unparse(call.func).endswith("replace") and takes_row(call) for call in calls)
    )


def names_locked(node: ast.AST) -> bool:
    return getattr(node, "id", getattr(node, "attr", "")) == "Locked"


def says_locked(node: ast.AST) -> bool:
    return names_locked(node) or (isinstance(node, ast.Constant) and "Locked[" in str(node.value))


def takes_row(call: ast.Call) -> bool:
    return any(keyword.arg == "row" for keyword in call.keywords)


def test_only_the_database_module_says_that_a_row_is_locked(tmp_path: Path) -> None:
    """`Locked[Order]` is what mypy asks of a move's caller; made by hand it would stand for a lock nobody holds."""
    assert [path for path in python_files(MARKET) if makes_a_locked_row(path)] == [MARKET / "base" / "db.py"]
    planted = tmp_path / "planted.py"
    for line in (
        "move(Locked(session.get_one(Order, order_id)))",
        "order = db.Locked(row)",
        "order = Locked[Order](row)",
        "orders = map(Locked, rows)",
        "order = cast(Locked[Order], row)",
        "order = cast('Locked[Order]', row)",
        "from market.base.db import Locked as Held",
        "other = replace(order, row=row)",
    ):
        planted.write_text(line)
        assert makes_a_locked_row(planted), line
    planted.write_text("from market.base.db import Locked\ndef move(order: Locked[Order]) -> Locked[Order]: ...")
    assert not makes_a_locked_row(planted)


def boundless(command: click.Command) -> list[str]:
    """The command's parameters that take a number of any size."""
    if isinstance(command, click.Group):
        return [one for inner in command.commands.values() for one in boundless(inner)]
    numbers = (click.types.IntParamType, click.types.FloatParamType)
    return [
        f"{command.name} {one.name}"
        for one in command.params
        if isinstance(one.type, numbers) and (getattr(one.type, "min", None) is None or one.type.max is None)
    ]


def test_every_number_a_command_takes_has_its_limits() -> None:
    assert [one for command in COMMANDS for one in boundless(command)] == []
    planted = click.Group("planted", commands=[click.Command("free", params=[click.Argument(["number"], type=int)])])
    assert boundless(planted) == ["free number"]


LASTING = (
    "Product|Variant|Order|OrderLine|Purchase|BankCredit|Allocation|PaymentRequest|StockMove|Lot|Stamp|Event|Business"
)
DELETES = re.compile(rf"\bdelete\((?:{LASTING})\)|\.delete\((?:product|variant|order|line|purchase|credit|lot|stamp)\)")


def test_listings_orders_and_money_are_never_deleted() -> None:
    """Listings are kept a year, orders three: people are anonymised, rows stay."""
    assert [str(path) for path in python_files(MARKET) if DELETES.search(path.read_text("utf-8"))] == []
    assert DELETES.search("session.execute(delete(Order).where(...))")
    assert DELETES.search("session.delete(product)")


def moves_stock(path: Path) -> bool:
    """Whether a file makes a move, or writes an amount on hand."""
    return any(
        (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "StockMove")
        or (isinstance(node, ast.Attribute) and node.attr == "on_hand" and isinstance(node.ctx, ast.Store))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )


def test_an_amount_and_its_move_are_written_in_one_place(tmp_path: Path) -> None:
    assert [path.name for path in python_files(MARKET) if moves_stock(path)] == ["on_hand.py"]
    planted = tmp_path / "planted.py"
    for line in ("variant.on_hand -= 3", "variant.on_hand, a = 1, 2", "session.add(StockMove(delta=1))"):
        planted.write_text(line)
        assert moves_stock(planted)


STRICT = ("values", "rules", "actions", "queries")


def test_the_core_is_typed_without_exceptions() -> None:
    loose = []
    for path in python_files(MARKET):
        if STRICT[0] in path.parts or part_of(path)[1] in STRICT:
            text = path.read_text("utf-8")
            if "type: ignore" in text or "Any" in named(path):
                loose.append(str(path))
    assert loose == []


LEFT_BEHIND = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError\(|sắp có|Sắp có|lorem ipsum", re.IGNORECASE)


def test_nothing_is_left_for_later() -> None:
    sources = [*python_files(MARKET), *(MARKET / "templates").rglob("*.html"), *(MARKET / "static").rglob("*.js")]
    own = [path for path in sources if "vendor" not in path.parts]
    assert [str(path) for path in own if LEFT_BEHIND.search(path.read_text("utf-8"))] == []


def test_the_package_itself_is_empty() -> None:
    assert (MARKET / "__init__.py").read_text() == ""


def test_every_module_says_what_lives_in_it() -> None:
    paths = [path for path in python_files(MARKET) if path.read_text("utf-8").strip()]
    assert [str(path.relative_to(ROOT)) for path in paths if not path.read_text("utf-8").startswith('"""')] == []


def test_lock_files_carry_no_registry_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted-host", text)
        requirements = re.findall(r"^([a-z0-9][\w.-]*)==", text, re.MULTILINE | re.IGNORECASE)
        assert len(re.findall(r"--hash=sha256:", text)) >= len(requirements) > 30


def test_lock_files_agree() -> None:
    """What runs is what is tested: every version of the smaller file is the larger one's."""

    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9][\w.-]*==[^ ;]+)", (ROOT / name).read_text(), re.MULTILINE | re.IGNORECASE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
