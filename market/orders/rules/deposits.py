"""Deposits ("đặt cọc"): how much is asked of whom, and what becomes of it.

The terms stand in words at the address of what happens where nobody comes; each order freezes their version.
"""

from dataclasses import dataclass

from market.orders.rules import PayChoice
from market.values.money import Dong

TERMS = 1
"""The version of the terms that a new order freezes: what its deposit is for and who has it in the end."""
PERCENTS = (10, 20, 30, 50)
"""Which part of an order a stall may ask for, as far as the market's bound goes."""
STEP = 1000
"""Deposits are whole thousands of đồng."""
KEPT_PERCENT = 100
"""What of it the stall keeps where nobody comes, where no dated fact says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """What is paid before goods are kept, and what of that is the stall's where nobody comes for them (đồng)."""

    amount: Dong
    kept: Dong


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositAsked:
    """What a stall asks of those who never had anything from it: a part of every order that comes to so much. It is
    transferred, so a stall without an account asks for none."""

    percent: int
    least: Dong
    takes_transfer: bool

    def of(self, total: Dong, pay_choice: PayChoice, *, bought_here: int, kept_percent: int) -> Deposit | None:
        """Of one order of a buyer who was handed so many before; None where nothing is asked. Who transfers all of it
        before it is packed has no deposit to pay."""
        is_asked = self.percent and self.takes_transfer and pay_choice is PayChoice.ON_RECEIPT
        if not is_asked or bought_here or total < max(self.least, STEP):
            return None
        amount = min(max(rounded(total * self.percent, 100), STEP), total)
        return Deposit(amount=Dong(amount), kept=Dong(amount * kept_percent // 100))


def rounded(part: int, whole: int) -> int:
    """A part of something in whole steps, half a step up."""
    return (part + whole * STEP // 2) // (whole * STEP) * STEP
