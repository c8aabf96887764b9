"""What an address may hold: anything else leads nowhere, instead of to a database that cannot read it."""

import re

from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

LARGEST_ID = 2**31 - 1


class RowId(IntegerConverter):
    """The number of a row, in plain digits, no larger than a database's whole number."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValidationError
        return number


class Word(BaseConverter):
    """A part of an address. There is no NUL in it: PostgreSQL takes none."""

    regex = r"[^/\0]+"
    part_isolating = True


CONVERTERS: dict[str, type[BaseConverter]] = {"int": RowId, "default": Word}

_LOCAL = re.compile(r"/(?![/\\])[^\\\s\0-\x20\x7f]*").fullmatch


def local_path(typed: str | None) -> str | None:
    """A path of this market to go back to; None for any other site's, however it is dressed (browsers drop tabs)."""
    return typed if typed and _LOCAL(typed) else None
