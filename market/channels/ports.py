"""What the market must know of a marketplace to fill its sellers' files."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from market.channels.rules import ChannelListing, FilledRows, TemplateManifest

Rows = Mapping[int, Mapping[str, str]]
"""Row number -> column letters -> text."""
Heads = Mapping[str, Rows]
"""Sheet name -> its first rows; hidden sheets may run to hundreds of thousands of cells that nobody needs."""


class Book(Protocol):
    """An opened workbook."""

    @property
    def sheets(self) -> Mapping[str, str]: ...

    def rows(self, sheet: str, last: int = ...) -> Rows: ...

    def lists(self, sheet: str) -> Mapping[str, Sequence[str]]:
        """Column letters -> the texts among which a cell of the column is chosen."""


class ChannelFormat(Protocol):
    """A marketplace whose own templates are read and filled. `name` stands in addresses and rows."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str:
        """What sellers call it."""

    @property
    def where(self) -> str:
        """Where in the marketplace's own pages a seller finds the template."""

    def read(self, book: Book, heads: Heads) -> TemplateManifest | None:
        """What an upload template asks for; None where it is another marketplace's. ValueError, in a sentence for the
        seller, where it cannot serve."""

    def shipping(self, manifest: TemplateManifest) -> Mapping[str, str]:
        """The ways of shipping that the seller chooses among: column -> words. Empty where the file asks for none."""

    def to_rows(
        self, listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str]
    ) -> FilledRows:
        """The listings as rows. ValueError for a way of shipping that the template does not have."""
