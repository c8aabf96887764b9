"""Reading workbook XML by events: local tag names, byte offsets, no entities."""

from xml.parsers import expat

from market.channels.workbook.guard import NOT_XLSX


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


class Enough(Exception):
    """Raised by a listener that has heard all it needs."""


class Listener:
    """Hears nothing; each reader overrides what it needs."""

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None: ...
    def end(self, tag: str, offset: int) -> None: ...
    def text(self, text: str) -> None: ...


def parse(xml: bytes, handler: Listener) -> None:
    """Feeds local tag names and byte offsets; refuses a document type (entities) and any encoding but UTF-8."""
    if b"\x00" in xml:  # UTF-16, which expat would follow in spite of what it is told
        raise ValueError(NOT_XLSX)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attrs: handler.start(_local(tag), attrs, parser.CurrentByteIndex)
    parser.EndElementHandler = lambda tag: handler.end(_local(tag), parser.CurrentByteIndex)
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except Enough:
        return
    except expat.ExpatError as error:
        raise ValueError(NOT_XLSX) from error


def _refuse_doctype(*_: object) -> None:
    raise ValueError(NOT_XLSX)
