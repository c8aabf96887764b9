"""The tables of an archive in words: what each holds, its columns, what they point to."""

import re
from collections.abc import Iterator
from typing import cast

from sqlalchemy import Table

from market.base.db import AnyColumn, Base
from market.communes.archive.tables import (
    CATEGORY,
    carried_tables,
    file_column,
    is_sealed,
    is_secret,
    parent_name,
)
from market.communes.rules.carried import LEFT_OUT, SECRETS

HEAD = """# The archive of one commune

`flask commune export CODE --archive FILE.tar.gz` writes it, `flask commune import FILE.tar.gz` brings it into another
installation of the same version. It is a compressed tar: each table as a CSV file under `bang/` (UTF-8, commas, the
first line names the columns), pictures and templates under `storage/`, this page as `bang.md`, and `manifest.json` with
the number of rows, the SHA-256 of every member, what is left out and why, and the KPI of the day on which it left: it
comes in only where that comes out the same.

No value is written `\\N`; a text that begins with a backslash has one more before it. Moments are in UTC, days are
year-month-day, money is in đồng, amounts are in thousandths of their unit. Numbers of rows (`id`, and what points to
one) are those of the installation that the commune left: where it comes in, every one is given anew and points to the
same row. Columns that are sealed open under the data key of the installation that they left alone: hand it over by
another way, as the last of `CHOSO_DATA_KEYS`, then run `flask rekey`. Passwords and sign-ins stay behind: people set a
new password with a slip of their office, the first officer with `flask reset-officer`.
"""


KINDS = {
    "BigInteger": "number",
    "WholeNumber": "whole number",
    "DongType": "đồng",
    "Text": "text",
    "PhoneType": "phone (E.164)",
    "TaxIdType": "tax code",
    "UtcTime": "moment",
    "Date": "day",
    "Boolean": "true or false",
    "JSON": "JSON",
}


def description() -> str:
    """The page `docs/commune-archive.md`, and the member of every archive that explains it."""
    lines = [HEAD, "## Tables that go along\n", *_tables(), "## Tables that stay\n"]
    lines += [f"- `{name}`: {why}." for name, why in sorted(LEFT_OUT.items())]
    lines += ["", "## Columns that are left empty\n"]
    lines += [f"- `{table}.{column}`: {why}." for (table, column), why in sorted(SECRETS.items())]
    return "\n".join(lines) + "\n"


def _tables() -> Iterator[str]:
    says = {cast(Table, one.local_table).name: one.class_.__doc__ or "" for one in Base.registry.mappers}
    for table in carried_tables():
        yield f"### `{table.name}`\n"
        yield f"{_first_sentence(says[table.name])}\n"
        named = file_column(table)
        yield (
            "; ".join(
                f"`{column.name}` {_told(column)}" + (", a file under `storage/`" if column is named else "")
                for column in table.columns
            )
            + ".\n"
        )


def _first_sentence(text: str) -> str:
    words = re.sub(r"\s+", " ", text).strip()
    return re.split(r"(?<=[.:]) (?=[A-Z`])", words)[0]


def _told(column: AnyColumn) -> str:
    parent = parent_name(column)
    if is_secret(column):
        return "stays"
    if is_sealed(column):
        return "sealed under the data key"
    if parent == CATEGORY:
        return "code of a category"
    if parent in LEFT_OUT:
        return "stays"
    kind = f"row of `{parent}`" if parent else _kind(column)
    return f"{kind}, may be empty" if column.nullable else kind


def _kind(column: AnyColumn) -> str:
    choices = getattr(column.type, "enums", None)
    if choices:
        return "one of " + ", ".join(f"`{one}`" for one in choices)
    return KINDS[type(column.type).__name__]
