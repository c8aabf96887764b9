"""The report as a Word file."""

from collections.abc import Sequence

from market.adoption.papers import AddressOf
from market.adoption.rules.reporting.content import FORM_NOT_CHECKED, TITLE, FigureLine, ReportContent
from market.adoption.rules.reporting.table import HEADS, NOTHING, IndicatorRow
from market.base.documents.grid import Grid, GridCell, GridColumn, LinkedText
from market.base.documents.official import Letterhead, OfficialDocument, Properties, SignatureBlock

_TABLE_WIDTHS = (14, 80, 15, 14, 15, 15, 15, 14, 15, 36, 19)
_ANNEX = (
    GridColumn(head="STT", width=14),
    GridColumn(head="Số liệu", width=45),
    GridColumn(head="Kỳ này", width=14, is_number=True),
    GridColumn(head="Mã kỳ này", width=36),
    GridColumn(head="Kỳ trước", width=15, is_number=True),
    GridColumn(head="Mã kỳ trước", width=41),
)
_PARTS = (
    GridColumn(head="STT", width=14),
    GridColumn(head="Thôn, loại hình", width=86),
    GridColumn(head="Kỳ này", width=20, is_number=True),
    GridColumn(head="Mã", width=45),
)


def report_docx(content: ReportContent, address_of: AddressOf) -> bytes:
    document = OfficialDocument(
        properties=Properties(title=content.subject, author=content.issuer.name, made_at=content.made_at)
    )
    _write_body(document, content)
    table, codes = content.annexes
    document.annex(table.number, table.title, table.reference, is_wide=True)
    document.grid(_indicator_grid(content.table, address_of))
    document.note(FORM_NOT_CHECKED)
    document.annex(codes.number, codes.title, codes.reference)
    figures = [_figure_cells(at, one, address_of) for at, one in enumerate(content.figures, start=1)]
    document.grid(Grid(columns=_ANNEX, rows=figures))
    if content.parts:
        document.note("Theo thôn và loại hình, kỳ này:")
        parts = [_part_cells(at, one, address_of) for at, one in enumerate(content.parts, start=1)]
        document.grid(Grid(columns=_PARTS, rows=parts))
    for stamp in content.stamps:
        document.note(stamp)
    return document.to_bytes()


def _write_body(document: OfficialDocument, content: ReportContent) -> None:
    issuer = content.issuer
    document.letterhead(
        Letterhead(
            superior=issuer.superior,
            organ=issuer.organ,
            number=content.number,
            place=content.place,
            mark=content.mark,
        )
    )
    document.title(TITLE, content.subject)
    document.addressed_to(issuer.addressed_to)
    document.grounds(content.grounds)
    document.paragraph(content.opening)
    for section in content.sections:
        document.heading(section.heading)
        for paragraph in section.paragraphs:
            document.paragraph(paragraph)
    document.closing(content.closing)
    document.signature(SignatureBlock(lines=issuer.lines, name=content.paper.signer, recipients=content.recipients))


def _indicator_grid(rows: Sequence[IndicatorRow], address_of: AddressOf) -> Grid:
    columns = [
        GridColumn(head=head, width=width, is_number=3 <= at <= 8)
        for at, (head, width) in enumerate(zip(HEADS, _TABLE_WIDTHS, strict=True))
    ]
    return Grid(columns=columns, rows=[_indicator_cells(at, row, address_of) for at, row in enumerate(rows, start=1)])


def _indicator_cells(number: int, row: IndicatorRow, address_of: AddressOf) -> list[GridCell]:
    code = str(row.code)
    told = (str(number), row.words, row.unit, row.target, row.before, row.now, row.total, row.reached, row.change)
    return [*told, LinkedText(text=code, address=address_of(code)), row.note]


def _figure_cells(number: int, line: FigureLine, address_of: AddressOf) -> list[GridCell]:
    before: list[GridCell] = [NOTHING, NOTHING]
    if line.before_code is not None:
        code = str(line.before_code)
        before = [str(line.before), LinkedText(text=code, address=address_of(code))]
    return [*_part_cells(number, line, address_of), *before]


def _part_cells(number: int, line: FigureLine, address_of: AddressOf) -> list[GridCell]:
    code = str(line.code)
    return [str(number), line.words, str(line.value), LinkedText(text=code, address=address_of(code))]
