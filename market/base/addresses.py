"""What an address may hold: anything else leads nowhere, instead of to a database that cannot read it."""

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
