"""A small workbook of text for people: codes keep their zeros, nothing is a formula."""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from market.base.spreadsheets.columns import letters_of
from market.base.spreadsheets.filling import as_xml_text

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LONGEST_NAME = 31

Page = tuple[str, Sequence[Sequence[str]]]
"""A sheet's name and its rows."""


def workbook_of(pages: Sequence[Page]) -> bytes:
    """An .xlsx with these sheets, every cell text; one empty sheet where there is none."""
    pages = pages or [("Trống", [])]
    numbers = range(1, len(pages) + 1)
    names = [
        f"{number}. {_name(name)}"[:_LONGEST_NAME] if len(pages) > 1 else _name(name)
        for number, (name, _rows) in zip(numbers, pages, strict=True)
    ]
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        f'"{_TYPE}.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
    } | {
        f"xl/worksheets/sheet{number}.xml": _sheet(rows) for number, (_name_, rows) in zip(numbers, pages, strict=True)
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for path, xml in members.items():
            package.writestr(path, _HEAD + xml)
    return out.getvalue()


def _name(text: str) -> str:
    """What a sheet may be called: none of Excel's signs for places, 31 letters."""
    return "".join(" " if c in "[]:*?/\\" else c for c in text).strip(" '")[:_LONGEST_NAME] or "Trang"


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    lines = "".join(f'<row r="{number}">{_cells(row, number)}</row>' for number, row in enumerate(rows, start=1))
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cells(row: Sequence[str], number: int) -> str:
    return "".join(
        f'<c r="{letters_of(column)}{number}" t="inlineStr"><is><t xml:space="preserve">{as_xml_text(text)}</t></is></c>'
        for column, text in enumerate(row, start=1)
        if text
    )
