"""Which revision a database stands at, and whether this program may run over it.

Migrations go expand -> backfill -> contract: what an older program needs is taken away only by a revision whose file
says `phase = "contract"`. Beside its revision a database keeps the last one of these that it went through, so that an
older program, which has no file of the revision, knows whether it still fits. A web process asks too, and for it alone
Alembic would be too large: the heads of the migrations' files are read here.
"""

import ast
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from market.base.config import ROOT
from market.base.db import db
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


def notes_contracts(connection: Connection) -> bool:
    """Whether the database keeps the last contract revision it went through: early ones do not."""
    return "last_contract" in {column["name"] for column in inspect(connection).get_columns(REVISIONS)}


def migration_of(engine: Engine) -> str | None:
    """The migration a database stands at; None for one without any."""
    with engine.connect() as connection:
        return revision_in(connection)


def revision_in(connection: Connection) -> str | None:
    """The migration that the schema a connection is in stands at; None for one without any."""
    if not connection.dialect.has_table(connection, REVISIONS):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


Known = Mapping[str, str | None]
"""Revisions, each with the one before it."""


def revisions_in(folder: Path) -> Known:
    """The revisions of a folder of migrations, among the files that Alembic reads."""
    paths = [path for path in folder.glob("*.py") if not path.name.startswith((".#", "__init__"))]
    heads = [_assigned(path.read_text("utf-8").partition("\ndef ")[0]) for path in paths]
    return {str(head["revision"]): head.get("down_revision") for head in heads}


@cache
def revisions_known() -> Known:
    """The program's own revisions, as they were when it first asked: a newer program's files are not what runs."""
    return revisions_in(ROOT / "migrations" / "versions")


def _assigned(source: str) -> dict[str, Any]:
    """What the lines of a module that name a revision say."""
    found: dict[str, Any] = {}
    for line in ast.parse(source).body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value:
            targets = line.targets if isinstance(line, ast.Assign) else [line.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            found |= {name: ast.literal_eval(line.value) for name in names if name in ("revision", "down_revision")}
    return found


def newest_of(known: Known) -> str:
    """The last of a line of revisions. ValueError where they make more lines than one."""
    newest = sorted(known.keys() - known.values())
    if len(newest) != 1:
        raise ValueError(f"migrations make one line, and these end in {', '.join(newest) or 'none'}")
    return newest[0]


def standing_of(engine: Engine) -> Standing:
    """How the installation's database suits the program."""
    known, revision = revisions_known(), migration_of(engine)
    return Standing(revision=revision, head=newest_of(known), fit=fit_of(engine, revision, known))


def fit_of(engine: Engine, revision: str | None, known: Known) -> Fit:
    """How a database at a revision suits a program that knows these."""
    if revision == newest_of(known):
        return Fit.CURRENT
    if revision is None or revision in known:
        return Fit.OLDER
    return Fit.NEWER if _still_fits(engine, known) else Fit.TOO_NEW


def _still_fits(engine: Engine, known: Collection[str]) -> bool:
    """Whether a newer database has been through no contract revision that the program does not have."""
    with engine.connect() as connection:
        if not notes_contracts(connection):
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
