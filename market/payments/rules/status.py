"""What a sum that came in means for what was asked: never set by hand, always derived."""

import enum

from market.orders.rules import OPEN, OrderStatus
from market.values.money import Dong, format_dong


class PaidStatus(enum.StrEnum):
    """None, too little, exactly, too much."""

    UNPAID = "chua"
    PARTIAL = "thieu"
    PAID = "du"
    OVERPAID = "thua"

    @property
    def is_settled(self) -> bool:
        return self in (PaidStatus.PAID, PaidStatus.OVERPAID)


def paid_status(asked: int, received: int) -> PaidStatus:
    if received <= 0:
        return PaidStatus.UNPAID if asked else PaidStatus.PAID
    if received < asked:
        return PaidStatus.PARTIAL
    return PaidStatus.PAID if received == asked else PaidStatus.OVERPAID


def paid_words(asked: int, received: int, *, deposit: int = 0) -> str:
    """For the order's pages; a surplus has a line of its own there."""
    if not asked:
        return "Không phải trả tiền"
    if deposit and received < asked:
        return _deposit_words(asked, received, deposit)
    match paid_status(asked, received):
        case PaidStatus.UNPAID:
            return "Chưa thấy tiền"
        case PaidStatus.PARTIAL:
            return f"Đã nhận {format_dong(received)}, còn THIẾU {format_dong(remaining(asked, received))}"
        case _:
            return "Đã nhận đủ tiền"


def _deposit_words(asked: int, received: int, deposit: int) -> str:
    if wanting := wanting_of_deposit(asked, received, deposit):
        came = f"Đã nhận {format_dong(received)}, còn THIẾU" if received else "Chưa thấy"
        return f"{came} tiền cọc {format_dong(wanting)}"
    return f"Đã nhận tiền cọc {format_dong(received)}, còn {format_dong(remaining(asked, received))} khi nhận hàng"


def wanting_of_deposit(asked: int, received: int, deposit: int) -> Dong:
    """What is still to come of a deposit, which is never more than the order comes to by now."""
    return Dong(max(0, min(deposit, asked) - received))


def due_now(asked: int, received: int, deposit: int) -> Dong:
    """What is to be paid next: what is wanting of the deposit, and once that is in, the rest."""
    return wanting_of_deposit(asked, received, deposit) or remaining(asked, received)


def remaining(asked: int, received: int) -> Dong:
    """What is still to come; nothing where enough or more is in."""
    return Dong(max(0, asked - received))


def surplus(asked: int, received: int) -> Dong:
    """What came in over what was asked: money owed back, never revenue."""
    return Dong(max(0, received - asked))


def keeps_order(asked: int, received: int, *, deposit: int = 0) -> bool:
    """Whether enough is in that no clock ends the order: half of what was asked, or its deposit.

    Less than that is given back when the order ends.
    """
    return received * 2 >= asked or 0 < deposit <= received


def binds_buyer(asked: int, received: int, *, deposit: int = 0) -> bool:
    """Whether so much is in that the buyer cannot call the order off alone: half of it, and more than the deposit,
    which goes back to who calls it off before it is packed."""
    return received * 2 >= asked and received > deposit


def to_give_back(asked: int, received: int, *, is_closed: bool, kept: int = 0) -> Dong:
    """What of the money is the buyer's: all of it once the order has ended undelivered, but what its terms leave the
    stall; before that the surplus."""
    return Dong(received - kept) if is_closed else surplus(asked, received)


class Stage(enum.StrEnum):
    """What an order's payment page is for at this moment."""

    AWAITING_ACCEPTANCE = "cho_nhan"
    TRANSFER = "chuyen"
    CASH = "tien_mat"
    DONE = "xong"
    DO_NOT_TRANSFER = "dung_chuyen"


ASKS_FOR_MONEY = frozenset({Stage.TRANSFER, Stage.CASH})
"""The stages in which the buyer may pay now."""


def stage_of(order: OrderStatus, paid: PaidStatus, *, has_account: bool, is_unknown: bool = False) -> Stage:
    """Nobody is asked to pay before the stall has accepted, while nobody knows what it comes to (they are asked whether
    they take less, or it is to be weighed: `is_unknown`), or once the order is over or paid."""
    if order not in OPEN and order is not OrderStatus.DELIVERED:
        return Stage.DO_NOT_TRANSFER
    if paid.is_settled:
        return Stage.DONE
    if order is OrderStatus.PLACED or is_unknown:
        return Stage.AWAITING_ACCEPTANCE
    return Stage.TRANSFER if has_account else Stage.CASH
