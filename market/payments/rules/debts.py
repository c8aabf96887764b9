"""Mua chịu: what a stall's regulars owe it, by the stall's own word."""

import enum

from market.values.phone import Phone
from market.values.text import fold

LONGEST_NAME, LONGEST_GOODS = 60, 120
"""Characters of who owes, and of what they took."""


class DebtKind(enum.StrEnum):
    """A row of the book: an order handed over on credit, goods that had no order, money that was paid off, a row that
    was taken back."""

    ORDER = "don"
    GOODS = "hang"
    PAID = "tra"
    TAKEN_BACK = "go"


def debtor_key(name: str, phone: Phone | None) -> str:
    """By what a stall tells a regular from another: the phone where it knows one, else the name as it is said."""
    return str(phone) if phone else fold(name)
