"""The doors to a listing: its row, locked, for the stall or the office that decides on it. See docs/locks.md."""

from sqlalchemy.orm import Session

from market.base.db import Locked, locked
from market.catalog.models import Product, Variant
from market.catalog.queries.listing import variant_id_of


def stall_product(session: Session, stall_id: int, product_id: int) -> Locked[Product]:
    """A stall's product; NotFound where it is another's."""
    return locked(session, Product, Product.id == product_id, Product.stall_id == stall_id)


def commune_product(session: Session, commune_id: int, product_id: int) -> Locked[Product]:
    """A product of a commune; NotFound where it is another's."""
    return locked(session, Product, Product.id == product_id, Product.commune_id == commune_id)


def product_variant(session: Session, product: Locked[Product], variant_id: int | None) -> Locked[Variant]:
    """A variant that a product is sold as now: its first where none is named; NotFound where it is another's.

    What a product is sold as changes under the product's lock alone, so the variant found is still one of its.
    """
    found = variant_id_of(session, product.row, variant_id)
    return locked(session, Variant, Variant.id == found)
