"""Which revision a database stands at, and whether this program may run over it.

Migrations go expand -> backfill -> contract: what an older program needs is taken away only by a revision whose file
says `phase = "contract"`. Beside its revision a database keeps the last one of these that it went through, so that an
older program, which has no file of the revision, knows whether it still fits. A web process asks too, and for it alone
Alembic would be too large: the heads of the migrations' files are read here.
"""

import enum
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from market.base.config import ROOT
from market.base.db import db
from market.base.errors import Refused
from market.base.logs import fault_of

log = logging.getLogger(__name__)

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
        if not engine.dialect.has_table(connection, REVISIONS):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_DOWN_REVISION = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


def revisions_known() -> dict[str, str | None]:
    """The program's revisions, each with the one before it. They make one line, so the newest is before none."""
    known: dict[str, str | None] = {}
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        text_of = path.read_text("utf-8")
        before = _DOWN_REVISION.search(text_of)
        known[_REVISION.findall(text_of)[0]] = before and before[1]
    return known


def newest_of(known: dict[str, str | None]) -> str:
    """The last of a line of revisions. ValueError where they make more lines than one."""
    (newest,) = known.keys() - known.values()
    return newest


def standing_of(engine: Engine) -> Standing:
    """How the installation's database suits the program."""
    known = revisions_known()
    head, revision = newest_of(known), migration_of(engine)
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


def refuse_unknown_schema_if_there() -> None:
    """`refuse_unknown_schema` for a web process. A database that does not answer is not asked again: the process may be
    one of many that a running server renews, and answers once the database does."""
    try:
        refuse_unknown_schema()
    except OperationalError as error:
        log.warning("schema not checked", extra={"fault": fault_of(error)})


UPDATE_PROGRAM = "Cập nhật chương trình lên bản mới rồi chạy lại. Dữ liệu còn nguyên."


def words_for(standing: Standing) -> str:
    """The sentence on where a database that does not suit stands."""
    if standing.fit is Fit.TOO_NEW:
        return (
            f"Cơ sở dữ liệu ở bản {standing.revision}, mới hơn chương trình (bản {standing.head}) "
            "và không còn dùng với chương trình này được."
        )
    return f"Cơ sở dữ liệu ở bản {standing.revision or 'trống'}, chương trình cần bản {standing.head}."
