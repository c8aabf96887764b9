"""Questions about money: what an order has been paid, what came in to a stall, what waits for a person."""

from market.payments.queries.cards import card_account_by_key, card_account_of, card_payment_id
from market.payments.queries.orders import (
    Owed,
    Paid,
    Payment,
    PayTo,
    paid_of,
    payment_of,
    payments_owed,
    received_for,
)
from market.payments.queries.stalls import (
    CameIn,
    MoneyIn,
    Waiting,
    came_in_lately,
    credit_of_stall,
    credits_unread,
    money_in,
    money_this_month,
    money_today,
    unmatched,
)

__all__ = [
    "CameIn",
    "MoneyIn",
    "Owed",
    "Paid",
    "PayTo",
    "Payment",
    "Waiting",
    "came_in_lately",
    "card_account_by_key",
    "card_account_of",
    "card_payment_id",
    "credit_of_stall",
    "credits_unread",
    "money_in",
    "money_this_month",
    "money_today",
    "paid_of",
    "payment_of",
    "payments_owed",
    "received_for",
    "unmatched",
]
