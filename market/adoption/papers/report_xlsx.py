"""The report as a workbook: the same words and figures, numbers as numbers."""

from market.adoption.papers import AddressOf
from market.adoption.rules.reporting.content import FORM_NOT_CHECKED, TITLE, FigureLine, ReportContent
from market.adoption.rules.reporting.table import HEADS
from market.base.documents.measures import MOTTO, NATION
from market.base.spreadsheets.writing import Cell, workbook_of

_CODES = ("STT", "Số liệu", "Kỳ này", "Mã kỳ này", "Kỳ trước", "Mã kỳ trước", "Mở dòng số liệu tại")


def report_xlsx(content: ReportContent, address_of: AddressOf) -> bytes:
    return workbook_of(
        [
            ("Báo cáo", _words(content)),
            ("Bảng chỉ tiêu", _table(content)),
            ("Mã số liệu", _codes(content, address_of)),
        ]
    )


def _words(content: ReportContent) -> list[list[Cell]]:
    issuer = content.issuer
    lines = [
        *([issuer.superior.upper()] if issuer.superior else []),
        " ".join(issuer.organ).upper(),
        content.number,
        *([content.mark] if content.mark else []),
        NATION,
        MOTTO,
        content.place,
        TITLE.upper(),
        content.subject,
        *(f"Kính gửi: {whom}" for whom in issuer.addressed_to),
        *content.grounds,
        content.opening,
        *(line for section in content.sections for line in (section.heading, *section.paragraphs)),
        content.closing,
        "Nơi nhận:",
        *content.recipients,
        *issuer.lines,
        content.paper.signer,
        *content.stamps,
    ]
    return [[line] for line in lines]


def _table(content: ReportContent) -> list[list[Cell]]:
    rows: list[list[Cell]] = [list(HEADS)]
    for at, row in enumerate(content.table, start=1):
        told = (row.words, row.unit, row.target, row.before, row.now, row.total, row.reached, row.change)
        rows.append([at, *map(_cell, told), str(row.code), row.note])
    return [*rows, [FORM_NOT_CHECKED]]


def _cell(text: str) -> Cell:
    """A count as a number; a percentage and a change with its sign stay as they are written."""
    return int(text) if text.isdecimal() else text


def _codes(content: ReportContent, address_of: AddressOf) -> list[list[Cell]]:
    rows: list[list[Cell]] = [list(_CODES)]
    for at, one in enumerate([*content.figures, *content.parts], start=1):
        rows.append(_code_row(at, one, address_of))
    rows.extend([stamp] for stamp in content.stamps)
    return rows


def _code_row(number: int, line: FigureLine, address_of: AddressOf) -> list[Cell]:
    before: list[Cell] = ["", ""] if line.before is None else [line.before, str(line.before_code)]
    return [number, line.words, line.value, str(line.code), *before, address_of(str(line.code))]
