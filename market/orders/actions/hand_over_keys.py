"""The key that only the buyer's own pages show, as it is shown at hand-over: whole, or its last 4 characters."""

from collections.abc import Sequence

from market.base.db import Locked
from market.base.errors import Refused
from market.orders.models import Order
from market.orders.queries.keys import is_hand_over_key
from market.orders.rules import OrderSource


class WrongCode(Refused):
    """The buyer's hand-over code is none of these orders'."""


def check_shown(orders: Sequence[Locked[Order]], shown: str) -> None:
    """WrongCode where what was shown is the key of none of these orders of one purchase: who holds the page of one
    holds those of all. Of an order that its stall wrote down, no key says anything: the stall itself could show it."""
    of_buyers = [one.row.code for one in orders if one.row.source is OrderSource.MARKET]
    if not of_buyers:
        raise WrongCode("wrong_code", "Đơn ghi qua điện thoại không có mã nhận hàng. Mời giao không có mã.")
    if not any(is_hand_over_key(code, shown) for code in of_buyers):
        raise WrongCode("wrong_code", "Mã nhận hàng chưa đúng. Nhờ người mua mở lại đơn trên điện thoại để xem mã.")
