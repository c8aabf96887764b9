"""An official document as it is written from its head to its recipients, with annexes behind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import cast

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from market.base.documents import measures as m
from market.base.documents.grid import Grid, write_grid
from market.base.documents.marks import (
    TextCell,
    as_rule,
    first_of,
    fix_widths,
    keep_rows_whole,
    number_page,
    set_font,
    without_padding,
)
from market.base.sealed_zip import sealed

CENTRE, JUSTIFIED, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands above the title. `superior` is the body above, None where it has none on paper; `organ` the issuing
    one, a line each; `number` and `place` as `wording` writes them; `mark` is said under the number ("DỰ THẢO")."""

    superior: str | None
    organ: Sequence[str]
    number: str
    place: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """Who signs: the lines of the office ("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"), the name, and who is sent it."""

    lines: Sequence[str]
    name: str
    recipients: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What the file says of itself."""

    title: str
    author: str
    made_at: datetime


@dataclass(slots=True)
class OfficialDocument:
    """Written from top to bottom: each method adds what comes next."""

    properties: Properties
    _document: Document = field(init=False)

    def __post_init__(self) -> None:
        self._document = docx.Document()
        _drop_thumbnail(self._document)
        _lay_out(self._document.sections[0])
        _set_style(self._document)
        self._set_properties()

    def _set_properties(self) -> None:
        told, at = self._document.core_properties, self.properties.made_at.astimezone(UTC).replace(tzinfo=None)
        told.title, told.author, told.last_modified_by = self.properties.title, self.properties.author, ""
        told.comments, told.language, told.revision = "", "vi-VN", 1
        told.created = told.modified = at.replace(microsecond=0)

    def letterhead(self, head: Letterhead) -> None:
        table = self._document.add_table(rows=2, cols=2)
        fix_widths(table, [m.LEFT_COLUMN, m.RIGHT_COLUMN])
        without_padding(table)
        (organ, nation), (number, place) = ([*row.cells] for row in table.rows)
        _write_organ(organ, head)
        _line(first_of(nation), m.NATION, m.NATION_SIZE, bold=True)
        _line(nation.add_paragraph(), m.MOTTO, m.MOTTO_SIZE, bold=True)
        motto_width = m.text_width(m.MOTTO, m.MOTTO_SIZE, bold=True)
        as_rule(nation.add_paragraph(), motto_width, m.RIGHT_COLUMN)
        _line(first_of(number), head.number, m.NUMBER_SIZE)
        _line(first_of(place), head.place, m.PLACE_SIZE, italic=True)
        if head.mark:
            _line(number.add_paragraph(), head.mark, m.NUMBER_SIZE, bold=True)

    def title(self, kind: str, subject: str) -> None:
        """The kind of document in capitals, what it is about, and the line under it."""
        shape = _line(self._document.add_paragraph(), kind.upper(), m.TITLE_SIZE, bold=True).paragraph_format
        shape.space_before, shape.keep_with_next = Pt(12), True
        _line(self._document.add_paragraph(), subject, m.TITLE_SIZE, bold=True)
        width = min(m.text_width(subject, m.TITLE_SIZE, bold=True), m.TEXT_WIDTH)
        as_rule(self._document.add_paragraph(), width * m.TITLE_RULE, m.TEXT_WIDTH)

    def addressed_to(self, whom: Sequence[str]) -> None:
        """`Kính gửi:` one body on the same line, or several beneath, a dash each."""
        if len(whom) == 1:
            only = _line(self._document.add_paragraph(), f"Kính gửi: {whom[0]}.", m.BODY_SIZE)
            only.paragraph_format.space_after = Pt(m.PARAGRAPH_GAP)
            return
        lines = ["Kính gửi:", *(f"- {one}{'.' if one == whom[-1] else ';'}" for one in whom)]
        for at, line in enumerate(lines):
            added = _line(self._document.add_paragraph(), line, m.BODY_SIZE, centred=False)
            added.paragraph_format.left_indent = Mm(45 if at else 30)
            added.paragraph_format.space_after = Pt(6 if at == len(lines) - 1 else 0)

    def grounds(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._body(line, italic=True)

    def heading(self, text: str) -> None:
        self._body(text, bold=True).paragraph_format.keep_with_next = True

    def paragraph(self, text: str) -> None:
        self._body(text)

    def closing(self, text: str) -> None:
        """The last sentence, on one page with who signs."""
        self._body(text).paragraph_format.keep_with_next = True

    def note(self, text: str) -> None:
        """In italics over the whole width, as small as a table's text."""
        added = _line(self._document.add_paragraph(), text, m.TABLE_SIZE, italic=True, centred=False)
        added.paragraph_format.space_before = Pt(3)
        added.paragraph_format.space_after = Pt(3)

    def grid(self, grid: Grid) -> None:
        write_grid(self._document, grid)

    def signature(self, block: SignatureBlock) -> None:
        table = self._document.add_table(rows=1, cols=2)
        fix_widths(table, [m.TEXT_WIDTH - 83, 83])
        without_padding(table)
        keep_rows_whole(table)
        to, signer = table.rows[0].cells
        _line(first_of(to), "Nơi nhận:", m.RECIPIENTS_HEAD_SIZE, bold=True, italic=True, centred=False)
        for line in block.recipients:
            _line(to.add_paragraph(), line, m.RECIPIENTS_SIZE, centred=False)
        for at, line in enumerate(block.lines):
            _line(signer.add_paragraph() if at else first_of(signer), line, m.SIGNATURE_SIZE, bold=True)
        name = _line(signer.add_paragraph(), block.name, m.SIGNATURE_SIZE, bold=True)
        name.paragraph_format.space_before = Pt(m.SIGNING_GAP)

    def annex(self, number: str, title: str, reference: str, *, is_wide: bool = False) -> None:
        """Begin an annex on a new page; a wide one lies across."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        _lay_out(section, is_wide=is_wide)
        section.different_first_page_header_footer = False
        for text, is_bold in ((number, True), (title.upper(), True), (f"({reference})", False)):
            added = _line(self._document.add_paragraph(), text, m.TITLE_SIZE, bold=is_bold, italic=not is_bold)
            added.paragraph_format.keep_with_next = True
        added.paragraph_format.space_after = Pt(6)

    def to_bytes(self) -> bytes:
        """The file; the same whenever the same was written."""
        out = BytesIO()
        self._document.save(out)
        return sealed(out.getvalue())

    def _body(self, text: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
        added = self._document.add_paragraph()
        _say(added, text, m.BODY_SIZE, bold=bold, italic=italic)
        added.alignment = JUSTIFIED
        shape = added.paragraph_format
        shape.first_line_indent, shape.space_after = Mm(m.FIRST_LINE), Pt(m.PARAGRAPH_GAP)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.MULTIPLE, m.LINE_SPACING
        return added


def _write_organ(cell: TextCell, head: Letterhead) -> None:
    lines = [*([(head.superior, False)] if head.superior else []), *((line, True) for line in head.organ)]
    for at, (text, is_bold) in enumerate(lines):
        _line(cell.add_paragraph() if at else first_of(cell), text.upper(), m.ORGAN_SIZE, bold=is_bold)
    longest = max(m.text_width(line.upper(), m.ORGAN_SIZE, bold=True) for line in head.organ)
    as_rule(cell.add_paragraph(), min(longest, m.LEFT_COLUMN) * m.ORGAN_RULE, m.LEFT_COLUMN)


def _line(
    paragraph: Paragraph, text: str, size: int, *, bold: bool = False, italic: bool = False, centred: bool = True
) -> Paragraph:
    _say(paragraph, text, size, bold=bold, italic=italic)
    paragraph.alignment = CENTRE if centred else LEFT
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _say(paragraph: Paragraph, text: str, size: int, *, bold: bool, italic: bool) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _lay_out(section: Section, *, is_wide: bool = False) -> None:
    """Paper, margins, and the page's number over every page but the first."""
    width, height = (m.PAGE_HEIGHT, m.PAGE_WIDTH) if is_wide else (m.PAGE_WIDTH, m.PAGE_HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(m.TOP), Mm(m.BOTTOM)
    section.left_margin, section.right_margin = Mm(m.LEFT), Mm(m.RIGHT)
    section.header_distance, section.footer_distance, section.gutter = Mm(m.HEADER), Mm(m.HEADER), Mm(0)
    if section.header.is_linked_to_previous and not section.different_first_page_header_footer:
        section.different_first_page_header_footer = True
    head = section.header
    head.is_linked_to_previous = False
    number = head.paragraphs[0]
    number.style = None
    number.alignment = CENTRE
    number.paragraph_format.space_after = Pt(0)
    number_page(number)


def _set_style(document: Document) -> None:
    style = cast(ParagraphStyle, document.styles["Normal"])
    style.font.name, style.font.size = m.FONT, Pt(m.BODY_SIZE)
    set_font(style)
    for language in style.element.rPr.findall(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _drop_thumbnail(document: Document) -> None:
    """The picture of an empty page that python-docx's own template carries."""
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]
