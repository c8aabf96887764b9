"""What the marketplaces' templates have in common: tokens in row 1, marks of what is required, one row per variant."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from market.base.spreadsheets.columns import number_of
from market.channels.formats.brands import is_brand
from market.channels.ports import Rows
from market.channels.rules import Cell, ChannelListing, FilledRows, Refusal, Row, TemplateManifest, asks_number
from market.values.text import fold

Compose = Callable[[ChannelListing], list[Row]]

HEAD = 7
_REQUIRED = frozenset({"bat buoc", "mandatory", "required"})
_UNIT = re.compile(r"\b(kg|kilogram|kilôgam|grams?|gam|g)\b", re.IGNORECASE)


def columns_of(rows: Rows) -> dict[str, str]:
    """Token -> column letters, in the order of the sheet; never by position, since marketplaces insert columns."""
    columns: dict[str, str] = {}
    for letters, cell in sorted(rows.get(1, {}).items(), key=lambda item: number_of(item[0])):
        columns.setdefault(cell.split("|")[0].strip(), letters)
    return columns


def by_token(columns: Mapping[str, str], row: Mapping[str, str]) -> dict[str, str]:
    """A header row as token -> text, without its empty cells."""
    return {token: row[letters] for token, letters in columns.items() if letters in row}


def required_of(marks: Mapping[str, str]) -> frozenset[str]:
    """The tokens whose mark says required without a condition."""
    return frozenset(token for token, mark in marks.items() if fold(mark) in _REQUIRED)


def hints_of(columns: Mapping[str, str], rows: Rows, numbers: Iterable[int]) -> dict[str, str]:
    """Token -> what the rows of these numbers say of its column."""
    told = {token: " ".join(rows.get(number, {}).get(at, "") for number in numbers) for token, at in columns.items()}
    return {token: text.strip() for token, text in told.items() if text.strip()}


def choices_of(columns: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Token -> the texts that its cell is chosen from."""
    return {token: tuple(lists[letters]) for token, letters in columns.items() if letters in lists}


def texts_of(hints: Mapping[str, str], columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The name of a limit -> what the hints say of its columns."""
    return {name: ". ".join(filter(None, (hints.get(token, "") for token in of))) for name, of in columns.items()}


def weight_unit(texts: Sequence[str], default: Literal["g", "kg"]) -> Literal["g", "kg"]:
    """The first unit that the header texts of the weight column name."""
    found = next((match[1].casefold() for text in texts if (match := _UNIT.search(text))), default)
    return "kg" if found.startswith("k") else "g"


def _weight_cell(grams: int, manifest: TemplateManifest) -> Cell:
    """The weight in the template's unit."""
    return Decimal(grams) / 1000 if manifest.weight_unit == "kg" else grams


def placed(tokens: Iterable[str], cells: Iterable[Cell]) -> dict[str, Cell]:
    """As many of the tokens as there are cells, in order."""
    return dict(zip(tokens, cells, strict=False))


def parcel_cells(
    listing: ChannelListing, manifest: TemplateManifest, *, weight: str, sizes: Sequence[str]
) -> dict[str, Cell]:
    """The parcel's weight and its three sides in cm, where known, under the tokens of their columns."""
    cells: dict[str, Cell] = {}
    if listing.weight_grams is not None:
        cells[weight] = _weight_cell(listing.weight_grams, manifest)
    return cells | placed(sizes, listing.size_cm or ())


def refuse_lacking(columns: Mapping[str, str], needed: frozenset[str]) -> None:
    """ValueError naming the columns without which no listing could be written."""
    if lacking := sorted(needed - columns.keys()):
        raise ValueError(f"Mẫu thiếu cột {', '.join(lacking)}. Hãy tải lại mẫu đăng hàng loạt mới nhất của sàn.")


def about_category(listing: ChannelListing, manifest: TemplateManifest, token: str) -> Iterator[str]:
    """Why the chosen category would be refused. A template that lists none is answered like any other column."""
    known = {category.value for category in manifest.categories}
    if category_of(listing, manifest) is None and token in manifest.required and known:
        yield "Chưa chọn ngành hàng của sàn: hãy chọn một ngành hàng."
    if listing.category is not None and known and listing.category not in known:
        yield "Ngành hàng đã chọn không có trong mẫu này: hãy chọn lại."


def category_of(listing: ChannelListing, manifest: TemplateManifest) -> str | None:
    """The category that was chosen; of a template for one category alone, that one."""
    if listing.category is None and len(manifest.categories) == 1 and manifest.is_of_one_category:
        return manifest.categories[0].value
    return listing.category


def sort_out(
    listings: Sequence[ChannelListing],
    manifest: TemplateManifest,
    *,
    reasons: Callable[[ChannelListing], Iterator[str]],
    compose: Compose,
) -> FilledRows:
    """Composes the listings against which nothing speaks, and lists the others with their reasons."""
    rows: list[Row] = []
    refused = []
    brands = _brand_cells(manifest)
    for listing in listings:
        against = tuple(reasons(listing))
        composed = [] if against else [_answered(row, listing, brands, manifest) for row in compose(listing)]
        lacks = tuple(_left_empty(composed, manifest))
        if against := against or tuple(_about_lacking(lacks, listing, manifest)):
            refused.append(Refusal(listing=listing, reasons=against, lacks=lacks))
        else:
            rows.extend(composed)
    return FilledRows(rows=tuple(rows), refused=tuple(refused))


def _answered(row: Row, listing: ChannelListing, brands: dict[str, Cell], manifest: TemplateManifest) -> Row:
    """The row's cells that the template has a column for, and in those that the market has nothing for what the seller
    answered; of a brand that she does not name, the template's word for none."""
    known = {token: cell for token, cell in row.items() if token in manifest.columns and cell != ""}
    if not listing.answers:
        return brands | known if brands else known
    answers = {token: _cell(token, text) for token, text in listing.answers.items() if token in manifest.columns}
    return brands | answers | known


def _cell(token: str, text: str) -> Cell:
    return int(text) if asks_number(token) and text.isascii() and text.isdigit() else text


def _brand_cells(manifest: TemplateManifest) -> dict[str, Cell]:
    """The template's word for no brand, in each column of a brand that must not be empty."""
    asked = [token for token in manifest.required if is_brand(token, manifest.labels.get(token, ""))]
    return dict.fromkeys(asked, manifest.no_brand) if manifest.no_brand else {}


def _left_empty(rows: Sequence[Row], manifest: TemplateManifest) -> Iterator[str]:
    for token in manifest.columns:
        if rows and token in manifest.required and not all(token in row for row in rows):
            yield token


def _about_lacking(lacks: Sequence[str], listing: ChannelListing, manifest: TemplateManifest) -> Iterator[str]:
    for token in lacks:
        label = manifest.labels.get(token, token)
        if is_picture(token):
            yield f"Mẫu bắt buộc ảnh “{label}” mà món này mới có {len(listing.images)} ảnh: hãy thêm ảnh."
        else:
            yield (
                f"Mẫu bắt buộc cột “{label}” mà chợ chưa có số liệu để điền: "
                "hãy trả lời một lần ở “Sàn hỏi thêm”, chợ nhớ cho các lần sau."
            )


def is_picture(token: str) -> bool:
    """Whether a column takes one of the product's pictures."""
    return re.fullmatch(r"(?:ps_item_cover_image|(?:ps_item_)?image_\d|main_image|mainImage\.\d)", token) is not None
