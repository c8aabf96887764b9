"""The marks that python-docx has no word for: lines drawn as borders, the page's number, links, bare cells."""

from typing import Protocol

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from market.base.documents.measures import FONT, PAGE_NUMBER_SIZE

_RULE_EIGHTHS = 6
"""How thick a drawn line is, in eighths of a point."""
_FONT_KINDS = ("ascii", "hAnsi", "eastAsia", "cs")
_LINK_COLOUR = "0B5A36"


def set_font(style: ParagraphStyle) -> None:
    """Every kind of letter in the one font that the decree names."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind in _FONT_KINDS:
        fonts.set(qn(f"w:{kind}"), FONT)


def as_rule(paragraph: Paragraph, width: float, column: float) -> None:
    """Make an empty paragraph a solid line, so many millimetres long, in the middle of a column."""
    indent = Mm((column - width) / 2)
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = indent
    shape.first_line_indent = Mm(0)
    shape.space_before, shape.space_after = Pt(1), Pt(3)
    shape.line_spacing = Pt(2)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", str(_RULE_EIGHTHS)), ("space", "0"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")


def number_page(paragraph: Paragraph) -> None:
    """The number of the page, as the reader counts it."""
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(PAGE_NUMBER_SIZE)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def add_link(paragraph: Paragraph, text: str, address: str, size: float) -> None:
    """A text that opens an address; it reads as the rest on paper."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = Run(OxmlElement("w:r"), paragraph)
    run.text = text
    run.font.size = Pt(size)
    run.font.underline = True
    colour = OxmlElement("w:color")
    colour.set(qn("w:val"), _LINK_COLOUR)
    run._r.get_or_add_rPr().append(colour)
    link.append(run._r)
    paragraph._p.append(link)


def fix_widths(table: Table, widths: list[float]) -> None:
    """Columns of so many millimetres, whatever stands in them."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def without_padding(table: Table) -> None:
    """The text of a cell begins at its edge."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def repeat_head(table: Table) -> None:
    """Its first row stands over the table on every page that it reaches."""
    _mark_row(table, 0, "w:tblHeader")


def keep_rows_whole(table: Table) -> None:
    """No page's end cuts a row in two."""
    for at in range(len(table.rows)):
        _mark_row(table, at, "w:cantSplit")


def _mark_row(table: Table, at: int, name: str) -> None:
    table._tbl.tr_lst[at].get_or_add_trPr().append(OxmlElement(name))


class TextCell(Protocol):
    """A cell of a table: paragraphs, one at least."""

    @property
    def paragraphs(self) -> list[Paragraph]: ...

    def add_paragraph(self) -> Paragraph: ...


def first_of(cell: TextCell) -> Paragraph:
    """The paragraph that every cell has."""
    return cell.paragraphs[0]
