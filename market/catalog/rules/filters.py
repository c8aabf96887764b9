"""What a buyer wants of goods, and in which order they stand."""

import enum
from dataclasses import dataclass
from datetime import datetime

from market.values.money import Dong
from market.values.period import local_day


class CardOrder(enum.StrEnum):
    """How cards stand, what can be bought before what is sold out: the newest first, or by the price that they show
    (of one price the oldest first where the cheapest are, the newest where the dearest are)."""

    NEWEST = "moi"
    CHEAPEST = "re"
    DEAREST = "dat"

    @property
    def is_by_price(self) -> bool:
        return self is not CardOrder.NEWEST


class DeliveryWay(enum.StrEnum):
    """A way in which a stall brings its goods to buyers."""

    AT_POINT = "diem"
    TO_DOOR = "nha"
    SENT_OUTSIDE = "xa"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsFilter:
    """What goods must be: of sellers of these hamlets, of these categories, at a price from and to, of a season that it
    is, of a seller with a certificate in force, brought in some way. What is empty asks nothing."""

    hamlet_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    price_from: Dong | None = None
    price_to: Dong | None = None
    is_in_season: bool = False
    is_certified: bool = False
    delivery: DeliveryWay | None = None

    @property
    def asks(self) -> bool:
        """Whether it leaves anything out."""
        return self != GoodsFilter()

    def values(self, now: datetime) -> dict[str, object]:
        """What statements of `catalog.queries.filtered` bind for it, as of a moment."""
        today = local_day(now)
        return {
            "hamlets": self.hamlet_ids,
            "categories": self.category_ids,
            "price_from": self.price_from,
            "price_to": self.price_to,
            "month": today.month,
            "today": today,
        }
