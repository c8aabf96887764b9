"""The import contracts hold, and each of them catches what it is there for."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import MARKET, ROOT

CONTRACTS = 8
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
    "a check counts tries": ("5.", "accounts/checks.py", "import flask_limiter"),
    "a slice calls another machine by itself": ("6.", "payments/planted.py", "import requests"),
    "a front end that borrows of another": ("7.", "web/stall/today/views.py", "import market.web.shop.pay.amount_due"),
    "what all pages share knows a front end": ("7.", "web/base/forms.py", "import market.web.office.kpi.forms"),
    "a front end that no layer names": ("7.", "web/outreach/__init__.py", ""),
    "neighbours that need each other": ("8.", "base/errors.py", "import market.base.storage"),
    "areas that need each other": ("8.", "web/shop/cart/forms.py", "import market.web.shop.checkout.views"),
}


def broken_contracts(tree: Path) -> list[str]:
    """The names of the contracts that the tree breaks."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=tree, capture_output=True, text=True, env={"COLUMNS": "400"})
    verdicts = re.findall(r"^(\d\. .*?) (KEPT|BROKEN)", done.stdout, re.MULTILINE)
    assert len(verdicts) == CONTRACTS, done.stdout + done.stderr
    return [name for name, verdict in verdicts if verdict == "BROKEN"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the product's Python files that a test may spoil."""
    only_python = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(MARKET, tmp_path / "market", ignore=only_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_product_keeps_every_contract() -> None:
    assert broken_contracts(ROOT) == []


@pytest.mark.parametrize(("contract", "path", "line"), PLANTS.values(), ids=PLANTS)
def test_a_planted_violation_is_caught(tree: Path, contract: str, path: str, line: str) -> None:
    planted = tree / "market" / path
    planted.parent.mkdir(parents=True, exist_ok=True)
    if not planted.exists() and (package := planted.with_suffix("")).is_dir():
        planted = package / "__init__.py"
    with planted.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    assert any(name.startswith(contract) for name in broken_contracts(tree))
