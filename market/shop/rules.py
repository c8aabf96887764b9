"""What pages for buyers work out for themselves: data for search engines, words as names spell them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from market.values.text import fold

IN_STOCK = "https://schema.org/InStock"
SOLD_OUT = "https://schema.org/OutOfStock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One variant for search engines: đồng, and whether it can be bought."""

    price: int
    is_in_stock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Advert:
    """A product as search engines and link previews name it; addresses are whole."""

    name: str
    description: str
    address: str
    pictures: tuple[str, ...]
    seller: str
    offers: tuple[Offered, ...]


def product_data(advert: Advert) -> Mapping[str, object]:
    """schema.org Product (https://schema.org/Product), for a JSON-LD block."""
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": advert.name,
        "description": advert.description,
        "url": advert.address,
        "image": list(advert.pictures),
        "offers": [
            {
                "@type": "Offer",
                "url": advert.address,
                "price": offer.price,
                "priceCurrency": "VND",
                "availability": IN_STOCK if offer.is_in_stock else SOLD_OUT,
                "seller": {"@type": "Organization", "name": advert.seller},
            }
            for offer in advert.offers
        ],
    }


def as_written(words: str, names: Iterable[str]) -> str:
    """Folded words as the names spell them: `gao nep` -> `gạo nếp`. A word that no name has stays as it is."""
    spelled: dict[str, str] = {}
    for name in names:
        for word in name.lower().split():
            spelled.setdefault(fold(word), word.strip(".,;:()"))
    return " ".join(spelled.get(fold(word), word) for word in words.split())


def short_names(names: Iterable[str], most: int) -> list[str]:
    """The heads of names (two words, as `rươi tươi`), each once, at most so many."""
    heads = (" ".join(name.lower().split()[:2]).strip(",.") for name in names)
    return list(dict.fromkeys(heads))[:most]
