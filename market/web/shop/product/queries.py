"""A product as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from market.catalog.queries.product import Goods, goods_with, public_goods
from market.trace.queries.public import PublicLot, has_public_lot, lots_of_product_public

_GOODS = goods_with(has_public_lot())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOffer:
    """A product as its page shows it, with the lots that have been sealed."""

    goods: Goods
    lots: tuple[PublicLot, ...]


def goods_offered(rows: Connection, commune_id: int, product_id: int, *, now: datetime) -> Goods:
    """A public product; NotFound where it is not public."""
    return public_goods(rows, _GOODS, commune_id, product_id, now=now)


def with_lots(session: Session, goods: Goods) -> ProductOffer:
    """The product with its lots; nothing is asked where it has none."""
    lots = lots_of_product_public(session, goods.facts.id) if goods.has_lot else ()
    return ProductOffer(goods=goods, lots=tuple(lots))
