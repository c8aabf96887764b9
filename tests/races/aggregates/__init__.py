"""Every aggregate of the market that is raced, by what people call it."""

from collections.abc import Callable, Mapping

from tests.cast import Cast
from tests.races.aggregates import cards, carts, goods, lots, orders
from tests.races.harness import Aggregate

AGGREGATES: Mapping[str, Callable[[Cast], Aggregate]] = {
    "unanswered orders": orders.unanswered_orders,
    "orders": orders.orders,
    "payment requests": orders.payment_requests,
    "refunds": orders.refunds,
    "bank credits": orders.bank_credits,
    "reviews": orders.reviews,
    "card payments": cards.card_payments,
    "card accounts": cards.card_accounts,
    "listings": goods.listings,
    "stocks": goods.stocks,
    "new listings": goods.new_listings,
    "lots": lots.lots,
    "stamps": lots.stamps,
    "carts": carts.baskets,
}
