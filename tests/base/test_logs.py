"""Logs keep every id they are given and what the database said, and no value."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from market.base.db import db, transaction
from market.base.logs import FIELDS, JsonLines, database_message, fault_of
from tests.architecture.sources import MARKET, python_files
from tests.cast import Cast


def keys_given(source: str) -> Iterator[str]:
    """What log calls add to their message, also through a dictionary named before."""
    tree = ast.parse(source)
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg == "extra":
                yield from _keys(keyword.value, named)


def _keys(given: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    for node in ast.walk(given):
        if isinstance(node, ast.Dict):
            yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant))
        if isinstance(node, ast.Name) and isinstance(named.get(node.id), ast.Dict):
            yield from _keys(named[node.id], {})


def test_logs_carry_every_id_they_are_given() -> None:
    given = {key for path in python_files(MARKET) for key in keys_given(path.read_text("utf-8"))}
    assert {"order", "payment", "endpoint", "milliseconds"} <= given
    assert given - set(FIELDS) == set()


def test_a_key_in_a_dictionary_named_before_is_seen() -> None:
    planted = 'facts = {"one": 1}\nlog.info("x", extra=facts | {"two": 2})\n'
    assert set(keys_given(planted)) == {"one", "two"}


def raised(statement: str, **values: object) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught, transaction() as session:
        session.execute(text(statement), values)
    return caught.value


def test_the_database_says_which_column_and_no_value(app: Flask, cast: Cast) -> None:
    said = database_message(raised("SELECT no_such FROM person WHERE phone = :phone", phone="+84900000011")) or ""
    assert "no_such" in said
    assert "84900" not in said
    broken = raised("UPDATE person SET name = NULL WHERE id = :id", id=cast.mai)
    assert "name" in fault_of(broken)
    assert "900" not in fault_of(broken)


@pytest.mark.parametrize("value", ["0900 000 011", "Vũ Thị Mai"])
def test_a_value_that_the_database_quotes_is_left_out(app: Flask, cast: Cast, value: str) -> None:
    if db.engine.dialect.name == "sqlite":
        error = raised("SELECT * FROM product_fts WHERE product_fts MATCH :value", value=f'"{value}')
    else:
        error = raised("SELECT CAST(CAST(:value AS text) AS bigint)", value=value)
    assert database_message(error)
    assert value not in fault_of(error)


def test_a_page_over_a_broken_schema_logs_what_is_missing(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE product RENAME COLUMN season_from TO season_gone"))
    app.config.update(PROPAGATE_EXCEPTIONS=False, TESTING=False)
    caplog.handler.setFormatter(JsonLines())
    assert app.test_client().get("/").status_code == 500
    line = next(json.loads(line) for line in caplog.text.splitlines() if "exception" in line)
    assert "season_from" in line["database"]
    assert "900" not in line["database"]
