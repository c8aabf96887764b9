"""What other sites are told of a product."""

from collections.abc import Mapping
from dataclasses import dataclass

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
