"""Alembic over this program's database. Commands use it; a web process does without: it would be 8 MB larger."""

from collections.abc import Collection

from alembic import command
from alembic.script import ScriptDirectory
from flask_migrate import Migrate
from sqlalchemy import Connection, text

from market.base.revisions import CONTRACT, REVISIONS, notes_contracts

migrate = Migrate(render_as_batch=True, compare_type=True)
GIVEN = "connection"
"""Under this name `migrations/env.py` is given a connection to migrate over, in place of the installation's own."""


def bring_to(connection: Connection, revision: str) -> None:
    """Migrate the schema that a connection is in, within its transaction. Refused where the schema is none of ours."""
    config = migrate.get_config()
    config.attributes[GIVEN] = connection
    command.upgrade(config, revision)


def note_last_contract(connection: Connection, scripts: ScriptDirectory, heads: Collection[str]) -> None:
    """Write down the newest contract revision at or below the heads a migration has just led to."""
    if not notes_contracts(connection):
        connection.exec_driver_sql(f"ALTER TABLE {REVISIONS} ADD COLUMN last_contract VARCHAR(32)")
    last = {"last": _last_contract(scripts, heads)}
    connection.execute(text(f"UPDATE {REVISIONS} SET last_contract = :last"), last)  # noqa: S608 - a constant


def _last_contract(scripts: ScriptDirectory, heads: Collection[str]) -> str | None:
    below = scripts.iterate_revisions(tuple(heads), "base") if heads else ()
    return next((one.revision for one in below if getattr(one.module, "phase", None) == CONTRACT), None)
