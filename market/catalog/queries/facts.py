"""What a page shows of a listing, as facts that an officer or its seller decides on (`base/seen.py`)."""

from market.base.seen import UNSAID, Facts
from market.catalog.models import Product, Variant
from market.catalog.rules import pack_name
from market.catalog.rules.kind_names import kind_words
from market.values.money import format_dong
from market.values.quantity import format_quantity, unit

UNCHOSEN = "chưa chọn"


def listing_facts(product: Product) -> Facts:
    """What the office sees of a listing before it stands on the market, whatever its state."""
    return {**_about(product), "gian hàng": product.stall.name, **_variants(product), "ảnh": _photos(product)}


def edit_facts(product: Product, draft: Facts) -> Facts:
    """What its seller's form changes of a listing, its words as its seller wrote them last (`product_draft`), its
    category as its seller chose it: the price too, where it is sold as one thing only."""
    words = {
        "tên": draft["name"],
        "lời giới thiệu": draft["description"] or "để trống",
        "nhóm hàng": kind_words(product.category.code, product.category.name).name if product.category else UNCHOSEN,
    }
    goes = "hàng sống, gửi xe khách được" if product.by_bus else "hàng sống" if product.is_live else "thường"
    return {**_about(product), **words, "gửi đi xa": goes, **(_variants(product) if len(product.variants) == 1 else {})}


def variant_facts(variant: Variant) -> Facts:
    """What its seller's price form changes of one of the things a listing is sold as."""
    return {"giá": _priced(variant)}


def variant_edit_facts(variant: Variant, draft: Facts) -> Facts:
    """What its seller's form changes of it: its name too, as its seller wrote it last (`product_draft`)."""
    return {**variant_facts(variant), "tên loại": draft.get(f"label:{variant.id}", variant.label) or "để trống"}


def amount_facts(variant: Variant) -> Facts:
    """How much is left of one of the things a listing is sold as, what is held for orders included."""
    amount = variant.on_hand
    return {"số còn": "không đếm" if amount is None else format_quantity(amount, unit(variant.unit))}


def _about(product: Product) -> dict[str, str]:
    """The category by its legal name, by which the office decides."""
    return {
        "tên": product.name,
        "lời giới thiệu": product.description or "để trống",
        "nhóm hàng": product.category.name if product.category else UNCHOSEN,
    }


def _variants(product: Product) -> dict[str, str]:
    """Numbered where there are several, because two may have the same name."""
    many = len(product.variants) > 1
    return {f"giá thứ {n}" if many else "giá": _priced(one) for n, one in enumerate(product.variants, start=1)}


def _priced(variant: Variant) -> str:
    name = f"{variant.label}: " if variant.label else ""
    weighed = f", cân thực tế lệch đến {variant.weighed_within}\u00a0%" if variant.weighed_within else ""
    sold_by = pack_name(variant.unit, variant.pack_amount, variant.pack_unit)
    return f"{name}{format_dong(variant.price)} / {sold_by}{weighed}"


def _photos(product: Product) -> str:
    """`2 ảnh`, and unsaid their keys, the one on the card first: another picture at the same place is another fact."""
    if not product.photos:
        return "chưa có"
    return f"{len(product.photos)} ảnh{UNSAID}{' '.join(photo.key for photo in product.photos)}"
