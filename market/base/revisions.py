"""Which revision a database stands at, and whether this program may run over it.

Migrations go expand -> backfill -> contract: what an older program needs is taken away only by a revision whose file
says `phase = "contract"`. Beside its revision a database keeps the last one of these that it went through, so that an
older program, which has no file of the revision, knows whether it still fits.
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from market.base.db import db, migrate
from market.base.errors import Refused

REVISIONS = "alembic_version"
CONTRACT = "contract"
PHASES = ("expand", "backfill", CONTRACT)


class Fit(enum.Enum):
    """How a database's schema suits this program."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    TOO_NEW = "too new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a database stands (None: no migration has run) and what the program has as its newest revision."""

    revision: str | None
    head: str
    fit: Fit


def note_last_contract(connection: Connection, scripts: ScriptDirectory, heads: Collection[str]) -> None:
    """Write down the newest contract revision at or below the heads a migration has just led to."""
    if "last_contract" not in _columns(connection):
        connection.exec_driver_sql(f"ALTER TABLE {REVISIONS} ADD COLUMN last_contract VARCHAR(32)")
    last = {"last": _last_contract(scripts, heads)}
    connection.execute(text(f"UPDATE {REVISIONS} SET last_contract = :last"), last)  # noqa: S608 - a constant


def _last_contract(scripts: ScriptDirectory, heads: Collection[str]) -> str | None:
    below = scripts.iterate_revisions(tuple(heads), "base") if heads else ()
    return next((one.revision for one in below if getattr(one.module, "phase", None) == CONTRACT), None)


def _columns(connection: Connection) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(REVISIONS)}


def migration_of(engine: Engine) -> str | None:
    """The migration a database stands at; None for one without any."""
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, REVISIONS):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def standing_of(engine: Engine) -> Standing:
    """How the installation's database suits the program."""
    scripts = ScriptDirectory.from_config(migrate.get_config())
    known = {script.revision for script in scripts.walk_revisions()}
    head, revision = scripts.get_current_head() or "", migration_of(engine)
    if revision == head:
        fit = Fit.CURRENT
    elif revision is None or revision in known:
        fit = Fit.OLDER
    else:
        fit = Fit.NEWER if _still_fits(engine, known) else Fit.TOO_NEW
    return Standing(revision=revision, head=head, fit=fit)


def _still_fits(engine: Engine, known: Collection[str]) -> bool:
    """Whether a newer database has been through no contract revision that the program does not have."""
    with engine.connect() as connection:
        if "last_contract" not in _columns(connection):
            return False
        last = connection.scalar(text("SELECT last_contract FROM alembic_version"))
    return last is None or last in known


def refuse_unknown_schema() -> None:
    """Refused where the program does not know the database's schema: it would answer with errors, or write wrongly."""
    standing = standing_of(db.engine)
    if standing.fit is Fit.OLDER:
        raise Refused(
            "schema_older", f"Chưa chạy được: {words_for(standing)} Sao lưu, rồi chạy: flask --app wsgi db upgrade."
        )
    if standing.fit is Fit.TOO_NEW:
        raise Refused("schema_newer", f"Chưa chạy được: {words_for(standing)} {UPDATE_PROGRAM}")


UPDATE_PROGRAM = "Cập nhật chương trình lên bản mới rồi chạy lại. Dữ liệu còn nguyên."


def words_for(standing: Standing) -> str:
    """The sentence on where a database that does not suit stands."""
    if standing.fit is Fit.TOO_NEW:
        return (
            f"Cơ sở dữ liệu ở bản {standing.revision}, mới hơn chương trình (bản {standing.head}) "
            "và không còn dùng với chương trình này được."
        )
    return f"Cơ sở dữ liệu ở bản {standing.revision or 'trống'}, chương trình cần bản {standing.head}."
