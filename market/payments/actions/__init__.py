"""What happens to money: asked for, noticed, put on orders, taken off again; the check-out that asks for it."""

from market.payments.actions.allocating import allocate, confirm_received, set_aside, undo
from market.payments.actions.asking import check_out, open_requests
from market.payments.actions.card import (
    NewCardKeys,
    begin_card,
    heed_card,
    keep_card_keys,
    note_checkout,
    settle_card,
    take_cards,
    take_no_cards,
)
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
    "NewCardKeys",
    "NewCredit",
    "allocate",
    "begin_card",
    "check_out",
    "confirm_received",
    "hand_over",
    "heed_card",
    "keep_card_keys",
    "log_delivery",
    "match_credit",
    "note_checkout",
    "open_requests",
    "record_credit",
    "set_aside",
    "settle_card",
    "take_cards",
    "take_no_cards",
    "undo",
]
