"""Shopee as `ports.ChannelFormat` wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from market.channels.formats.shopee import layout
from market.channels.ports import Book, Heads
from market.channels.rules import ChannelListing, FilledRows, TemplateManifest

SHIPPING_WORDS = {
    "5001": "Nhanh",
    "5000": "Hỏa Tốc",
    "5012": "Trong Ngày",
    "50052": "Tủ nhận hàng - SPX",
    "50039": "Tủ nhận hàng - Viettel Smartbox",
    "50053": "Điểm nhận hàng",
}
"""Shopee's own words of 2026 in Viet Nam, for templates whose label row repeats the token."""


@dataclass(frozen=True, slots=True)
class Shopee:
    """Basic and advanced templates, in the layouts of 2021 and of 2023 onwards."""

    name: str = "shopee"
    label: str = "Shopee"
    where: str = "Kênh người bán → Quản lý sản phẩm → Đăng hàng loạt → tải mẫu cơ bản."

    def read(self, book: Book, heads: Heads) -> TemplateManifest | None:
        return layout.read(book, heads)

    def shipping(self, manifest: TemplateManifest) -> Mapping[str, str]:
        return {token: _words(token, manifest) for token in layout.shipping_tokens(manifest.columns)}

    def to_rows(
        self, listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str]
    ) -> FilledRows:
        return layout.to_rows(listings, manifest, shipping)


def _words(token: str, manifest: TemplateManifest) -> str:
    """What the seller's own template calls a way of shipping, else the marketplace's word for its number."""
    label = manifest.labels.get(token, token)
    number = token.removeprefix(layout.SHIPPING).lstrip("._")
    return SHIPPING_WORDS.get(number, label) if number in label else label
