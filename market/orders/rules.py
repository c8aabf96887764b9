"""An order's life: its states, which move follows which, and the clocks that end it."""

import enum
from datetime import datetime, time, timedelta

from market.values.period import VIETNAM


class OrderStatus(enum.StrEnum):
    """Where an order stands; what is paid is told apart, by the money itself."""

    CHO_NHAN = "cho_nhan"
    DA_NHAN = "da_nhan"
    SAN_SANG = "san_sang"
    DA_GIAO = "da_giao"
    TU_CHOI = "tu_choi"
    QUA_HAN = "qua_han"
    DA_HUY = "da_huy"


class PayChoice(enum.StrEnum):
    """The buyer's choice: pay on receipt (cash or the order's own QR), or transfer once the stall has accepted."""

    KHI_NHAN = "khi_nhan"
    CHUYEN_KHOAN = "chuyen_khoan"


class Delivery(enum.StrEnum):
    """How goods reach the buyer."""

    DIEM_NHAN = "diem_nhan"
    TRONG_XA = "trong_xa"
    GUI_XA = "gui_xa"


MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.CHO_NHAN: frozenset(
        {OrderStatus.DA_NHAN, OrderStatus.TU_CHOI, OrderStatus.QUA_HAN, OrderStatus.DA_HUY}
    ),
    OrderStatus.DA_NHAN: frozenset(
        {OrderStatus.SAN_SANG, OrderStatus.DA_GIAO, OrderStatus.QUA_HAN, OrderStatus.DA_HUY, OrderStatus.TU_CHOI}
    ),
    OrderStatus.SAN_SANG: frozenset({OrderStatus.DA_GIAO, OrderStatus.DA_HUY}),
    OrderStatus.DA_GIAO: frozenset(),
    OrderStatus.TU_CHOI: frozenset(),
    OrderStatus.QUA_HAN: frozenset(),
    OrderStatus.DA_HUY: frozenset(),
}
OPEN = frozenset(status for status, moves in MOVES.items() if moves)

EVENING = time(20, 0)
ANSWER_WITHIN = timedelta(hours=4)
TRANSFER_HOLD = timedelta(minutes=30)
HOLD_AFTER_SAID_PAID = timedelta(hours=24)


def can_move(status: OrderStatus, to: OrderStatus) -> bool:
    return to in MOVES[status]


def answer_deadline(placed_at: datetime) -> datetime:
    """Until when a stall may answer: that evening at 20:00 (Vietnam) or 4 hours after placing, whichever is later."""
    local = placed_at.astimezone(VIETNAM)
    evening = datetime.combine(local.date(), EVENING, tzinfo=VIETNAM)
    return max(evening, placed_at + ANSWER_WITHIN).astimezone(placed_at.tzinfo)
