"""What the loudspeaker tells of: goods whose season it is, that can be bought now, and whose they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalog.models import Product
from market.catalog.queries.browse import COMMUNE, IS_SEASON, MOST, is_in_stock
from market.catalog.queries.public import public_conditions
from market.places.models import Hamlet
from market.sellers.models import Business, Stall


class SeasonalGood(NamedTuple):
    """A public listing, as everybody sees it."""

    name: str
    stall: str
    hamlet: str


_ON_SALE = (
    select(Product.name, Stall.name, Hamlet.name)
    .join(Stall, Stall.id == Product.stall_id)
    .join(Business, Business.id == Stall.business_id)
    .join(Hamlet, Hamlet.id == Business.hamlet_id)
    .where(Product.commune_id == COMMUNE, *IS_SEASON, *public_conditions(), is_in_stock())
    .order_by((Product.season_to - Product.season_from + 12) % 12, Product.folded, Hamlet.sort_key, Product.id)
    .limit(MOST)
)


def seasonal_on_sale(
    session: Session, commune_id: int, month: int, most: int, *, now: datetime
) -> Sequence[SeasonalGood]:
    """Those with the shortest season first; nothing that is hidden, sold out or of a stall that rests."""
    values = {"commune": commune_id, "month": month, "most": most, "now": now}
    return [SeasonalGood(*row) for row in session.execute(_ON_SALE, values)]
