"""A small workbook for people: codes keep their zeros, nothing is a formula, the same cells give the same bytes."""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from market.base.sealed_zip import member
from market.base.spreadsheets.columns import letters_of
from market.base.spreadsheets.filling import as_xml_text

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_LONGEST_NAME = 31
_WIDEST = 60

Cell = str | int
"""Text, or a whole number that can be added up."""
Page = tuple[str, Sequence[Sequence[Cell]]]
"""A sheet's name and its rows."""


def workbook_of(pages: Sequence[Page]) -> bytes:
    """An .xlsx with these sheets, text and whole numbers; one empty sheet where there is none."""
    pages = pages or [("Trống", [])]
    named = [(_name(name, at if len(pages) > 1 else 0), rows) for at, (name, rows) in enumerate(pages, start=1)]
    members = _frame([name for name, _rows in named])
    members |= {f"xl/{_member(at)}": _sheet(rows) for at, (_named, rows) in enumerate(named, start=1)}
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for path, xml in members.items():
            package.writestr(member(path), _HEAD + xml)
    return out.getvalue()


def _name(text: str, number: int) -> str:
    """What a sheet may be called: none of Excel's signs for places, 31 letters, none twice."""
    plain = "".join(" " if c in "[]:*?/\\" else c for c in text).strip(" '") or "Trang"
    return (f"{number}. {plain}" if number else plain)[:_LONGEST_NAME]


def _member(number: int) -> str:
    return f"worksheets/sheet{number}.xml"


def _frame(names: Sequence[str]) -> dict[str, str]:
    """The members that say which sheets there are."""
    sheets = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1))
    numbers = range(1, len(names) + 1)
    parts = "".join(_part(f"/xl/{_member(n)}", "worksheet") for n in numbers)
    links = "".join(_link(f"r{n}", "worksheet", _member(n)) for n in numbers)
    relations = f'<Default Extension="rels" ContentType="{_RELATIONS}"/>'
    types = f"{relations}{_part('/xl/workbook.xml', 'sheet.main')}{parts}"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": _links(_link("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(links),
    }


def _part(path: str, kind: str) -> str:
    return f'<Override PartName="{path}" ContentType="{_TYPE}.{kind}+xml"/>'


def _link(name: str, kind: str, path: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{path}"/>'


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    lines = "".join(f'<row r="{number}">{_cells(row, number)}</row>' for number, row in enumerate(rows, start=1))
    return f'<worksheet xmlns="{_MAIN}">{_columns(rows)}<sheetData>{lines}</sheetData></worksheet>'


def _columns(rows: Sequence[Sequence[Cell]]) -> str:
    """Each as wide as its longest text, within what a screen shows."""
    longest = [0] * max(map(len, rows), default=0)
    for row in rows:
        for at, value in enumerate(row):
            longest[at] = max(longest[at], len(str(value)))
    told = "".join(
        f'<col min="{n}" max="{n}" width="{min(_WIDEST, length + 2)}" customWidth="1"/>'
        for n, length in enumerate(longest, 1)
    )
    return f"<cols>{told}</cols>" if told else ""


def _cells(row: Sequence[Cell], number: int) -> str:
    places = ((f"{letters_of(column)}{number}", value) for column, value in enumerate(row, start=1))
    return "".join(_cell(place, value) for place, value in places if value != "")


def _cell(place: str, value: Cell) -> str:
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{as_xml_text(value)}</t></is></c>'
