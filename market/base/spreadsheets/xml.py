"""Reading workbook XML by events: local tag names, byte offsets, no entities."""

from xml.parsers import expat

from market.base.spreadsheets.guard import NOT_XLSX, BadSpreadsheet


class Enough(Exception):
    """Raised by a listener that has heard all it needs."""


class Malformed(BadSpreadsheet):
    """What was to be XML is none."""


class XmlListener:
    """Hears nothing; each reader overrides what it needs, and only what it overrides is called."""

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None: ...
    def end(self, tag: str, offset: int) -> None: ...
    def text(self, text: str) -> None: ...


def parse(xml: bytes, handler: XmlListener, encoding: str | None = "utf-8") -> None:
    """Feeds local tag names and byte offsets; refuses a document type (entities) and, unless told, all but UTF-8.

    Malformed where it is no XML.
    """
    if encoding and b"\x00" in xml:  # UTF-16, which expat would follow in spite of what it is told
        raise BadSpreadsheet(NOT_XLSX)
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    _listen(parser, handler)
    try:
        parser.Parse(xml, True)
    except Enough:
        return
    except expat.ExpatError as error:
        raise Malformed(NOT_XLSX) from error


def _listen(parser: expat.XMLParserType, handler: XmlListener) -> None:
    def started(tag: str, attributes: dict[str, str]) -> None:
        handler.start(tag.rpartition(":")[2], attributes, parser.CurrentByteIndex)

    def ended(tag: str) -> None:
        handler.end(tag.rpartition(":")[2], parser.CurrentByteIndex)

    kind = type(handler)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if kind.start is not XmlListener.start:
        parser.StartElementHandler = started
    if kind.end is not XmlListener.end:
        parser.EndElementHandler = ended
    if kind.text is not XmlListener.text:
        parser.CharacterDataHandler = handler.text


def _refuse_doctype(*_: object) -> None:
    raise BadSpreadsheet(NOT_XLSX)
