"""The import contracts hold, and each of them catches what it is there for."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.architecture.contracts import broken_contracts, reader
from tests.architecture.sources import MARKET, ROOT

PLANTS = {
    "a lower slice reads a higher one": ("1.", "catalog/planted.py", "import market.orders.models"),
    "a slice that no layer names": ("1.", "bazaar/__init__.py", ""),
    "a domain that knows a page": ("1.", "payments/jobs.py", "import market.web.shop.pay.amount_due"),
    "the machinery that knows a page": ("1.", "base/doctor.py", "import market.web.base.web"),
    "a model asks a question": ("2.", "places/models.py", "import market.places.queries"),
    "an action that a job calls": ("2.", "sellers/actions/claims.py", "import market.sellers.jobs"),
    "a form that knows its page": ("3.", "web/shop/cart/forms.py", "import market.web.shop.cart.views"),
    "a page's question that knows a form": ("3.", "web/office/log/queries.py", "import market.web.office.log.forms"),
    "a value knows the database": ("4.", "values/money.py", "import sqlalchemy"),
    "a rule knows the web": ("4.", "orders/rules.py", "import flask"),
    "a port knows a client": ("4.", "base/ports.py", "import requests"),
    "a query reads the request": ("5.", "places/queries.py", "import flask"),
    "an action builds a form": ("5.", "accounts/actions.py", "import wtforms"),
    "a check signs somebody in": ("5.", "accounts/checks.py", "import flask_login"),
    "a slice calls another machine by itself": ("6.", "payments/planted.py", "import requests"),
    "a front end that borrows of another": ("7.", "web/stall/today/views.py", "import market.web.shop.pay.amount_due"),
    "what all pages share knows a front end": ("7.", "web/base/forms.py", "import market.web.office.kpi.forms"),
    "a front end that no layer names": ("7.", "web/outreach/__init__.py", ""),
    "neighbours that need each other": ("8.", "base/errors.py", "import market.base.storage"),
    "a page that migrates": ("9.", "web/office/log/queries.py", "import market.base.migrations"),
    "a web process that reads Alembic": ("9.", "base/revisions.py", "import alembic"),
    "areas that need each other": ("8.", "web/shop/cart/forms.py", "import market.web.shop.checkout.views"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the product's Python files that a test may spoil."""
    only_python = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(MARKET, tmp_path / "market", ignore=only_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@contextmanager
def planted(tree: Path, path: str, line: str) -> Iterator[None]:
    """The tree with a line more in one of its modules, or with a module more."""
    module = tree / "market" / path
    if not module.exists() and module.with_suffix("").is_dir():
        module = module.with_suffix("") / "__init__.py"
    before = module.read_text("utf-8") if module.exists() else None
    module.parent.mkdir(exist_ok=True)
    module.write_text(f"{before or ''}\n{line}\n", "utf-8")
    yield
    if before is None:
        module.unlink()
    else:
        module.write_text(before, "utf-8")


def is_broken(contract: str, tree: Path, reading: Executor) -> bool:
    return any(name.startswith(contract) for name in reading.submit(broken_contracts, tree).result())


def test_the_product_keeps_every_contract_and_each_planted_violation_is_caught(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")  # a verdict stands on the line of its contract
    missed = []
    with reader() as reading:
        assert reading.submit(broken_contracts, ROOT).result() == []
        for name, (contract, path, line) in PLANTS.items():
            with planted(tree, path, line):
                missed += [] if is_broken(contract, tree, reading) else [name]
        assert reading.submit(broken_contracts, tree).result() == [], "each plant was taken out again"
    assert missed == []
