"""What goods cost on a commune's market now, to be compared with a price that somebody types."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from market.catalog.models import Category, Product, Variant
from market.catalog.queries.public import is_listed
from market.catalog.rules import guess_ocop_set
from market.catalog.rules.prices import KnownPrices, Priced
from market.values.text import fold

MOST = 200
HEAD = 2
"""So many words of a name say what it is: `cà chua bi` is cà chua."""


def known_prices(
    session: Session, commune_id: int, name: str, category_id: int | None, *, before: Variant | None = None
) -> KnownPrices:
    """What the price of goods with this name is compared with on the commune's market. `before`: what is sold now,
    itself no comparison, nor anything else of its product."""
    ocop_set = _ocop_set(session, category_id) or guess_ocop_set(name)
    head = " ".join(fold(name).split()[:HEAD])
    own = Product.id != (before.product_id if before else 0)
    of_name = _priced(commune_id).where(own, Product.folded.startswith(head, autoescape=True))
    kinds = select(Category.id).where(Category.ocop_set == ocop_set)
    of_kind = _priced(commune_id).where(own, Product.category_id.in_(kinds))
    return KnownPrices(
        before=priced(before) if before else None,
        same_name=_found(session, of_name) if head else (),
        same_kind=_found(session, of_kind) if ocop_set else (),
        ocop_set=ocop_set,
    )


def priced(variant: Variant) -> Priced:
    return Priced(price=variant.price, unit=variant.unit, pack_amount=variant.pack_amount, pack_unit=variant.pack_unit)


def _ocop_set(session: Session, category_id: int | None) -> int | None:
    return session.scalar(select(Category.ocop_set).where(Category.id == category_id)) if category_id else None


def _priced(commune_id: int) -> Select[Variant]:
    """The newest prices of a commune."""
    return (
        select(Variant)
        .join(Variant.product)
        .where(Product.commune_id == commune_id, is_listed(), Variant.removed_at.is_(None))
        .order_by(Product.id.desc(), Variant.id)
        .limit(MOST)
    )


def _found(session: Session, query: Select[Variant]) -> Sequence[Priced]:
    return [priced(one) for one in session.scalars(query)]
