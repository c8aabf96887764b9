"""How the codes of lots and stamps, and kinds of work, stand in addresses."""

from werkzeug.routing import BaseConverter

from market.trace.rules import JournalKind
from market.values.codes import squash


class LotCode(BaseConverter):
    """A lot's code in any case."""

    regex = "[Ll][0-9]{6}[A-Za-z]{1,3}"

    def to_python(self, value: str) -> str:
        return value.upper()


class StampCode(BaseConverter):
    """A stamp's code however it was typed: any case, with dashes, O for 0. Anything else arrives as it is read."""

    regex = "[^/]{1,60}"

    def to_python(self, value: str) -> str:
        return squash(value)


class Work(BaseConverter):
    """A kind of work: `thu-hoach`."""

    regex = "|".join(kind.slug for kind in JournalKind)

    def to_python(self, value: str) -> JournalKind:
        return JournalKind(value.replace("-", "_"))

    def to_url(self, value: JournalKind) -> str:
        return JournalKind(value).slug


CONVERTERS: dict[str, type[BaseConverter]] = {"lot": LotCode, "stamp": StampCode, "work": Work}
