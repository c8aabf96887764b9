"""Lazada as `ports.ChannelFormat` wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from market.channels.formats.lazada import layout
from market.channels.ports import Book, Heads
from market.channels.rules import ChannelListing, FilledRows, TemplateManifest


@dataclass(frozen=True, slots=True)
class Lazada:
    """The template of new products of one category."""

    name: str = "lazada"
    label: str = "Lazada"
    where: str = "Lazada Seller Center → Sản phẩm → đăng hàng loạt → chọn một ngành hàng rồi tải mẫu."

    def read(self, book: Book, heads: Heads) -> TemplateManifest | None:
        return layout.read(book, heads)

    def shipping(self, manifest: TemplateManifest) -> Mapping[str, str]:
        return {}

    def to_rows(
        self, listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str]
    ) -> FilledRows:
        return layout.to_rows(listings, manifest)
