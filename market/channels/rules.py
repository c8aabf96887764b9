"""What goes to a marketplace, what each marketplace allows, and what a seller's template asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from market.values.text import fold

Cell = str | int | Decimal
Row = Mapping[str, Cell]
"""Token -> what goes into that column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVariant:
    """One choice of a product: its options in the order of the product's tiers, price in đồng, stock in pieces."""

    sku: str
    price: int
    stock: int | None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelListing:
    """A product as any marketplace sees it; weight and size are the parcel's: grams, whole cm (length, width, height).

    `name_suffix` holds true facts (pack, hamlet, commune) for where a marketplace wants a longer name; `category` is a
    `TemplateCategory.value` of the marketplace's own template; `image_side` the shortest side of any picture, in
    pixels.
    """

    product_id: int
    name: str
    description: str
    variants: tuple[ListedVariant, ...]
    images: tuple[str, ...]
    name_suffix: str = ""
    category: str | None = None
    brand: str | None = None
    tiers: tuple[str, ...] = ()
    weight_grams: int | None = None
    size_cm: tuple[int, int, int] | None = None
    trace_code: str | None = None
    image_side: int | None = None
    is_public: bool = True
    is_stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCategory:
    """A category the template knows: what its cell holds, and the path people read."""

    value: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateManifest:
    """What one uploaded template asks for, keyed by the template's own tokens.

    `channel` is the marketplace's name, `columns` holds letters, `labels` what the seller reads, `examples` words the
    template itself shows for a cell.
    """

    channel: str
    sheet: str
    columns: Mapping[str, str]
    labels: Mapping[str, str]
    required: frozenset[str]
    first_row: int
    categories: tuple[TemplateCategory, ...]
    weight_unit: Literal["g", "kg"]
    examples: Mapping[str, str]
    shop_id: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A listing that cannot go, and why, in sentences for its seller."""

    listing: ChannelListing
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRows:
    """One row per variant in the order of the listings; every listing is either in `rows` or in `refused`."""

    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]

    def reasons_for(self, product_id: int) -> tuple[str, ...]:
        """Why a product cannot go; empty where it can."""
        return next((refusal.reasons for refusal in self.refused if refusal.listing.product_id == product_id), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLimits:
    """What a marketplace takes, both ends included, prices in đồng; the defaults are the narrowest documented."""

    name: tuple[int, int]
    description: tuple[int, int]
    price: tuple[int, int]
    stock: int
    variants: int = 300
    tier_name: int = 20
    option: int = 50
    weight_needed: bool = False
    price_ratio: int | None = None
    sku: int = 50
    images: int = 9
    image_side: int = 500
    tiers: int = 2


def listed_name(listing: ChannelListing, limits: ChannelLimits) -> str:
    """The product's name, with its true facts appended where the marketplace wants it longer."""
    if len(listing.name) >= limits.name[0]:
        return listing.name
    return f"{listing.name} {listing.name_suffix}".strip()


def listed_description(listing: ChannelListing) -> str:
    """The description with the trace code, and no address: marketplaces forbid links to elsewhere."""
    if listing.trace_code is None:
        return listing.description
    return f"{listing.description}\n\nMã truy xuất: {listing.trace_code}"


def reasons_against(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    """Why the marketplace would refuse the listing, each reason a sentence for its seller; none when it may go."""
    if not listing.is_public:
        yield "Món này chưa hiện trên chợ nên chưa đưa lên sàn: hãy xem vì sao ở trang hàng."
    if listing.is_stopped:
        yield "Lô hàng đã thu hồi hoặc quá hạn nên món này đang ngừng bán: hãy ghi xong lô mới trước."
    yield from _about_words(listing, limits)
    yield from _about_images(listing, limits)
    yield from _about_parcel(listing, limits)
    yield from _about_variants(listing, limits)
    yield from _about_tiers(listing, limits)


def _about_words(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    yield from _about_length("Tên hàng", listed_name(listing, limits), limits.name)
    yield from _about_length("Phần mô tả", listed_description(listing), limits.description)


def _about_length(what: str, text: str, bounds: tuple[int, int]) -> Iterator[str]:
    shortest, longest = bounds
    if len(text) < shortest:
        yield f"{what} mới có {len(text)} ký tự, sàn cần ít nhất {shortest}: hãy viết thêm."
    if len(text) > longest:
        yield f"{what} dài {len(text)} ký tự, sàn chỉ nhận {longest}: hãy rút ngắn."


def _about_images(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if not listing.images:
        yield "Chưa có ảnh: hãy thêm ít nhất 1 ảnh."
    if len(listing.images) > limits.images:
        yield f"Có {len(listing.images)} ảnh, sàn nhận nhiều nhất {limits.images}: hãy bỏ bớt."
    if listing.image_side is not None and listing.image_side < limits.image_side:
        yield f"Có ảnh nhỏ hơn {limits.image_side} điểm ảnh, sàn chê mờ: hãy chụp lại ảnh rõ hơn."
    if not all(image.startswith(("https://", "http://")) for image in listing.images):
        yield "Ảnh chưa có địa chỉ công khai nên sàn không lấy được: hãy báo cán bộ phụ trách chợ."


def _about_parcel(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if listing.weight_grams is None and limits.weight_needed:
        yield "Chưa có cân nặng khi gửi: hãy ghi số gam của gói hàng."
    if listing.weight_grams is not None and listing.weight_grams <= 0:
        yield "Cân nặng khi gửi phải lớn hơn 0 gam."
    if listing.size_cm is not None and min(listing.size_cm) <= 0:
        yield "Kích thước gói hàng phải đủ dài, rộng, cao và lớn hơn 0 cm."


def _about_variants(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if not listing.variants:
        yield "Chưa có loại nào để bán: hãy thêm giá và số lượng."
        return
    if len(listing.variants) > limits.variants:
        yield f"Có {len(listing.variants)} loại, sàn nhận nhiều nhất {limits.variants}."
    yield from _about_prices([variant.price for variant in listing.variants], limits)
    yield from _about_skus([variant.sku for variant in listing.variants], limits)
    yield from _about_stocks([variant.stock for variant in listing.variants], limits)


def _about_prices(prices: list[int], limits: ChannelLimits) -> Iterator[str]:
    lowest, highest = limits.price
    if min(prices) < lowest or max(prices) > highest:
        yield f"Giá phải từ {_thousands(lowest)} đến {_thousands(highest)} đồng."
    if limits.price_ratio is not None and max(prices) > limits.price_ratio * min(prices):
        yield f"Loại đắt nhất hơn {limits.price_ratio} lần loại rẻ nhất: hãy tách thành hai món."


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _about_skus(skus: list[str], limits: ChannelLimits) -> Iterator[str]:
    if not all(skus):
        yield "Có loại chưa có mã hàng (SKU): hãy đặt mã."
    if not all(sku.isascii() and sku.isprintable() and len(sku) <= limits.sku for sku in skus):
        yield f"Mã hàng (SKU) chỉ gồm chữ không dấu và số, nhiều nhất {limits.sku} ký tự."
    if len(set(skus)) < len(skus):
        yield "Hai loại trùng mã hàng (SKU): mỗi loại cần một mã riêng."


def _about_stocks(stocks: list[int | None], limits: ChannelLimits) -> Iterator[str]:
    counted = [stock for stock in stocks if stock is not None]
    if len(counted) < len(stocks):
        yield "Sàn cần số lượng còn của từng loại: hãy ghi số."
    if any(not 0 <= stock <= limits.stock for stock in counted):
        yield f"Số lượng còn phải từ 0 đến {_thousands(limits.stock)}."


def _about_tiers(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if len(listing.tiers) > limits.tiers:
        yield f"Có {len(listing.tiers)} nhóm phân loại, sàn nhận nhiều nhất {limits.tiers}."
    if len(listing.variants) > 1 and not listing.tiers:
        yield "Có nhiều loại mà chưa đặt tên nhóm phân loại (ví dụ: Quy cách)."
    if any(not 1 <= len(tier) <= limits.tier_name for tier in listing.tiers):
        yield f"Tên nhóm phân loại phải có từ 1 đến {limits.tier_name} ký tự."
    yield from _about_options(listing, limits)


def _about_options(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    options = [variant.options for variant in listing.variants]
    if any(len(chosen) != len(listing.tiers) or not all(chosen) for chosen in options):
        yield "Có loại chưa ghi đủ tên phân loại."
    if any(len(option) > limits.option for chosen in options for option in chosen):
        yield f"Tên phân loại dài quá {limits.option} ký tự: hãy rút ngắn."
    if listing.tiers and len(set(options)) < len(options):
        yield "Hai loại trùng tên phân loại: hãy đặt tên khác nhau."


# --- what goes where ------------------------------------------------------------------------------------------------

_FOOD = "thuc pham"


Names = Mapping[str, Sequence[TemplateCategory]]
"""A category's own name, folded, a blank at either end -> the categories of that name."""


def food_names(categories: Sequence[TemplateCategory]) -> Names:
    """The names that `suggested_category` looks for; folded once for a whole stall."""
    names: dict[str, list[TemplateCategory]] = {}
    for category in categories:
        if _FOOD in fold(category.path):
            names.setdefault(f" {fold(_leaf(category))} ", []).append(category)
    return names


def suggested_category(texts: Sequence[str], names: Names) -> TemplateCategory | None:
    """The one category whose own name stands, word for word, in the first of `texts` that names any.

    Of several the longest name; None where two are as long. Food alone: without its marks "vải" is also a cloth.
    """
    for text in texts:
        words = f" {fold(text)} "
        fitting = [category for name, named in names.items() if name in words for category in named]
        longest = max((len(_leaf(category)) for category in fitting), default=0)
        best = [category for category in fitting if len(_leaf(category)) == longest]
        if best:
            return best[0] if len(best) == 1 else None
    return None


def _leaf(category: TemplateCategory) -> str:
    return category.path.rpartition("/")[2]


def found_categories(text: str, categories: Sequence[TemplateCategory], most: int = 20) -> list[TemplateCategory]:
    """The categories whose path has every word of `text`, those whose own name has them first."""
    words = fold(text).split()
    if not words:
        return []
    fitting = [c for c in categories if all(word in fold(c.path) for word in words)]
    return sorted(fitting, key=lambda c: (not all(word in fold(_leaf(c)) for word in words), len(c.path)))[:most]
