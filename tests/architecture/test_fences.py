"""Where the market leans on an upstream package's inside, it says for which version that was read.

These places save a good part of a page's time, or close a gap the package leaves. Nothing upstream promises them, so a
new minor version is looked at by a person before it goes in: read what the row says, try it, then write the version.
"""

import ast
import inspect
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

import market
from tests.architecture.sources import MARKET, python_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """`where` it stands in the market and `says` what; `recheck`: what to read upstream before `written_for` moves."""

    where: str
    says: str
    package: str
    written_for: str
    recheck: str


FENCES = (
    Fence(
        where="app.py",
        says="ensure_sync",
        package="Flask",
        written_for="3.1",
        recheck="Flask.ensure_sync does nothing but wrap functions that are asynchronous",
    ),
    Fence(
        where="base/patience.py",
        says="_WaitTimeout",
        package="psycopg",
        written_for="3.3",
        recheck="Connection.wait(gen, interval, timeout) raises psycopg.errors._WaitTimeout when the time is over, and "
        "everything a connection waits for goes through it",
    ),
    Fence(
        where="base/http/sending.py",
        says="pool.ConnectionCls",
        package="urllib3",
        written_for="2.8",
        recheck="a pool makes each connection by ConnectionCls(**named), and http.client reads every answer "
        "through the fp of what response_class returns",
    ),
    Fence(
        where="catalog/queries/product.py",
        says="Facts._make(found[0][:parts])",
        package="SQLAlchemy",
        written_for="2.1",
        recheck="a row of Connection.execute is a tuple in the order of select(...), columns of one name included",
    ),
    Fence(
        where="web/shop/browse/queries.py",
        says="Card._make(row[:-1])",
        package="SQLAlchemy",
        written_for="2.1",
        recheck="a row of Connection.execute is a tuple in the order of select(...), columns of one name included",
    ),
    Fence(
        where="base/row_query.py",
        says="func.aggregate_strings(of",
        package="SQLAlchemy",
        written_for="2.1",
        recheck="aggregate_strings is group_concat on SQLite and string_agg on PostgreSQL, NULL over no rows; in no "
        "promised order, therefore each picture carries its position",
    ),
    Fence(
        where="web/base/templating.py",
        says="_escape_inner",
        package="MarkupSafe",
        written_for="3.0",
        recheck="markupsafe.escape of a str is Markup(_escape_inner(s)), and of a Markup what it is",
    ),
    Fence(
        where="web/base/templating.py",
        says="_output_child_pre",
        package="Jinja2",
        written_for="3.1",
        recheck="CodeGenerator writes what stands before a value that is written out by _output_child_pre, and joins "
        "what it is called with as text; _output_child_post closes one bracket where nothing finalizes",
    ),
)

DOCUMENTED = {"_value"}
"""WTForms' own way to write a field of one's own."""


def has_moved(fence: Fence, installed: str) -> bool:
    """Whether another minor version is installed than the one the place was written for."""
    return installed.split(".")[:2] != fence.written_for.split(".")


def private_imports(path: Path) -> list[str]:
    """The names with an underscore that a file imports from what is not the market."""
    return [
        name.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("market")
        for name in node.names
        if name.name.startswith("_") and not name.name.startswith("__")
    ]


def private_overrides(module: ModuleType) -> list[str]:
    """The methods with an underscore that a module's classes put in the place of an upstream class's own."""
    classes = [one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__]
    return [
        name
        for one in classes
        for name, method in vars(one).items()
        if isinstance(method, FunctionType) and method.__module__ == module.__name__
        if name.startswith("_") and not name.endswith("_") and name not in DOCUMENTED
        if any(name in vars(base) for base in one.__mro__[1:] if not base.__module__.startswith("market"))
    ]


@pytest.mark.parametrize("fence", FENCES, ids=lambda fence: f"{fence.package}: {fence.says}")
def test_the_installed_version_is_the_one_that_was_read(fence: Fence) -> None:
    installed = version(fence.package)
    assert not has_moved(fence, installed), (
        f"market/{fence.where} leans on the inside of {fence.package} {fence.written_for}, and {installed} is "
        f"installed. Look whether this still holds, then write the new version here: {fence.recheck}."
    )


@pytest.mark.parametrize("fence", FENCES, ids=lambda fence: f"{fence.package}: {fence.says}")
def test_each_fence_stands_where_something_is(fence: Fence) -> None:
    assert fence.says in (MARKET / fence.where).read_text("utf-8")


def test_no_private_name_of_another_package_is_used_without_a_fence() -> None:
    modules = [import_module(one.name) for one in pkgutil.walk_packages(market.__path__, "market.")]
    used = {name for path in python_files(MARKET) for name in private_imports(path)}
    used |= {name for module in modules for name in private_overrides(module)}
    assert used == {"_WaitTimeout", "_escape_inner", "_output_child_pre"}
    assert used <= {fence.says for fence in FENCES}


def test_another_minor_version_is_seen_and_another_patch_is_not() -> None:
    fence = FENCES[0]
    assert has_moved(fence, "3.2.0")
    assert has_moved(fence, "4.1")
    assert not has_moved(fence, "3.1.9")


def test_planted_leanings_are_seen(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("from psycopg.errors import _Gone, Error\nfrom market.base import _own\n")
    assert private_imports(planted) == ["_Gone"]
    module = ModuleType("planted")

    def given(self: object) -> None: ...

    given.__module__ = "planted"
    upstream = type("Upstream", (), {"_kept": given, "__module__": "elsewhere"})
    vars(module)["Own"] = type("Own", (upstream,), {"_kept": given, "_own": given, "__module__": "planted"})
    assert private_overrides(module) == ["_kept"]
