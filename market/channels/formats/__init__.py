"""The marketplaces whose own templates are filled, one folder each: a new one is its folder, its tests and its line."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.base.spreadsheets.filling import with_rows
from market.base.spreadsheets.guard import BadSpreadsheet
from market.base.spreadsheets.workbook import Workbook, open_workbook
from market.channels.formats.lazada.format import Lazada
from market.channels.formats.shopee.format import Shopee
from market.channels.formats.template import HEAD
from market.channels.formats.tiktok.format import TikTok
from market.channels.ports import ChannelFormat
from market.channels.rules import ChannelListing, FilledRows, Row, TemplateManifest

FORMATS: dict[str, ChannelFormat] = {one.name: one for one in (Shopee(), TikTok(), Lazada())}
"""By the name in addresses, in the order in which sellers are shown them."""

AGAIN = "Hãy tải lại mẫu từ kênh người bán của sàn và gửi nguyên tệp."


def labels() -> dict[str, str]:
    """What people call each marketplace, by its name."""
    return {name: one.label for name, one in FORMATS.items()}


@dataclass(frozen=True, kw_only=True)
class Template:
    """A seller's own template, opened once: read for what it asks for, and filled."""

    book: Workbook
    manifest: TemplateManifest


def open_template(raw: bytes, expected: str | None = None) -> Template:
    """An uploaded template; ValueError, in a sentence for the seller, for a file that cannot serve."""
    try:
        book = open_workbook(raw)
        manifest = _manifest(book)
    except BadSpreadsheet as error:
        raise ValueError(f"{error} {AGAIN}") from error
    if manifest is None:
        raise ValueError("Chợ không nhận ra mẫu này. Hãy tải mẫu đăng hàng loạt từ kênh người bán và gửi nguyên tệp.")
    if expected is not None and manifest.channel != expected:
        theirs, asked = FORMATS[manifest.channel].label, FORMATS[expected].label
        raise ValueError(f"Đây là mẫu của {theirs}, không phải của {asked}: hãy chọn lại tệp.")
    return Template(book=book, manifest=manifest)


def _manifest(book: Workbook) -> TemplateManifest | None:
    heads = {sheet: book.rows(sheet, last=HEAD) for sheet in book.sheets}
    found = (one.read(book, heads) for one in FORMATS.values())
    return next((manifest for manifest in found if manifest is not None), None)


def to_rows(listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str] = ()) -> FilledRows:
    """The listings as rows of the template's marketplace; `shipping` names the ways of shipping to switch on."""
    return FORMATS[manifest.channel].to_rows(listings, manifest, shipping)


def fill(template: Template, rows: Sequence[Row]) -> bytes:
    """The seller's template with `rows` as its data; headers, protection and every other member stay byte for byte."""
    manifest = template.manifest
    placed = [{manifest.columns[token]: cell for token, cell in row.items()} for row in rows]
    return with_rows(template.book, manifest.sheet, first_row=manifest.first_row, rows=placed)
