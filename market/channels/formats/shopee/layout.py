"""Shopee's mass-upload template for Viet Nam, "basic" and "advanced", in the layouts of 2021 and of 2023 onwards."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from market.channels.formats.brands import no_brand_word
from market.channels.formats.template import (
    about_category,
    by_token,
    category_of,
    choices_of,
    columns_of,
    hints_of,
    parcel_cells,
    placed,
    refuse_lacking,
    required_of,
    sort_out,
    texts_of,
    weight_unit,
)
from market.channels.ports import Book, Heads, Rows
from market.channels.rules import (
    Cell,
    ChannelLimits,
    ChannelListing,
    FilledRows,
    ListedVariant,
    Row,
    TemplateCategory,
    TemplateManifest,
    listed_description,
    listed_name,
    reasons_against,
    told_limits,
    with_answers,
)

LIMITS = ChannelLimits(
    name=(10, 120),
    description=(100, 3_000),
    price=(1_000, 120_000_000),
    price_ratio=5,
    stock=10_000_000,
    variants=50,
    option=20,
    sku=100,
    images=9,
    image_side=500,
    own=("shopee",),
)
"""Where a template says nothing. Price, ratio and longest name: measured on files of 2026 in Viet Nam; choices and
their names: Shopee's own help (helpscout 169); the rest: notes to its API. How long the name of a tier may be nobody
says."""
NO_BRAND = "No Brand"
"""Shopee's word of its API (brand 0), where a template has none of its own."""

_NEEDED = frozenset(
    {
        "ps_product_name",
        "ps_product_description",
        "et_title_variation_integration_no",
        "et_title_variation_1",
        "et_title_option_for_variation_1",
        "et_title_variation_2",
        "et_title_option_for_variation_2",
        "ps_price",
        "ps_stock",
        "ps_sku_short",
        "ps_item_cover_image",
    }
)
_IMAGES = ("ps_item_cover_image", *(f"ps_item_image_{place}" for place in range(1, 9)))
_OF_LIMITS = {
    "name": ("ps_product_name",),
    "description": ("ps_product_description",),
    "price": ("ps_price",),
    "stock": ("ps_stock",),
    "sku": ("ps_sku_short",),
    "tier_name": ("et_title_variation_1",),
    "option": ("et_title_option_for_variation_1",),
    "variants": ("et_title_variation_integration_no", "et_title_variation_1", "et_title_option_for_variation_1"),
    "images": ("ps_item_cover_image", "ps_item_image_1"),
}
_SIZES = ("ps_length", "ps_width", "ps_height")
SHIPPING = "channel_id"
"""How the names of the columns begin that switch a way of shipping on."""
_SCHEMA = re.compile(r"[0-9a-f]{32}")
_ON = ("Bật", "Mở", "On")


def read(book: Book, heads: Heads) -> TemplateManifest | None:
    """The manifest of an upload template, None where it is not Shopee's; ValueError where it cannot serve."""
    forms = {name: rows for name, rows in heads.items() if "ps_product_name" in columns_of(rows)}
    if any("et_title_product_id" in columns_of(rows) for rows in heads.values()):
        raise ValueError("Đây là tệp cập nhật hàng loạt của Shopee. Hãy tải “Mẫu đăng tải hàng loạt” rồi gửi lại.")
    if not forms:
        return None
    signed = [name for name, rows in forms.items() if _SCHEMA.fullmatch(rows.get(2, {}).get("B", ""))]
    sheet = [*signed, *forms][0]  # the sheet of samples has the same tokens but no schema in row 2
    return _manifest(book, sheet, forms[sheet], _categories(book, heads))


def _manifest(book: Book, sheet: str, rows: Rows, listed: tuple[TemplateCategory, ...]) -> TemplateManifest:
    columns = columns_of(rows)
    refuse_lacking(columns, _NEEDED)
    if not shipping_tokens(columns):
        raise ValueError("Mẫu Shopee này chưa có đơn vị vận chuyển nào. Hãy bật vận chuyển trong shop rồi tải lại mẫu.")
    first_row = 6 if any(token.startswith("channel_id_") for token in columns) else 7
    hints = hints_of(columns, rows, range(5, first_row))
    choices = choices_of(columns, book.lists(sheet))
    limits, told = told_limits(LIMITS, texts_of(hints, _OF_LIMITS))
    only = () if listed else _only_category(rows)
    return TemplateManifest(
        channel="shopee",
        sheet=sheet,
        columns=columns,
        labels=by_token(columns, rows.get(3, {})),
        required=required_of(by_token(columns, rows.get(4, {}))) | _marked(rows),
        first_row=first_row,
        categories=listed or only,
        is_of_one_category=bool(only),
        hints=hints,
        choices=choices,
        no_brand=no_brand_word(choices.get("ps_brand", ()), hints.get("ps_brand", ""), book) or NO_BRAND,
        limits=limits,
        told=told,
        weight_unit=_weight_unit(rows, columns, first_row),
        examples={token: _on_word(rows, columns[token], first_row) for token in shipping_tokens(columns)},
        shop_id=rows.get(2, {}).get("D"),
        version=rows.get(2, {}).get("A"),
    )


def shipping_tokens(columns: Mapping[str, str]) -> list[str]:
    """The columns that switch one shipping channel each, in the order of the sheet."""
    return [token for token in columns if token.startswith(SHIPPING)]


def _marked(rows: Rows) -> frozenset[str]:
    """Tokens whose own suffix says required: `ps_price|1|1`."""
    parts = [cell.split("|") for cell in rows[1].values()]
    return frozenset(part[0] for part in parts if part[1:2] == ["1"])


def _on_word(rows: Rows, column: str, first_row: int) -> str:
    """The word that switches a channel on in the seller's language, from the rule above the data: `Bật / Tắt`."""
    shown = rows.get(first_row - 1, {}).get(column, "").partition("/")[0].strip()
    return shown if shown in _ON else _ON[0]


def _weight_unit(rows: Rows, columns: Mapping[str, str], first_row: int) -> Literal["g", "kg"]:
    """What the header says; where it is silent, kilograms, and grams in the layout before 2023."""
    column = columns.get("ps_weight", "")
    texts = [rows.get(number, {}).get(column, "") for number in range(3, first_row)]
    return weight_unit(texts, default="g" if first_row == 6 else "kg")


def _categories(book: Book, heads: Heads) -> tuple[TemplateCategory, ...]:
    for sheet, head in heads.items():
        columns = columns_of(head)
        if {"et_title_category_name", "et_title_category_id"} <= columns.keys():
            name, number = columns["et_title_category_name"], columns["et_title_category_id"]
            return tuple(
                TemplateCategory(value=row[number], path=row[name])
                for row in book.rows(sheet).values()
                if row.get(number, "").isdigit() and name in row
            )
    return ()


def _only_category(rows: Rows) -> tuple[TemplateCategory, ...]:
    """The category that an "advanced" template is made for, which its second row names."""
    number = rows.get(2, {}).get("C", "")
    is_one = number.isdigit() and int(number) > 0
    return (TemplateCategory(value=number, path=f"Ngành hàng số {number} của mẫu"),) if is_one else ()


def to_rows(listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str] = ()) -> FilledRows:
    """The listings as rows; `shipping` names the channel columns to switch on, the template's first one unless told.

    ValueError for a shipping column the template does not have.
    """
    offered = shipping_tokens(manifest.columns)
    if not set(shipping) <= set(offered):
        raise ValueError("Mẫu này không có đơn vị vận chuyển đã chọn: hãy chọn lại.")
    switches = {token: manifest.examples[token] for token in shipping or offered[:1]}
    limits = replace(manifest.limits or LIMITS, weight_needed="ps_weight" in manifest.required)
    return sort_out(
        listings,
        manifest,
        reasons=lambda listing: _reasons(listing, manifest, limits),
        compose=lambda listing: _compose(listing, manifest, switches, limits),
    )


def _reasons(listing: ChannelListing, manifest: TemplateManifest, limits: ChannelLimits) -> Iterator[str]:
    yield from about_category(listing, manifest, "ps_category")
    yield from reasons_against(listing, with_answers(limits, listing.answers))


def _compose(listing: ChannelListing, manifest: TemplateManifest, switches: Row, limits: ChannelLimits) -> list[Row]:
    product = (
        _product(listing, category_of(listing, manifest) or "", limits)
        | parcel_cells(listing, manifest, weight="ps_weight", sizes=_SIZES)
        | placed(_IMAGES, listing.images)
        | dict(switches)
    )
    return [product | _variant(variant, listing) for variant in listing.variants]


def _product(listing: ChannelListing, category: str, limits: ChannelLimits) -> dict[str, Cell]:
    return {
        "ps_category": int(category) if category.isdigit() else category,
        "ps_product_name": listed_name(listing, limits),
        "ps_product_description": listed_description(listing),
        "ps_sku_parent_short": f"SP{listing.product_id}" if listing.tiers else listing.variants[0].sku,
        "ps_brand": listing.brand or "",
    }


def _variant(variant: ListedVariant, listing: ChannelListing) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "ps_price": variant.price,
        "ps_stock": variant.stock or 0,
        "ps_sku_short": variant.sku,
    }
    if listing.tiers:
        cells["et_title_variation_integration_no"] = f"SP{listing.product_id}"
    for place, (tier, option) in enumerate(zip(listing.tiers, variant.options, strict=True), start=1):
        cells[f"et_title_variation_{place}"] = tier
        cells[f"et_title_option_for_variation_{place}"] = option
    return cells
