"""What happens to money: asked for, noticed, put on orders, taken off again; the check-out that asks for it."""

from market.payments.actions.allocating import allocate, confirm_received, set_aside, undo
from market.payments.actions.asking import check_out, open_requests
from market.payments.actions.card import NewCardAccount, note_intent, settle_card, take_cards, take_no_cards
from market.payments.actions.crediting import (
    Delivered,
    NewCredit,
    log_delivery,
    match_credit,
    record_credit,
)
from market.payments.actions.handing import HandOver, hand_over

__all__ = [
    "Delivered",
    "HandOver",
    "NewCardAccount",
    "NewCredit",
    "allocate",
    "check_out",
    "confirm_received",
    "hand_over",
    "log_delivery",
    "match_credit",
    "note_intent",
    "open_requests",
    "record_credit",
    "set_aside",
    "settle_card",
    "take_cards",
    "take_no_cards",
    "undo",
]
