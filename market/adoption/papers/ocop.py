"""The year's OCOP products as a Word file and as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from market.adoption.queries.ocop import OcopProduct
from market.adoption.rules.reporting.content import DRAFT, FORM_NOT_CHECKED, TITLE
from market.adoption.rules.reporting.signing import Issuer
from market.base.documents.grid import Grid, GridColumn
from market.base.documents.official import Letterhead, OfficialDocument, Properties
from market.base.documents.wording import ended, number_line, place_line
from market.base.spreadsheets.writing import Cell, workbook_of
from market.values.period import day_start, format_date

HEADS = ("STT", "Sản phẩm", "Hạng", "Cơ sở", "Thôn", "Số giấy", "Nơi cấp", "Ngày cấp", "Hết hạn", "Tình trạng")
_WIDTHS = (14, 38, 24, 36, 25, 25, 27, 22, 22, 19)
HOLDS, OVER, NOT_YET = "Còn", "Hết", "Chưa tới"


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopYear:
    """The list of a year, as of a day of it or its last."""

    issuer: Issuer
    year: int
    as_of: date
    products: Sequence[OcopProduct]

    @property
    def subject(self) -> str:
        return f"Danh sách sản phẩm OCOP {self.issuer.commune.name} năm {self.year}"

    @property
    def made_at(self) -> datetime:
        return day_start(self.as_of)

    @property
    def summary(self) -> str:
        if not self.products:
            return f"Năm {self.year}, sổ của xã chưa ghi sản phẩm OCOP nào đã xem giấy"
        holding = sum(one.holds_on(self.as_of) for one in self.products)
        new = sum(one.valid_from.year == self.year for one in self.products)
        return (
            f"Năm {self.year}, xã có {len(self.products)} sản phẩm OCOP đã xem giấy, trong đó {new} được cấp trong "
            f"năm; đến ngày {format_date(self.as_of)} còn hiệu lực {holding}"
        )

    def rows(self) -> list[tuple[str, ...]]:
        return [(str(at), *_told(one, self.as_of)) for at, one in enumerate(self.products, start=1)]


def _told(one: OcopProduct, as_of: date) -> tuple[str, ...]:
    until = format_date(one.valid_to) if one.valid_to else "không ghi"
    state = HOLDS if one.holds_on(as_of) else NOT_YET if one.valid_from > as_of else OVER
    return (
        *(one.scope, one.kind, one.business, one.hamlet, one.number, one.issuer),
        *(format_date(one.valid_from), until, state),
    )


def ocop_docx(listed: OcopYear) -> bytes:
    issuer = listed.issuer
    document = OfficialDocument(properties=Properties(title=listed.subject, author=issuer.name, made_at=listed.made_at))
    document.letterhead(
        Letterhead(
            superior=issuer.superior,
            organ=issuer.organ,
            number=number_line(None, issuer.symbol),
            place=place_line(issuer.commune.place, None, year=listed.year),
            mark=DRAFT,
        )
    )
    document.title(TITLE, listed.subject)
    document.paragraph(ended(listed.summary))
    document.note(FORM_NOT_CHECKED)
    if listed.products:
        columns = [GridColumn(head=head, width=width) for head, width in zip(HEADS, _WIDTHS, strict=True)]
        document.annex("Phụ lục", listed.subject, "Kèm theo báo cáo trên", is_wide=True)
        document.grid(Grid(columns=columns, rows=listed.rows()))
    return document.to_bytes()


def ocop_xlsx(listed: OcopYear) -> bytes:
    rows: list[list[Cell]] = [[listed.subject], [listed.summary + "."], [FORM_NOT_CHECKED], list(HEADS)]
    rows.extend([at, *told[1:]] for at, told in enumerate(listed.rows(), start=1))
    return workbook_of([(f"OCOP {listed.year}", rows)])
