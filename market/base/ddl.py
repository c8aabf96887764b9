"""SQL for migrations that models cannot say: the full-text index over names, and tables that are only appended to."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy import Connection, text

APPEND_ONLY = ("event", "journal_entry", "allocation", "stock_move", "business_history")

_LEAVES = (
    "INSERT INTO product_fts(product_fts, rowid, folded, marked) VALUES ('delete', old.id, old.folded, old.marked); "
)
_COMES = "INSERT INTO product_fts(rowid, folded, marked) VALUES (new.id, new.folded, new.marked); "
_SEARCH_TRIGGERS = {
    "product_fts_ai": f"AFTER INSERT ON product BEGIN {_COMES}END",
    "product_fts_ad": f"AFTER DELETE ON product BEGIN {_LEAVES}END",
    "product_fts_au": f"AFTER UPDATE OF folded, marked ON product BEGIN {_LEAVES}{_COMES}END",
}


def index_names(connection: Connection) -> None:
    """Create, or mend after a rebuild of `product`, the full-text index over folded names and their marked words.

    Both are ASCII words already, so PostgreSQL takes them as they are, without a parser that would cut them elsewhere
    than SQLite does.

    SQLite drops a table's triggers with the table, and a batch migration rebuilds tables: `rebuilding` keeps them.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE INDEX IF NOT EXISTS ix_product_fts ON product USING gin "
            "(array_to_tsvector(string_to_array(folded, ' ')), array_to_tsvector(string_to_array(marked, ' ')))"
        )
        return
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS product_fts "
        "USING fts5(folded, marked, content='product', content_rowid='id', prefix='2 3')"
    )
    for name, body in _SEARCH_TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
    connection.exec_driver_sql("INSERT INTO product_fts(product_fts) VALUES ('rebuild')")


def drop_index(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP INDEX IF EXISTS ix_product_fts")
        return
    for name in _SEARCH_TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    connection.exec_driver_sql("DROP TABLE IF EXISTS product_fts")


def forbid_change(connection: Connection, table: str) -> None:
    """Let the database refuse UPDATE and DELETE on a table of history."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


@contextmanager
def rebuilding(table: str) -> Iterator[BatchOperations]:
    """Change a table inside a migration: on SQLite it is built anew, with the triggers it had.

    SQLite can hardly alter a table, so Alembic copies it; the triggers, also those that feed the search, would go with
    the old one.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        with op.batch_alter_table(table) as batch:
            yield batch
        return
    question = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = connection.scalars(question, {"table": table}).all()
    with op.batch_alter_table(table, recreate="always") as batch:
        yield batch
    for trigger in triggers:
        connection.exec_driver_sql(trigger)
