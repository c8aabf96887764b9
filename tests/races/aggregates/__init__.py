"""Every aggregate of the market that is raced, by what people call it."""

from collections.abc import Callable, Mapping

from tests.cast import Cast
from tests.races.aggregates import carts, goods, lots
from tests.races.harness import Aggregate

AGGREGATES: Mapping[str, Callable[[Cast], Aggregate]] = {
    "listings": goods.listings,
    "stocks": goods.stocks,
    "new listings": goods.new_listings,
    "lots": lots.lots,
    "stamps": lots.stamps,
    "carts": carts.baskets,
}
