"""TikTok Shop as `ports.ChannelFormat` wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from market.channels.formats.tiktok import layout
from market.channels.ports import Book, Heads
from market.channels.rules import ChannelListing, FilledRows, TemplateManifest


@dataclass(frozen=True, slots=True)
class TikTok:
    """The metric template, version 5."""

    name: str = "tiktok"
    label: str = "TikTok Shop"
    where: str = "TikTok Shop Seller Center → Sản phẩm → Tải lên hàng loạt → tải mẫu, chọn gam và cm."

    def read(self, book: Book, heads: Heads) -> TemplateManifest | None:
        return layout.read(book, heads)

    def shipping(self, manifest: TemplateManifest) -> Mapping[str, str]:
        return {}

    def to_rows(
        self, listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str]
    ) -> FilledRows:
        return layout.to_rows(listings, manifest)
