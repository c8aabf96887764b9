"""Lazada's template of new products: a sheet that a seller sees, and beside it a hidden one with the columns' keys.

Its sheets, rows and keys as files of Lazada Viet Nam have them that change products (2026); which keys a file of new
products has is known from other countries, so that nothing is taken from a place, and what is not known is asked.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from market.base.spreadsheets.columns import number_of
from market.channels.formats.brands import is_brand, no_brand_word
from market.channels.formats.template import (
    about_category,
    by_token,
    choices_of,
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
from market.values.text import fold

LIMITS = ChannelLimits(
    name=(5, 255),
    description=(20, 3_000),
    price=(1, 1_000_000_000),
    sku=199,
    images=8,
    image_side=330,
    own=("lazada",),
)
"""Where a template says nothing: what its files of Viet Nam say in their fourth row. Of a price they say that it is
above 0 and no more: the upper end is ours. What is left out nobody says."""
NO_BRAND = "No Brand"
"""Lazada's word, where a template has none of its own."""
FIRST_ROW = 5

_HIDDEN = "_hide"
_KEYS, _LISTS = 3, 5
"""The rows of the hidden sheet: what each column is, what its cells may hold."""
_TITLE, _DESCRIPTION, _SKU, _PRICE = "title.vi_VN", "description", "sku.SellerSku", "sku.price"
_STOCKS = ("sku.quantity", "sku.multiWarehouseQty")
_CATEGORY, _GROUP, _WEIGHT = "catId", "groupNo", "sku.packageWeight"
_IMAGES = tuple(f"mainImage.{place}" for place in range(8))
_SIZES = ("sku.packageLength", "sku.packageWidth", "sku.packageHeight")
_TIERS = "saleProp."
_KNOWN = {
    key.casefold(): key
    for key in (_TITLE, _DESCRIPTION, _SKU, _PRICE, *_STOCKS, _CATEGORY, _GROUP, _WEIGHT, *_IMAGES, *_SIZES)
}
"""Its keys in the letters that we know them by: some files have them in small letters alone."""
_OF_CHANGES = frozenset({"id", "sku.skuId"})
_NEEDED = frozenset({_TITLE, _DESCRIPTION, _SKU, _PRICE, _IMAGES[0]})
_OF_LIMITS = {
    "name": (_TITLE,),
    "description": (_DESCRIPTION,),
    "price": (_PRICE,),
    "sku": (_SKU,),
    "images": (_IMAGES[0],),
}


def read(book: Book, heads: Heads) -> TemplateManifest | None:
    """The manifest of a template of new products, None where it is not Lazada's; ValueError where it cannot serve."""
    forms = {sheet: _columns(heads[f"{sheet}{_HIDDEN}"]) for sheet in heads if f"{sheet}{_HIDDEN}" in heads}
    forms = {sheet: columns for sheet, columns in forms.items() if any(key.startswith("title.") for key in columns)}
    if not forms:
        return None
    if any(_OF_CHANGES & columns.keys() for columns in forms.values()):
        raise ValueError("Đây là tệp sửa hàng loạt của Lazada. Hãy tải mẫu đăng sản phẩm mới rồi gửi lại.")
    if len(forms) > 1:
        raise ValueError(
            f"Mẫu này có {len(forms)} ngành hàng ({', '.join(forms)}). Hãy tải mẫu chỉ chọn một ngành hàng rồi gửi lại."
        )
    [(sheet, columns)] = forms.items()
    refuse_lacking(columns, _NEEDED)
    if _stock_column(columns) is None:
        refuse_lacking(columns, frozenset(_STOCKS[:1]))
    return _manifest(book, sheet, columns, heads)


def _columns(hidden: Rows) -> dict[str, str]:
    """Key -> column letters, in the order of the sheet: the hidden sheet has the columns of the one that is seen."""
    columns: dict[str, str] = {}
    for letters, cell in sorted(hidden.get(_KEYS, {}).items(), key=lambda one: number_of(one[0])):
        key = cell.strip()
        columns.setdefault(_KNOWN.get(key.casefold(), key), letters)
    return columns


def _stock_column(columns: Mapping[str, str]) -> str | None:
    """The column of the stock: one for all, or the first warehouse's."""
    return next((key for key in columns if key.casefold().startswith(tuple(map(str.casefold, _STOCKS)))), None)


def _manifest(book: Book, sheet: str, columns: Mapping[str, str], heads: Heads) -> TemplateManifest:
    rows, hidden = heads[sheet], heads[f"{sheet}{_HIDDEN}"]
    labels = by_token(columns, rows.get(1, {}))
    hints = hints_of(columns, rows, (3, 4))
    choices = _listed(columns, hidden) | choices_of(columns, book.lists(sheet))
    limits, told = told_limits(LIMITS, texts_of(hints, _OF_LIMITS))
    brands = [token for token in columns if is_brand(token, labels.get(token, ""))]
    words = [word for token in brands for word in choices.get(token, ())]
    said = " ".join(hints.get(token, "") for token in brands)
    return TemplateManifest(
        channel="lazada",
        sheet=sheet,
        columns=dict(columns),
        labels=labels,
        required=required_of(by_token(columns, rows.get(2, {}))),
        first_row=FIRST_ROW,
        categories=(TemplateCategory(value=sheet, path=f"Ngành hàng “{sheet}” của mẫu"),),
        is_of_one_category=True,
        hints=hints,
        choices=choices,
        no_brand=no_brand_word(words, said, book) or NO_BRAND,
        limits=limits,
        told=told,
        weight_unit=weight_unit([labels.get(_WEIGHT, ""), hints.get(_WEIGHT, "")], default="kg"),
        examples={_CATEGORY: number} if (number := _category_number(columns, rows, hidden)) else {},
    )


def _category_number(columns: Mapping[str, str], rows: Rows, hidden: Rows) -> str:
    """The category's number, where the template has it beneath its heads; else it is asked like any other column."""
    letters = columns.get(_CATEGORY, "")
    below = [rows.get(FIRST_ROW, {}), *(hidden[number] for number in sorted(hidden) if number > _KEYS)]
    return next((row[letters] for row in below if row.get(letters, "").isdigit()), "")


def _listed(columns: Mapping[str, str], hidden: Rows) -> dict[str, tuple[str, ...]]:
    """Key -> the words among which its cell is chosen, where the hidden sheet lists them."""
    listed = {key: tuple(_words(hidden.get(_LISTS, {}).get(letters, ""))) for key, letters in columns.items()}
    return {key: words for key, words in listed.items() if words}


def _words(text: str) -> Iterator[str]:
    """The texts of a list as the hidden sheet writes it, a JSON list of texts or of things with a `text`; none of
    anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return
    for one in found if isinstance(found, list) else ():
        word = one.get("text") if isinstance(one, dict) else one
        if isinstance(word, str) and word.strip():
            yield word.strip()


def to_rows(listings: Sequence[ChannelListing], manifest: TemplateManifest) -> FilledRows:
    """The listings as rows, one a variant; those of a product bear its number where the template groups rows."""
    limits = manifest.limits or LIMITS
    return sort_out(
        listings,
        manifest,
        reasons=lambda listing: _reasons(listing, manifest, limits),
        compose=lambda listing: _compose(listing, manifest, limits),
    )


def _reasons(listing: ChannelListing, manifest: TemplateManifest, limits: ChannelLimits) -> Iterator[str]:
    yield from about_category(listing, manifest, _CATEGORY)
    yield from reasons_against(listing, with_answers(limits, listing.answers))
    if any(not one.stock for one in listing.variants):
        yield "Sàn chỉ nhận số lượng lớn hơn 0: hãy ghi số còn để bán của từng loại."
    for tier in listing.tiers:
        if _tier_column(tier, manifest) is None:
            yield (
                f"Mẫu của ngành hàng này không có cột phân loại “{tier}”: hãy đăng từng loại thành một món, hoặc đổi "
                f"tên nhóm phân loại theo mẫu{_named_tiers(manifest)}."
            )
    if len(listing.variants) > 1 and _GROUP not in manifest.columns:
        yield "Mẫu này không gộp được nhiều loại vào một món: hãy đăng từng loại thành một món."


def _tier_column(tier: str, manifest: TemplateManifest) -> str | None:
    """The column of a tier, by what the template calls it: which of them is meant is nobody's to guess."""
    of_tiers = (token for token in manifest.columns if token.startswith(_TIERS))
    return next((token for token in of_tiers if fold(manifest.labels.get(token, "")) == fold(tier)), None)


def _named_tiers(manifest: TemplateManifest) -> str:
    names = [word for token, word in manifest.labels.items() if token.startswith(_TIERS)]
    return f" ({', '.join(names)})" if names else ""


def _compose(listing: ChannelListing, manifest: TemplateManifest, limits: ChannelLimits) -> list[Row]:
    product = (
        _product(listing, manifest, limits)
        | parcel_cells(listing, manifest, weight=_WEIGHT, sizes=_SIZES)
        | placed(_IMAGES, listing.images)
    )
    stock = _stock_column(manifest.columns) or _STOCKS[0]
    return [product | _variant(one, listing, manifest) | {stock: one.stock or 0} for one in listing.variants]


def _product(listing: ChannelListing, manifest: TemplateManifest, limits: ChannelLimits) -> dict[str, Cell]:
    number = manifest.examples.get(_CATEGORY, "")
    brands = [token for token in manifest.columns if is_brand(token, manifest.labels.get(token, ""))]
    return {
        **dict.fromkeys(brands, listing.brand or ""),
        _CATEGORY: int(number) if number else "",
        _GROUP: listing.product_id,
        _TITLE: listed_name(listing, limits),
        _DESCRIPTION: listed_description(listing),
    }


def _variant(variant: ListedVariant, listing: ChannelListing, manifest: TemplateManifest) -> dict[str, Cell]:
    cells: dict[str, Cell] = {_PRICE: variant.price, _SKU: variant.sku}
    for tier, option in zip(listing.tiers, variant.options, strict=True):
        cells[_tier_column(tier, manifest) or ""] = option
    return cells
