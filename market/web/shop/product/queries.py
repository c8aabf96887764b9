"""A product as its page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from market.base.db import reading
from market.catalog.queries.product import Goods, goods_with, public_goods
from market.trace.queries.public import PublicLot, has_public_lot, lots_of_product_public

_GOODS = goods_with(has_public_lot())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOffer:
    """A product as its page shows it, with the lots that have been sealed."""

    goods: Goods
    lots: tuple[PublicLot, ...]

    @property
    def has_lot_for_sale(self) -> bool:
        return any(not (lot.is_recalled or lot.is_past) for lot in self.lots)

    @property
    def stopping(self) -> PublicLot | None:
        """The lot that keeps the goods from being sold, the newest; None where none does."""
        return next((lot for lot in self.lots if lot.stops), None) if self.goods.is_stopped else None


def goods_offered(rows: Connection, commune_id: int, product_id: int, *, now: datetime) -> Goods:
    """A public product; NotFound where it is not public."""
    return public_goods(rows, _GOODS, commune_id, product_id, now=now)


def with_lots(goods: Goods, *, today: date) -> ProductOffer:
    """The product with its lots; nothing is asked, and no session opened, where it has none."""
    lots = lots_of_product_public(reading(), goods.facts.id, today=today) if goods.has_lot else ()
    return ProductOffer(goods=goods, lots=tuple(lots))
