"""The sellers' own marketplace templates: which one this is, what it asks for, and filling it."""

from collections.abc import Sequence

from market.base.spreadsheets.filling import with_rows
from market.base.spreadsheets.guard import BadSpreadsheet
from market.base.spreadsheets.workbook import Workbook, open_workbook
from market.channels.formats import shopee, tiktok
from market.channels.formats.template import HEAD
from market.channels.rules import ChannelListing, FilledRows, Kind, Row, TemplateManifest

AGAIN = "Hãy tải lại mẫu từ kênh người bán của sàn và gửi nguyên tệp."
NAMES: dict[Kind, str] = {"shopee": "Shopee", "tiktok": "TikTok Shop"}


def read_template(raw: bytes, expected: Kind | None = None) -> TemplateManifest:
    """What an uploaded template asks for; ValueError, in a sentence for the seller, for a file that cannot serve."""
    try:
        manifest = _manifest(open_workbook(raw))
    except BadSpreadsheet as error:
        raise ValueError(f"{error} {AGAIN}") from error
    if manifest is None:
        raise ValueError("Chợ không nhận ra mẫu này. Hãy tải mẫu đăng hàng loạt từ kênh người bán và gửi nguyên tệp.")
    if expected is not None and manifest.kind != expected:
        raise ValueError(f"Đây là mẫu của {NAMES[manifest.kind]}, không phải của {NAMES[expected]}: hãy chọn lại tệp.")
    return manifest


def _manifest(book: Workbook) -> TemplateManifest | None:
    heads = {sheet: book.rows(sheet, last=HEAD) for sheet in book.sheets}
    return shopee.read(book, heads) or tiktok.read(book, heads)


def to_rows(listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str] = ()) -> FilledRows:
    """The listings as rows of the template's marketplace; `shipping` names Shopee's channel columns to switch on."""
    if manifest.kind == "shopee":
        return shopee.to_rows(listings, manifest, shipping)
    return tiktok.to_rows(listings, manifest)


def fill(raw: bytes, manifest: TemplateManifest, rows: Sequence[Row]) -> bytes:
    """The seller's template with `rows` as its data; headers, protection and every other member stay byte for byte."""
    book = open_workbook(raw)
    if manifest.sheet not in book.sheets:
        raise ValueError(f"Mẫu không còn trang “{manifest.sheet}”: hãy gửi lại mẫu.")
    placed = [{manifest.columns[token]: cell for token, cell in row.items()} for row in rows]
    return with_rows(book, manifest.sheet, first_row=manifest.first_row, rows=placed)
