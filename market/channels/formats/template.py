"""What the marketplaces' templates have in common: tokens in row 1, marks of what is required, one row per variant."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from market.base.spreadsheets.columns import number_of
from market.channels.ports import Rows
from market.channels.rules import Cell, ChannelListing, FilledRows, Refusal, Row, TemplateManifest

Compose = Callable[[ChannelListing], list[Row]]

HEAD = 7
_REQUIRED = frozenset({"bắt buộc", "mandatory", "required"})
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
    return frozenset(token for token, mark in marks.items() if mark.casefold() in _REQUIRED)


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
    """Why the chosen category would be refused."""
    known = {category.value for category in manifest.categories}
    if listing.category is None and token in manifest.required:
        yield "Chưa chọn ngành hàng của sàn: hãy chọn một ngành hàng."
    if listing.category is not None and known and listing.category not in known:
        yield "Ngành hàng đã chọn không có trong mẫu này: hãy chọn lại."


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
    for listing in listings:
        against = tuple(reasons(listing))
        composed = [] if against else [_known(row, manifest) for row in compose(listing)]
        if against := against or tuple(_left_empty(composed, manifest)):
            refused.append(Refusal(listing=listing, reasons=against))
        else:
            rows.extend(composed)
    return FilledRows(rows=tuple(rows), refused=tuple(refused))


def _known(row: Row, manifest: TemplateManifest) -> Row:
    return {token: cell for token, cell in row.items() if token in manifest.columns and cell != ""}


def _left_empty(rows: Sequence[Row], manifest: TemplateManifest) -> Iterator[str]:
    for token in manifest.columns:
        if token in manifest.required and not all(token in row for row in rows):
            yield f"Mẫu bắt buộc cột “{manifest.labels.get(token, token)}” mà chợ chưa có số liệu để điền."
