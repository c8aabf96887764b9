"""What an address may hold: anything else leads nowhere, instead of to a database that cannot read it."""

import re
from urllib.parse import SplitResult, urlsplit

from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

LARGEST_ID = 2**31 - 1
LONGEST_ID = len(str(LARGEST_ID))


class RowId(IntegerConverter):
    """The number of a row, in plain digits, no larger than a database's whole number."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValidationError
        return number


def row_number(typed: str) -> int:
    """The number of a row, or of a page, as a form or the rest of an address says it; ValueError for one that no row
    has. To be given as `type=` where int would let in what a database cannot count to."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_ID else 0
    if not 0 < number <= LARGEST_ID:
        raise ValueError("no row has this number")
    return number


class Word(BaseConverter):
    """A part of an address. There is no NUL in it: PostgreSQL takes none."""

    regex = r"[^/\0]+"
    part_isolating = True


CONVERTERS: dict[str, type[BaseConverter]] = {"int": RowId, "default": Word}


def parts_of(address: str) -> SplitResult:
    """The parts of an address that somebody sent; all of them empty where it is none (`http://[`)."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


_LOCAL = re.compile(r"/(?![/\\])[^\\\s\0-\x20\x7f]*").fullmatch


def local_path(typed: str | None) -> str | None:
    """A path of this market to go back to; None for any other site's, however it is dressed (browsers drop tabs)."""
    return typed if typed and _LOCAL(typed) else None
