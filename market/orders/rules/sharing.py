"""Goods of which there are fewer than was ordered: one rule says who gets how much."""

from collections.abc import Sequence

SHARE_RULE = "Không đủ hàng thì ai đặt trước được trước: đơn đặt sớm nhận đủ, đơn sau nhận phần còn lại."
"""The rule in the words that both sides read."""
MOST_SHARED = 100
"""Among so many orders goods are shared at once."""


def share_in_turn(there: int, wanted: Sequence[int], step: int) -> list[int]:
    """What each gets of what is there (thousandths), those who ordered first before the others: all that they want as
    long as it lasts, then what is left, then nothing. Only whole steps of the unit are given, so that all of what is
    there is given but for what is less than one; never more than is wanted."""
    rest = max(0, there - there % step)
    shares = []
    for amount in wanted:
        share = min(amount, rest)
        shares.append(share)
        rest -= share
    return shares
