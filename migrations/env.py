"""Runs migrations, all of them or none. On SQLite: foreign keys off while a table is rebuilt, its triggers kept."""

import sys
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import BigInteger, Connection, Engine, Enum, Text, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator, TypeEngine

import market.accounts.models
import market.adoption.models
import market.base.audit
import market.base.backup_record
import market.base.health
import market.base.jobs
import market.catalog.models
import market.channels.models
import market.communes.models
import market.feedback.models
import market.notices.models
import market.orders.models
import market.outreach.models
import market.payments.models
import market.places.models
import market.sellers.models
import market.trace.models  # noqa: F401 - every table must be known
from market.base.db import Base, UtcTime
from market.base.ddl import KeptTriggers
from market.base.errors import Refused
from market.base.jobs.apart import place_of
from market.base.logs import fault_of
from market.base.migrations import GIVEN, note_last_contract
from market.base.revisions import REVISIONS, UPDATE_PROGRAM, Fit, fit_of, migration_of, revision_in, revisions_in
from market.base.schema import listed, missing_from

UNTOUCHED = "Chưa có gì bị đổi."
target = current_app.extensions["migrate"].db


def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Full-text tables belong to `market.base.ddl`, not to the models."""
    return not (kind == "table" and (name or "").startswith("product_fts")) and name != "ix_product_fts"


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Value types are written as what the database stores, so that an old migration never follows new code."""
    if kind != "type":
        return False
    if isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, TypeDecorator) and isinstance(item.impl_instance, BigInteger):
        return "sa.BigInteger()"
    if isinstance(item, TypeDecorator) and isinstance(item.impl_instance, Text):
        return "sa.Text()"
    return False


def compare_type(
    _context: object, _column: object, _metadata_column: object, inspected: TypeEngine[Any], metadata: TypeEngine[Any]
) -> bool | None:
    """Enums are text with a CHECK; nothing else differs from the default comparison."""
    return False if isinstance(metadata, Enum) and not isinstance(inspected, BigInteger) else None


def migrate(connection: Connection, began_at: str | None) -> None:
    triggers = KeptTriggers(connection) if connection.dialect.name == "sqlite" else None

    def after_step(*, heads: set[str], **_step: object) -> None:
        if triggers:
            triggers.restore()
        note_last_contract(connection, context.script, heads)

    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_ours,
        render_item=render_item,
        compare_type=compare_type,
        render_as_batch=True,
        on_version_apply=after_step,
    )
    with context.begin_transaction():
        context.run_migrations()
        if began_at not in (None, *(heads := context.script.get_heads())):
            refuse_what_is_still_missing(connection, heads)


def refuse_what_is_still_missing(connection: Connection, heads: list[str]) -> None:
    """A database that was none of ours to begin with (a column dropped by hand, an edit nobody knows) would carry the
    newest number over pages that fail."""
    if connection.scalar(text(f"SELECT version_num FROM {REVISIONS}")) not in heads:  # noqa: S608 - a constant
        return
    if missing := missing_from(connection):
        raise Refused(
            "schema_not_mendable",
            f"Không nâng cấp được: cơ sở dữ liệu này không giống bản nào đã phát hành. {listed(missing)} {UNTOUCHED} "
            "Đừng sửa tay: sao lưu, rồi báo người phát triển kèm các tên trên.",
        )


def is_past_us(engine: Engine, began_at: str | None) -> bool:
    """Whether the database is ahead of this program, which can still serve it. Refused where it cannot."""
    fit = fit_of(engine, began_at, revisions_in(Path(context.script.versions)))
    if fit is Fit.TOO_NEW:
        raise Refused("schema_newer", f"Không nâng cấp được: cơ sở dữ liệu ở bản {began_at}. {UPDATE_PROGRAM}")
    if fit is Fit.NEWER:
        said = f"Cơ sở dữ liệu ở bản {began_at}, mới hơn chương trình nhưng vẫn hợp: không có gì để nâng cấp."
        print(said, file=sys.stderr)
    return fit is Fit.NEWER


def run() -> None:
    engine = target.engine
    began_at = migration_of(engine)
    if is_past_us(engine, began_at):
        return
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="READ COMMITTED")
            migrate(connection, began_at)
            connection.commit()
            return
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            migrate(connection, began_at)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration left {len(broken)} rows pointing nowhere, first in {broken[0][0]}")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


given = context.config.attributes.get(GIVEN)
try:
    if given is None:
        run()
    else:
        migrate(given, revision_in(given))
except Refused as refusal:
    if given is not None:
        raise
    sys.exit(refusal.sentence)
except DBAPIError as error:
    if given is not None:
        raise
    said = f"Không nâng cấp được: cơ sở dữ liệu báo lỗi ({fault_of(error)}; {place_of(error)}). {UNTOUCHED}"
    sys.exit(f"{said} Sao lưu, rồi báo người phát triển kèm câu này.")
