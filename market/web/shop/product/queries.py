"""A product as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalog.queries.product import Goods, goods_with, public_goods
from market.trace.queries.public import PublicLot, has_public_lot, lots_of_product_public

_GOODS = goods_with(has_public_lot())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOffer:
    """A product as its page shows it, with the lots that have been sealed."""

    goods: Goods
    lots: tuple[PublicLot, ...]


def product_offered(session: Session, commune_id: int, product_id: int, *, now: datetime) -> ProductOffer:
    """A public product with its lots; NotFound where it is not public."""
    goods = public_goods(session, _GOODS, commune_id, product_id, now=now)
    lots = lots_of_product_public(session, product_id) if goods.has_lot else ()
    return ProductOffer(goods=goods, lots=tuple(lots))
