"""An order's life: its states, which move follows which, and the clocks that end it."""

import enum
import hashlib
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
TIMED = frozenset({OrderStatus.CHO_NHAN, OrderStatus.DA_NHAN})
"""The states that a clock (`due_at`) may end."""

EVENING = time(20, 0)
ANSWER_WITHIN = timedelta(hours=4)
TRANSFER_HOLD = timedelta(minutes=30)
HOLD_AFTER_SAID_PAID = timedelta(hours=24)
MOST_WRONG_CODES = 5

STATUS_WORDS = {
    OrderStatus.CHO_NHAN: "Chờ người bán nhận",
    OrderStatus.DA_NHAN: "Đã nhận",
    OrderStatus.SAN_SANG: "Đã sẵn sàng",
    OrderStatus.DA_GIAO: "Đã giao",
    OrderStatus.TU_CHOI: "Người bán báo hết hàng",
    OrderStatus.QUA_HAN: "Đã quá hạn",
    OrderStatus.DA_HUY: "Đã hủy",
}


def can_move(status: OrderStatus, to: OrderStatus) -> bool:
    return to in MOVES[status]


def answer_deadline(placed_at: datetime) -> datetime:
    """Until when a stall may answer: that evening at 20:00 (Vietnam) or 4 hours after placing, whichever is later."""
    local = placed_at.astimezone(VIETNAM)
    evening = datetime.combine(local.date(), EVENING, tzinfo=VIETNAM)
    return max(evening, placed_at + ANSWER_WITHIN).astimezone(placed_at.tzinfo)


def status_at(status: OrderStatus, due_at: datetime | None, now: datetime) -> OrderStatus:
    """Where an order stands by time: one past its clock is over, whether or not a job has written that yet."""
    is_over = status in TIMED and due_at is not None and due_at <= now
    return OrderStatus.QUA_HAN if is_over else status


def hold_deadline(pay_choice: PayChoice, accepted_at: datetime) -> datetime | None:
    """Until when goods are held after the stall accepted: a transfer has 30 minutes, pay on receipt no end."""
    return accepted_at + TRANSFER_HOLD if pay_choice is PayChoice.CHUYEN_KHOAN else None


def cart_state(key_hash: str, updated_at: datetime) -> str:
    """A name for a cart as it stands: the key of the one purchase that this state of it can make."""
    return hashlib.sha256(f"{key_hash}|{updated_at.isoformat()}".encode()).hexdigest()


class Recipient(enum.StrEnum):
    BUYER = "mua"
    SELLER = "ban"


def notice_key(subject: str, subject_id: int, recipient: Recipient, kind: str) -> str:
    """One notice of a kind, about one order or purchase, to one side."""
    return f"{subject}:{subject_id}:{recipient}:{kind}"


def seller_path(stall_slug: str, code: str) -> str:
    return f"/ban-hang/{stall_slug}/don/{code}"


def buyer_path(code: str) -> str:
    return f"/don/{code}"


def purchase_path(code: str) -> str:
    return f"/bien-nhan/{code}"
