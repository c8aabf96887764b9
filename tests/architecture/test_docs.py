"""What the documents name exists: constraints, tests, settings, commands, files."""

import json
import re
from functools import cache

import pytest
from flask import Flask

from market.base.config import Settings
from market.base.db import Base, WholeNumber
from market.base.ddl import APPEND_ONLY, APPEND_ONLY_BUT, APPEND_ONLY_SINCE
from tests.architecture.sources import ROOT

INVARIANTS = 22
QUOTED = re.compile(r"`([^`]+)`")


@cache
def invariants() -> dict[int, str]:
    text = (ROOT / "docs" / "invariants.md").read_text("utf-8")
    parts = re.split(r"^## (\d+)\. ", text, flags=re.MULTILINE)[1:]
    return dict(zip(map(int, parts[::2]), parts[1::2], strict=True))


def names_after(sign: str, text: str) -> list[str]:
    """The quoted names of the list item that begins so."""
    item = re.search(rf"^- {sign}(.*?)(?=^- |\Z)", text, re.MULTILINE | re.DOTALL)
    return QUOTED.findall(item[1]) if item else []


def constraints(app: Flask) -> set[str]:
    tables = Base.metadata.tables.values()
    kept = {str(one.name) for table in tables for one in table.constraints}
    return (
        kept
        | {str(index.name) for table in tables for index in table.indexes}
        | {*APPEND_ONLY, *APPEND_ONLY_SINCE, *APPEND_ONLY_BUT}
    )


def is_function(reference: str) -> bool:
    """Whether `path/to/file.py::name` is a function that exists."""
    path, _, name = reference.partition("::")
    return (ROOT / path).is_file() and f"def {name}(" in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("number", range(1, INVARIANTS + 1))
def test_each_invariant_has_what_keeps_it_and_what_tries_it(bare_app: Flask, number: int) -> None:
    text = invariants()[number]
    kept, tested = names_after("Kept by:", text), names_after("Tested by:", text)
    assert kept
    assert tested
    known = constraints(bare_app)
    assert [name for name in kept if name not in known and not is_function(name)] == []
    assert [name for name in tested if not is_function(name)] == []


def test_there_are_no_other_invariants() -> None:
    assert list(invariants()) == list(range(1, INVARIANTS + 1))


SCENARIOS = 34


def test_each_way_in_which_money_misbehaves_has_one_row_and_its_test() -> None:
    """docs/money.md: the number in its row is that in the test's name."""
    text = (ROOT / "docs" / "money.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| `([^`]+)` \|$", text, re.MULTILINE)
    numbers = [int(number) for number, _ in rows]
    assert numbers == list(range(1, SCENARIOS + 1)), "one row each, in order"
    for number, test in rows:
        assert is_function(test), test
        assert f"::test_scenario_{int(number):02d}_" in test, test


def test_a_test_that_is_not_there_is_seen() -> None:
    assert is_function("tests/architecture/test_docs.py::is_function")
    assert not is_function("tests/architecture/test_docs.py::test_nothing")
    assert not is_function("tests/nowhere.py::test_nothing")
    assert names_after("Tested by:", "- Kept by: `a`\n- Tested by: `b`,\n  `c`\n") == ["b", "c"]


def test_every_number_column_holds_whole_numbers_only(bare_app: Flask) -> None:
    known = constraints(bare_app)
    for table in Base.metadata.tables.values():
        for column in table.columns:
            assert type(column.type).__name__ not in ("Float", "Numeric", "Double", "REAL"), column
            if isinstance(column.type, WholeNumber) and not column.foreign_keys:
                assert f"ck_{table.name}_{column.name}_whole" in known, column


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_both_readmes_name_every_setting(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    for name, field in Settings.model_fields.items():
        setting = str(field.validation_alias) if field.validation_alias else f"CHOSO_{name.upper()}"
        assert setting in text, setting


def test_the_readme_names_every_command(bare_app: Flask) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    house = {"db", "routes", "run", "shell"}
    assert [name for name in bare_app.cli.commands if name not in house and f"`{name}" not in text] == []


def test_every_named_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for document in ("README.md", "README.vi.md", "CONTRIBUTING.md", ".ci/run"):
        for target in re.findall(r"^\s*make ([a-z]+)", (ROOT / document).read_text("utf-8"), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", ["README.md", "README.vi.md", "CONTRIBUTING.md", "docs/invariants.md"])
def test_no_link_of_a_document_is_dead(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (ROOT / document).parent.joinpath(link).exists()] == []


def test_decisions_are_numbered_and_say_what_they_cost() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for number, path in enumerate(decisions, 1):
        text = path.read_text("utf-8")
        assert path.name.startswith(f"{number:04}-")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Price")), path.name


def test_the_lock_of_what_lints_scripts_names_hashes_and_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    others = [package for place, package in packages.items() if place]
    assert [package for package in others if "resolved" in package or "integrity" not in package] == []
