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
from market.payments.actions.orders import (
    HandOver,
    accept_order,
    ask_to_answer,
    cancel_order,
    decline_order,
    end_overdue_order,
    hand_over,
    ready_order,
    say_paid,
)
from market.payments.actions.refunding import NewRefund, refund

__all__ = [
    "Delivered",
    "HandOver",
    "NewCardKeys",
    "NewCredit",
    "NewRefund",
    "accept_order",
    "allocate",
    "ask_to_answer",
    "begin_card",
    "cancel_order",
    "check_out",
    "confirm_received",
    "decline_order",
    "end_overdue_order",
    "hand_over",
    "heed_card",
    "keep_card_keys",
    "log_delivery",
    "match_credit",
    "note_checkout",
    "open_requests",
    "ready_order",
    "record_credit",
    "refund",
    "say_paid",
    "set_aside",
    "settle_card",
    "take_cards",
    "take_no_cards",
    "undo",
]
