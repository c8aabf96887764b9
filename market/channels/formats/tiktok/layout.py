"""TikTok Shop's bulk upload template, metric, version 5."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from market.channels.formats.brands import is_brand, no_brand_word
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
    name=(25, 255),
    description=(1, 10_000),
    price=(1, 180_000_000),
    stock=999_999,
    weight_needed=True,
    variants=300,
    tier_name=20,
    option=50,
    sku=50,
    images=9,
    image_side=300,
    own=("tiktok",),
)
"""Where a template says nothing: what its API of 202309 documents."""
NO_BRAND = "No brand"
"""TikTok Shop's word, where a template has none of its own."""
FIRST_ROW = 6

_NEEDED = frozenset(
    {
        "category",
        "product_name",
        "product_description",
        "main_image",
        "property_name_1",
        "property_value_1",
        "property_name_2",
        "property_value_2",
        "parcel_weight",
        "price",
        "seller_sku",
    }
)
_IMAGES = ("main_image", *(f"image_{place}" for place in range(2, 10)))
_OF_LIMITS = {
    "name": ("product_name",),
    "description": ("product_description",),
    "price": ("price",),
    "stock": ("quantity",),
    "sku": ("seller_sku",),
    "tier_name": ("property_name_1",),
    "option": ("property_value_1",),
    "variants": ("property_name_1", "property_value_1"),
    "images": ("main_image", "image_2"),
}
_SIZES = ("parcel_length", "parcel_width", "parcel_height")
_CATEGORY_SHEETS = frozenset({"category", "danh mục", "ngành hàng"})
_CATEGORY = re.compile(r"(.+?)\s*\([0-9]+\)|[0-9]+/(.+)")
_BRAND = re.compile(r".+\([0-9]+\)")
_CHOICES = ("delivery", "cod", "aimed_product_status")


def read(book: Book, heads: Heads) -> TemplateManifest | None:
    """The manifest of an upload template, None where it is not TikTok's; ValueError where it cannot serve."""
    for sheet, rows in heads.items():
        columns = columns_of(rows)
        if {"product_name", "seller_sku"} <= columns.keys():
            _refuse_unfit(rows, columns)
            return _manifest(book, sheet, rows)
    return None


def _refuse_unfit(rows: Rows, columns: Mapping[str, str]) -> None:
    if "product_id" in columns:
        raise ValueError("Đây là tệp sửa hàng loạt của TikTok Shop. Hãy tải mẫu đăng sản phẩm mới rồi gửi lại.")
    if "imperial" in rows.get(2, {}).values():
        raise ValueError("Mẫu này dùng pound và inch. Hãy tải mẫu của TikTok Shop Việt Nam (gam, cm) rồi gửi lại.")
    refuse_lacking(columns, _NEEDED)
    if _stock_column(columns) is None:
        refuse_lacking(columns, frozenset({"quantity"}))


def _stock_column(columns: Mapping[str, str]) -> str | None:
    """The column of the stock: one for all, or the first warehouse's."""
    return next((key for key in columns if key == "quantity" or key.startswith("warehouse_quantity/")), None)


def _manifest(book: Book, sheet: str, rows: Rows) -> TemplateManifest:
    columns = columns_of(rows)
    weight = columns["parcel_weight"]
    labels = by_token(columns, rows.get(3, {}))
    hints = hints_of(columns, rows, (5,))
    choices = choices_of(columns, book.lists(sheet))
    limits, told = told_limits(LIMITS, texts_of(hints, _OF_LIMITS))
    brands = [token for token in columns if is_brand(token, labels.get(token, ""))]
    listed = [word for token in brands for word in choices.get(token, ())]
    said = " ".join(hints.get(token, "") for token in brands)
    return TemplateManifest(
        channel="tiktok",
        sheet=sheet,
        columns=columns,
        labels=labels,
        required=required_of(by_token(columns, rows.get(4, {}))),
        first_row=FIRST_ROW,
        categories=_categories(book),
        hints=hints,
        choices=choices,
        no_brand=no_brand_word(listed, said, book) or NO_BRAND,
        limits=limits,
        told=told,
        weight_unit=weight_unit([rows.get(number, {}).get(weight, "") for number in (3, 5)], default="g"),
        examples=by_token(columns, rows.get(FIRST_ROW, {})),
        version=rows.get(2, {}).get("A"),
    )


def _categories(book: Book) -> tuple[TemplateCategory, ...]:
    """Each category's whole cell is what the template wants back: `Thực phẩm/Gạo (700648)`."""
    sheets = [sheet for sheet in book.sheets if sheet.casefold() in _CATEGORY_SHEETS]
    cells = [cell for sheet in sheets for row in book.rows(sheet).values() for cell in row.values()]
    found = [(cell, _CATEGORY.fullmatch(cell)) for cell in cells]
    return tuple(TemplateCategory(value=cell, path=match[1] or match[2]) for cell, match in found if match)


def to_rows(listings: Sequence[ChannelListing], manifest: TemplateManifest) -> FilledRows:
    """The listings as rows; rows of one name in a row are one product, so a name may stand in a file only once."""
    limits = manifest.limits or LIMITS
    names = Counter(listed_name(listing, limits) for listing in listings)
    return sort_out(
        listings,
        manifest,
        reasons=lambda listing: _reasons(listing, manifest, limits, names),
        compose=lambda listing: _compose(listing, manifest, limits),
    )


def _reasons(
    listing: ChannelListing, manifest: TemplateManifest, limits: ChannelLimits, names: Counter[str]
) -> Iterator[str]:
    yield from about_category(listing, manifest, "category")
    yield from reasons_against(listing, with_answers(limits, listing.answers))
    if names[listed_name(listing, limits)] > 1:
        yield "Trùng tên với món khác trong tệp, sàn sẽ gộp làm một: hãy đặt tên khác nhau."


def _compose(listing: ChannelListing, manifest: TemplateManifest, limits: ChannelLimits) -> list[Row]:
    product = (
        _product(listing, manifest, limits)
        | parcel_cells(listing, manifest, weight="parcel_weight", sizes=_SIZES)
        | placed(_IMAGES, listing.images)
    )
    stock = _stock_column(manifest.columns) or "quantity"
    return [product | _variant(variant, listing) | {stock: variant.stock or 0} for variant in listing.variants]


def _product(listing: ChannelListing, manifest: TemplateManifest, limits: ChannelLimits) -> dict[str, Cell]:
    choices = {token: manifest.examples.get(token, "") for token in _CHOICES if token in manifest.required}
    brand = listing.brand or ""
    return {
        **choices,
        "category": category_of(listing, manifest) or "",
        "brand": brand if _BRAND.fullmatch(brand) else "",
        "product_name": listed_name(listing, limits),
        "product_description": listed_description(listing),
    }


def _variant(variant: ListedVariant, listing: ChannelListing) -> dict[str, Cell]:
    cells: dict[str, Cell] = {"price": variant.price, "seller_sku": variant.sku}
    for place, (tier, option) in enumerate(zip(listing.tiers, variant.options, strict=True), start=1):
        cells[f"property_name_{place}"] = tier
        cells[f"property_value_{place}"] = option
    return cells
