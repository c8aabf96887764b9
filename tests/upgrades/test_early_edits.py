"""0001 was edited seven times before it was released: a database of each edit is repaired, or refused as it is."""

import json
import lzma
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, Table, create_engine, insert, text

from market.base import backup
from market.base.db import db
from market.base.schema import missing_from, schema_of
from tests.conftest import Clock
from tests.services import applications, postgres
from tests.services.databases import settings_of_dump
from tests.upgrades import dumps
from tests.upgrades.test_released import TRIES

pytestmark = pytest.mark.nightly
"""They and what repairs them are long released: by day the oldest released database comes up to date."""

EDITS: dict[str, dict[str, str]] = json.loads(lzma.decompress(Path(__file__).with_name("edits.json.xz").read_bytes()))
"""The schema of each edit as SQL, in their order, by commit and kind of database."""

REFUSED = ("a413399", "5dc9921")
"""Made before lots said what a stamp stands for, and before exported files were kept."""
REPAIRED = [commit for commit in EDITS if commit not in REFUSED]
LACKING = {
    "a413399": ["thiếu cột product.marked", "thiếu bảng business_proposal", "khác ràng buộc lot.ck_lot_yield_permille"],
    "5dc9921": ["thiếu bảng card_payment", "thiếu cột journal_entry.is_withdrawal"],
    "143ac90": ["thiếu chỉ mục bank_credit.ix_bank_credit_waiting", "thiếu cột allocation.card_payment_id"],
    "8709e9d": ["thiếu cột cart.changes", "thiếu ràng buộc cart.ck_cart_changes_whole"],
    "37b55eb": ["thiếu cột card_payment.session_id", "thiếu chỉ mục card_payment.uq_card_payment_open"],
    "66e772d": ["thiếu cột variant.removed_at", "thiếu ràng buộc variant.ck_variant_removed_holds_nothing"],
    "abdaf6c": [],
}
DERIVED = {"search_term", "search_bigram", "search_delete", "product.indexed"}
"""What `flask reindex` makes anew."""

Filled = tuple[str, list[backup.Row]]
"""A table's name and its rows."""


def of_both_kinds(commits: Iterable[str]) -> list[object]:
    """Each commit's schema on each kind of database."""
    return [pytest.param((one, kind), id=f"{one}-{kind}") for one in commits for kind in ("sqlite", "postgresql")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """A database of an early edit with rows in it."""

    url: str
    app: Flask

    def rows(self) -> dumps.Rows:
        with dumps.opened(self.url) as connection:
            return dumps.rows_in(connection)

    def execute(self, *statements: str) -> None:
        with db.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> list[Filled]:
    """The rows of the released dump, parents first."""
    url = dumps.load_sqlite(dumps.dump_of("0001", "sqlite"), tmp_path_factory.mktemp("released") / "0001.db")
    with dumps.opened(url) as source:
        return [(table.name, list(backup.rows_of(source, table))) for table in backup.tables_of(source)]


@pytest.fixture
def early(
    request: pytest.FixtureRequest, which: tuple[str, str], released: list[Filled], tmp_path: Path, now: Clock
) -> Iterator[Early]:
    commit, kind = which
    schema = EDITS[commit][kind]
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'early.db'}"
        with closing(sqlite3.connect(tmp_path / "early.db")) as database:
            database.executescript(schema)
    else:
        server: postgres.Databases = request.getfixturevalue("postgres_server")
        url = server.create("early")
        dumps.load_postgres(schema, url)
    fill(url, released)
    app = applications.new(settings_of_dump(url, tmp_path))
    with app.app_context():
        yield Early(url=url, app=app)
        db.session.remove()
        db.engine.dispose()
    if kind == "postgresql":
        server.drop("early")


def fill(url: str, released: list[Filled]) -> None:
    """The rows of the released dump, as far as this schema has a place for them."""
    engine = create_engine(url)
    with engine.begin() as connection:
        there = {table.name: table for table in backup.tables_of(connection)}
        for name, rows in released:
            if name in there:
                _copy(rows, connection, there[name])
    engine.dispose()


def _copy(rows: list[backup.Row], connection: Connection, target: Table) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    knows_cards = target.name != "allocation" or "card_payment_id" in target.c
    fitting = [
        {column.name: _fitting(target, column.name, row[column.name], is_sqlite=is_sqlite) for column in target.columns}
        for row in rows
        if knows_cards or row["kind"] != "the"
    ]
    if fitting:
        connection.execute(insert(target), fitting)


def _fitting(table: Table, name: str, value: object, *, is_sqlite: bool) -> object:
    """A value as the early schema takes it."""
    if name == "yield_permille":
        return min(1000, int(str(value)))
    if (table.name, name) == ("card_payment", "intent_id"):
        return value or "pi_early"
    if isinstance(value, datetime) and is_sqlite:
        return value.replace(tzinfo=None)
    return value


def missing() -> list[str]:
    with db.engine.connect() as connection:
        return missing_from(connection)


def doctor(app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["doctor"])
    return done.exit_code, done.stdout


def check_repaired(early: Early, before: dumps.Rows) -> None:
    assert missing() == []
    meant = {*DERIVED, *TRIES, "one_time_code.used_at", "commune.mode", "dated_fact"}
    lost = [one for one in before.lost_in(early.rows()) if one.partition(".")[0] not in meant and one not in meant]
    assert lost == []
    early.app.test_cli_runner().invoke(args=["reindex"])
    client = early.app.test_client()
    assert [client.get(path).status_code for path in ("/", "/tim?q=gao", "/gio-hang")] == [200] * 3
    assert "Gạo" in client.get("/tim?q=gao").get_data(as_text=True)


def check_named(early: Early, commit: str) -> None:
    """The doctor names what the database lacks."""
    code, said = doctor(early.app)
    assert code == 1
    assert "db upgrade" in said
    lacking = missing()
    for one in LACKING[commit]:
        assert one in lacking
    assert (lacking[0] if lacking else "") in said


@pytest.mark.parametrize("which", of_both_kinds(REPAIRED))
def test_the_doctor_names_what_an_early_database_lacks_and_it_is_repaired_with_its_rows(
    early: Early, which: tuple[str, str]
) -> None:
    check_named(early, which[0])
    before = early.rows()
    upgrade()
    check_repaired(early, before)


@pytest.mark.parametrize("which", of_both_kinds(REFUSED))
def test_what_has_no_certain_value_is_refused_and_repaired_once_that_is_out_of_the_way(
    early: Early, which: tuple[str, str]
) -> None:
    check_named(early, which[0])
    before, schema = early.rows(), schema_now()
    with pytest.raises(SystemExit, match="lô .* đã in tem .* cột pack_amount.* Chưa có gì bị đổi"):
        upgrade()
    early.execute("UPDATE lot SET stamps_activated = 0, stamps_printed = 0")
    with pytest.raises(SystemExit, match="export_run .* cột storage_key.* Chưa có gì bị đổi"):
        upgrade()
    assert schema_now() == schema
    assert doctor(early.app)[0] == 1
    assert [one for one in before.lost_in(early.rows()) if not one.startswith("lot.")] == []
    early.execute("DELETE FROM export_run")
    before = early.rows()
    upgrade()
    check_repaired(early, before)


def schema_now() -> list[str]:
    with db.engine.connect() as connection:
        return [str(part) for part in schema_of(connection)]
