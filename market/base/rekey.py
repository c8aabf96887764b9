"""Bringing what is kept under older data keys to the key in use, so that the older ones can be taken away.

A column `*_cipher` is sealed anew. A keyed hash is made anew where its row keeps the plain text; one whose plain text
nobody keeps (an ID number) stays under the key it names, and is looked up under every key: which is which,
`Column.info[PLAIN]` says. Other hashes serve for minutes or days (a code, a try, a form) and are left to run out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Column, Table, func, select

from market.base.db import Base, locked_all, reading, transaction
from market.base.seals import forget_older_seals, keep_seal
from market.base.secrets import vault

PLAIN = "plain"
"""In a digest column's `info`: `Plain`, or None where its plain text is kept nowhere."""
AT_ONCE = 500
"""Rows of a transaction: others write meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What a digest is made of: its purpose, and how its plain text is read from the row."""

    purpose: str
    of: Callable[[Any], str]


@dataclass(slots=True, kw_only=True)
class Rekeyed:
    """What was done: values brought to the key in use; by column those that no key opens, and those that need an older
    key for as long as they are kept."""

    renewed: int = 0
    unopened: dict[str, int] = field(default_factory=dict)
    older: dict[str, int] = field(default_factory=dict)


def rekey() -> Rekeyed:
    """Bring everything that can be to the first of the data keys. Idempotent, and may be stopped at any moment."""
    done = Rekeyed()
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        columns = [column for column in cast(Table, mapper.local_table).columns if is_renewable(column)]
        if columns:
            _rekey_table(mapper.class_, columns, done)
    done.older = {name: count for name, count in map(_count_older, _lasting()) if count}
    keep_seal()
    if not done.older and not done.unopened:
        with transaction() as session:
            forget_older_seals(session)
    return done


def is_renewable(column: "Column[Any]") -> bool:
    """Whether its values can be brought to another key: those that are sealed, and hashes of a plain text at hand."""
    return column.name.endswith("_cipher") or column.info.get(PLAIN) is not None


def _lasting() -> "list[Column[Any]]":
    tables = Base.metadata.sorted_tables
    return [column for table in tables for column in table.columns if PLAIN in column.info]


def _rekey_table(model: type[Any], columns: "list[Column[Any]]", done: Rekeyed) -> None:
    last = 0
    while ids := reading().scalars(select(model.id).where(model.id > last).order_by(model.id).limit(AT_ONCE)).all():
        with transaction() as session:
            for one in locked_all(session, model, model.id.in_(ids)):
                for column in columns:
                    _renew(one.row, column, done)
        last = ids[-1]


def _renew(row: Any, column: "Column[Any]", done: Rekeyed) -> None:
    kept = getattr(row, column.name)
    if not kept or vault().is_current(kept):
        return
    plain: Plain | None = column.info.get(PLAIN)
    try:
        renewed = vault().digest(plain.purpose, plain.of(row)) if plain else vault().encrypt(vault().decrypt(kept))
    except ValueError:
        name = f"{column.table.name}.{column.name}"
        done.unopened[name] = done.unopened.get(name, 0) + 1
        return
    setattr(row, column.name, renewed)
    done.renewed += 1


def _count_older(column: "Column[Any]") -> tuple[str, int]:
    is_older = ~column.startswith(vault().prefix, autoescape=True)
    count = reading().scalar(select(func.count()).where(column.is_not(None), is_older))
    return f"{column.table.name}.{column.name}", count or 0
