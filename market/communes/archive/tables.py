"""Which rows of a table are a commune's, and how a value is written in CSV and read from it."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum

from sqlalchemy import JSON, Boolean, ColumnElement, CompoundSelect, Table, or_, select, union
from sqlalchemy import Enum as EnumType
from sqlalchemy.types import TypeDecorator

from market.base.db import AnyColumn, Base
from market.communes.rules.carried import FILES, LEFT_OUT, NULL, SEALED, SECRETS

COMMUNE, CATEGORY, PERSON = "commune", "category", "person"


def carried_tables() -> list[Table]:
    """What an archive holds, parents first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def rows_to_carry(table: Table, commune_id: int) -> ColumnElement[bool]:
    """Which rows of a table go along: those of the commune, and the people of other communes that they point to, as an
    account is the installation's: who signed up at one may sell in another."""
    own = rows_of_commune(table, commune_id)
    return or_(own, table.c.id.in_(_guests(table, commune_id))) if table.name == PERSON else own


def rows_of_commune(table: Table, commune_id: int) -> ColumnElement[bool]:
    """Which rows of a table are a commune's: by its own column, else by what every row points to, else by any of what a
    row may point to. ValueError for a table that belongs to no commune."""
    if table.name == COMMUNE:
        return table.c.id == commune_id
    if "commune_id" in table.c:
        return table.c.commune_id == commune_id
    found = [_points_into(column, parent, commune_id) for column, parent in _belonging(table)]
    if not found:
        raise ValueError(f"{table.name} belongs to no commune: name it in LEFT_OUT")
    return or_(*found)


def _belonging(table: Table) -> Sequence[tuple[AnyColumn, Table]]:
    """The columns that say whose a row is: the first that every row has, else all but those that name who acted."""
    pointing = [(column, parent) for column in table.columns if (parent := _parent(column)) is not None]
    sure = [(column, parent) for column, parent in pointing if not column.nullable][:1]
    return sure or [(column, parent) for column, parent in pointing if column.name == f"{parent.name}_id"]


def _points_into(column: AnyColumn, parent: Table, commune_id: int) -> ColumnElement[bool]:
    return column.in_(select(parent.c.id).where(rows_of_commune(parent, commune_id)))


def _guests(people: Table, commune_id: int) -> CompoundSelect[int]:
    pointing = [
        select(column).where(rows_of_commune(table, commune_id), column.is_not(None))
        for table in carried_tables()
        if all(parent is not people for _, parent in _belonging(table)) or "commune_id" in table.c
        for column in table.columns
        if _parent(column) is people
    ]
    return union(*pointing)


def _parent(column: AnyColumn) -> Table | None:
    """The carried table that a column points to; its own is none."""
    name = parent_name(column)
    return Base.metadata.tables[name] if name and name not in LEFT_OUT and name != column.table.name else None


def parent_name(column: AnyColumn) -> str | None:
    """The table whose rows a column numbers as a foreign key; of `commune_id` the commune."""
    if column.name == "commune_id":
        return COMMUNE
    return next((key.column.table.name for key in column.foreign_keys if key.column.name == "id"), None)


def is_secret(column: AnyColumn) -> bool:
    return (column.table.name, column.name) in SECRETS


def is_sealed(column: AnyColumn) -> bool:
    return bool(column.name.endswith(SEALED))


def file_column(table: Table) -> AnyColumn | None:
    name = FILES.get(table.name)
    return table.c[name] if name else None


# --- values -----------------------------------------------------------------------------------------------------------


def written(value: object) -> str:
    """A value as it stands in CSV: moments in UTC, days as ISO 8601 has them."""
    if value is None:
        return NULL
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value)
    return f"\\{text}" if text.startswith("\\") else text


def written_in(column: AnyColumn, value: object) -> str:
    """The same, of a column that may hold lists and objects: these as JSON."""
    is_json = isinstance(column.type, JSON) and value is not None
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if is_json else written(value)


def reader(column: AnyColumn) -> Callable[[str], object]:
    """Reads a column's values from CSV. ValueError for what is none."""
    kind = column.type
    if isinstance(kind, JSON):
        return _or_none(json.loads)
    if isinstance(kind, EnumType) and kind.enum_class is not None:
        return _or_none(kind.enum_class)
    if isinstance(kind, Boolean):
        return _or_none(_boolean)
    readers: dict[type, Callable[[str], object]] = {
        datetime: datetime.fromisoformat,
        date: date.fromisoformat,
        int: int,
    }
    return _or_none(readers.get(_python_type(column), _text))


def _python_type(column: AnyColumn) -> type:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return next((one for one in (datetime, date, int) if issubclass(kind.python_type, one)), str)


def _or_none(read: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: None if text == NULL else read(text)


def _text(text: str) -> str:
    return text[1:] if text.startswith("\\") else text


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"“{text}” không phải true hay false.")
    return text == "true"
