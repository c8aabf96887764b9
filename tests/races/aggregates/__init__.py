"""Every aggregate of the market that is raced, by what people call it."""

from collections.abc import Callable, Mapping

from tests.cast import Cast
from tests.races.aggregates import cards, carts, goods, lots, orders, people, pictures, register
from tests.races.harness import Aggregate

AGGREGATES: Mapping[str, Callable[[Cast], Aggregate]] = {
    "unanswered orders": orders.unanswered_orders,
    "orders": orders.orders,
    "payment requests": orders.payment_requests,
    "refunds": orders.refunds,
    "bank credits": orders.bank_credits,
    "credits taken off": orders.credits_taken_off,
    "reviews": orders.reviews,
    "card payments": cards.card_payments,
    "card beginnings": cards.card_beginnings,
    "card accounts": cards.card_accounts,
    "new card accounts": cards.new_card_accounts,
    "listings": goods.listings,
    "stocks": goods.stocks,
    "held stocks": goods.held_stocks,
    "new listings": goods.new_listings,
    "stored pictures": pictures.stored_pictures,
    "lots": lots.lots,
    "stamps": lots.stamps,
    "carts": carts.baskets,
    "businesses": register.businesses,
    "claims": register.claims,
    "verifications": register.verifications,
    "papers": register.papers,
    "stalls": register.stalls,
    "bank accounts": register.bank_accounts,
    "proposals": register.proposals,
    "posts": people.posts,
    "mandates": people.mandates,
    "sign-in codes": people.sign_in_codes,
    "ways back in": people.ways_back_in,
    "second factors": people.second_factors,
    "appointments": people.appointments,
    "newcomers": people.newcomers,
    "tries": people.tries,
}
DRAWN_BY_DAY = {
    "appointments",
    "businesses",
    "card beginnings",
    "credits taken off",
    "refunds",
    "reviews",
    "second factors",
    "stocks",
    "unanswered orders",
    "ways back in",
}
"""Seen from another side than the others, or slow: a share of their pairs by day, all of them nightly."""
