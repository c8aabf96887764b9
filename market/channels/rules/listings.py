"""What goes to a marketplace, what a seller's template asks for, and what became of each listing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from market.channels.rules.limits import ChannelLimits

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
class ListedWords:
    """A product's name and description as one marketplace is to have them."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelListing:
    """A product as any marketplace sees it; weight and size are the parcel's: grams, whole cm (length, width, height).

    `name_suffix` holds true facts (pack, hamlet, commune) for where a marketplace wants a longer name; `category` is a
    `TemplateCategory.value` of the marketplace's own template; `image_side` the shortest side of any picture, in
    pixels. `answers`: token -> what its seller answered for a column that the market has nothing for. `words`: what she
    took for this marketplace in place of name and description; `words_are_old`: what the market says has changed since.
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
    answers: Mapping[str, str] = field(default_factory=dict)
    words: ListedWords | None = None
    words_are_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCategory:
    """A category the template knows: what its cell holds, and the path people read."""

    value: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateManifest:
    """What one uploaded template asks for, keyed by the template's own tokens.

    `channel` is the marketplace's name, `columns` holds letters, `labels` what the seller reads, `examples` words the
    template itself shows for a cell, `hints` what it says of a column, `choices` the words that a cell may hold where
    it lists them. `no_brand`: its own word for goods without a brand.
    `is_of_one_category`: it is made for the one that it names. `limits`: what the marketplace takes, `told` the
    names of those that the template itself says; None where the format knows none.
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
    hints: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_brand: str = ""
    is_of_one_category: bool = False
    limits: ChannelLimits | None = None
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A listing that cannot go, and why, in sentences for its seller; `lacks` are the columns that she can answer."""

    listing: ChannelListing
    reasons: tuple[str, ...]
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRows:
    """One row per variant in the order of the listings; every listing is either in `rows` or in `refused`."""

    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]

    def reasons_for(self, product_id: int) -> tuple[str, ...]:
        """Why a product cannot go; empty where it can."""
        return next((refusal.reasons for refusal in self.refused if refusal.listing.product_id == product_id), ())

    @property
    def lacks(self) -> list[str]:
        """The columns that some listing waits for an answer to."""
        return list(dict.fromkeys(token for refusal in self.refused for token in refusal.lacks))
