"""What happens to money: asked for, noticed, allocated to orders, reversed; the check-out that asks for it."""

from market.payments.actions.allocating import (
    NewMatch,
    SetAside,
    Undo,
    allocate,
    confirm_received,
    dismiss_credit,
    undo,
)
from market.payments.actions.bank_credits import (
    Delivered,
    NewCredit,
    log_delivery,
    match_credit,
    record_credit,
)
from market.payments.actions.card import begin_card, note_checkout, settle_card, sync_checkout
from market.payments.actions.card_keys import (
    NewCardKeys,
    begin_card_keys,
    disable_card_payments,
    enable_card_payments,
    keep_card_keys,
)
from market.payments.actions.orders import (
    Accept,
    HandOver,
    OrderRef,
    accept_order,
    ask_to_answer,
    cancel_order,
    decline_order,
    end_overdue_order,
    hand_over,
    ready_order,
    say_paid,
)
from market.payments.actions.payment_requests import check_out, open_requests
from market.payments.actions.refunding import NewRefund, refund

__all__ = [
    "Accept",
    "Delivered",
    "HandOver",
    "NewCardKeys",
    "NewCredit",
    "NewMatch",
    "NewRefund",
    "OrderRef",
    "SetAside",
    "Undo",
    "accept_order",
    "allocate",
    "ask_to_answer",
    "begin_card",
    "begin_card_keys",
    "cancel_order",
    "check_out",
    "confirm_received",
    "decline_order",
    "disable_card_payments",
    "dismiss_credit",
    "enable_card_payments",
    "end_overdue_order",
    "hand_over",
    "keep_card_keys",
    "log_delivery",
    "match_credit",
    "note_checkout",
    "open_requests",
    "ready_order",
    "record_credit",
    "refund",
    "say_paid",
    "settle_card",
    "sync_checkout",
    "undo",
]
