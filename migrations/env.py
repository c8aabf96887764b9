"""Runs migrations. On SQLite: foreign keys off while a table is rebuilt, its triggers kept, all of it or none."""

import sys
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import BigInteger, Connection, Enum, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

import market.accounts.models
import market.adoption.models
import market.base.audit
import market.base.jobs
import market.catalog.models
import market.channels.models
import market.notices.models
import market.orders.models
import market.payments.models
import market.places.models
import market.sellers.models
import market.trace.models  # noqa: F401 - every table must be known
from market.base.db import Base, UtcTime
from market.base.ddl import KeptTriggers
from market.base.errors import Refused
from market.base.migrations import note_last_contract

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


def migrate(connection: Connection) -> None:
    triggers = KeptTriggers(connection) if connection.dialect.name == "sqlite" else None

    def after_step(*, heads: set[str], **_step: object) -> None:
        if triggers:
            triggers.mend()
        note_last_contract(connection, context.script, heads)

    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_ours,
        render_item=render_item,
        compare_type=compare_type,
        render_as_batch=True,
        transaction_per_migration=True,
        on_version_apply=after_step,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    engine = target.engine
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="READ COMMITTED")
            migrate(connection)
            connection.commit()
            return
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            migrate(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration left {len(broken)} rows pointing nowhere, first in {broken[0][0]}")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


try:
    run()
except Refused as refusal:
    sys.exit(refusal.sentence)
