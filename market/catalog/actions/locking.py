"""The doors to a listing: its row, locked, for the stall or the office that decides on it. See docs/locks.md."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound
from market.catalog.models import Product, Variant
from market.catalog.queries.listing import variant_id_of
from market.sellers.models import Stall


def stall_product(session: Session, stall_id: int, product_id: int) -> Locked[Product]:
    """A stall's product; NotFound where it is another's."""
    return locked(session, Product, Product.id == product_id, Product.stall_id == stall_id)


@dataclass(frozen=True, slots=True)
class LockedListing:
    """A product, locked after its stall, under whose lock its changes wait for the office."""

    stall: Locked[Stall]
    product: Locked[Product]


def stall_listing(session: Session, stall_id: int, product_id: int) -> LockedListing:
    """A stall's product with the stall; NotFound where it is another's."""
    stall = locked(session, Stall, Stall.id == stall_id)
    return LockedListing(stall, stall_product(session, stall_id, product_id))


def commune_listing(session: Session, commune_id: int, product_id: int) -> LockedListing:
    """A product of a commune with its stall; NotFound where it is another's."""
    of_it = Product.id == product_id, Product.commune_id == commune_id
    stall_id = session.scalar(select(Product.stall_id).where(*of_it))
    if stall_id is None:
        raise NotFound
    return stall_listing(session, stall_id, product_id)


def all_variants(session: Session, product_id: int) -> list[Locked[Variant]]:
    """Whatever a product was ever sold as."""
    return locked_all(session, Variant, Variant.product_id == product_id)


def product_variant(session: Session, product: Locked[Product], variant_id: int | None) -> Locked[Variant]:
    """A variant that a product is sold as now: its first where none is named; NotFound where it is another's.

    What a product is sold as changes under the product's lock alone, so the variant found is still one of its.
    """
    found = variant_id_of(session, product.row, variant_id)
    return locked(session, Variant, Variant.id == found)
