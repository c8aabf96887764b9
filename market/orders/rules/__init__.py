"""An order's life: its states, which move follows which, and the clocks that end it."""

import enum
import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from market.values.period import VIETNAM, format_moment

MOST_LINES = 100
"""How many goods a cart holds, and how many are bought at once."""


class OrderStatus(enum.StrEnum):
    """Where an order stands; what is paid is told apart, by the money itself."""

    PLACED = "cho_nhan"
    ACCEPTED = "da_nhan"
    READY = "san_sang"
    DELIVERED = "da_giao"
    DECLINED = "tu_choi"
    EXPIRED = "qua_han"
    CANCELLED = "da_huy"


class PayChoice(enum.StrEnum):
    """The buyer's choice: pay on receipt (cash or the order's own QR), or transfer once the stall has accepted."""

    ON_RECEIPT = "khi_nhan"
    TRANSFER = "chuyen_khoan"


class Delivery(enum.StrEnum):
    """How goods reach the buyer."""

    PICKUP_POINT = "diem_nhan"
    IN_COMMUNE = "trong_xa"
    SHIPPED = "gui_xa"


MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PLACED: frozenset(
        {OrderStatus.ACCEPTED, OrderStatus.DECLINED, OrderStatus.EXPIRED, OrderStatus.CANCELLED}
    ),
    OrderStatus.ACCEPTED: frozenset(
        {OrderStatus.READY, OrderStatus.DELIVERED, OrderStatus.EXPIRED, OrderStatus.CANCELLED, OrderStatus.DECLINED}
    ),
    OrderStatus.READY: frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED}),
    OrderStatus.DELIVERED: frozenset(),
    OrderStatus.DECLINED: frozenset(),
    OrderStatus.EXPIRED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}
OPEN = frozenset(status for status, moves in MOVES.items() if moves)
ACCEPTED = frozenset({OrderStatus.ACCEPTED, OrderStatus.READY, OrderStatus.DELIVERED})
"""The states of an order that its stall took."""
TIMED = frozenset({OrderStatus.PLACED, OrderStatus.ACCEPTED})
"""The states that a clock (`due_at`) may end."""

EVENING = time(20, 0)
ANSWER_WITHIN = timedelta(hours=4)
TRANSFER_HOLD = timedelta(minutes=30)
HOLD_AFTER_SAID_PAID = timedelta(hours=24)
MOST_WRONG_CODES = 5
NO_ORDER = "Không tìm thấy đơn này."

STATUS_WORDS = {
    OrderStatus.PLACED: "Chờ người bán nhận",
    OrderStatus.ACCEPTED: "Đã nhận",
    OrderStatus.READY: "Đã sẵn sàng",
    OrderStatus.DELIVERED: "Đã giao",
    OrderStatus.DECLINED: "Người bán báo hết hàng",
    OrderStatus.EXPIRED: "Đã quá hạn",
    OrderStatus.CANCELLED: "Đã hủy",
}


HOLD_DAYS = (1, 2, 3, 5, 7, 14)
"""For how many days a stall may hold goods that are paid on receipt; its own choice, 3 unless it says otherwise: bought
by one market day, fetched by the next, which comes round every two or three days."""

UNLOCK_WITHIN = timedelta(minutes=15)
MOST_UNLOCKS = 5
MOST_UNLOCKS_A_DAY = 20


def can_move(status: OrderStatus, to: OrderStatus) -> bool:
    return to in MOVES[status]


def can_cancel(status: OrderStatus) -> bool:
    """Whether the buyer may call it off alone: what is packed, only the stall calls off (`declined_to`)."""
    return can_move(status, OrderStatus.CANCELLED) and status is not OrderStatus.READY


def declined_to(status: OrderStatus) -> OrderStatus:
    """Where the stall's no leads: goods it has packed are not sold out, so that order is called off."""
    return OrderStatus.CANCELLED if status is OrderStatus.READY else OrderStatus.DECLINED


def answer_deadline(placed_at: datetime) -> datetime:
    """Until when a stall may answer: that evening at 20:00 (Vietnam) or 4 hours after placing, whichever is later."""
    local = placed_at.astimezone(VIETNAM)
    evening = datetime.combine(local.date(), EVENING, tzinfo=VIETNAM)
    return max(evening, placed_at + ANSWER_WITHIN).astimezone(placed_at.tzinfo)


def status_at(status: OrderStatus, due_at: datetime | None, now: datetime) -> OrderStatus:
    """Where an order stands by time: one past its clock is over, whether or not a job has written that yet."""
    is_over = status in TIMED and due_at is not None and due_at <= now
    return OrderStatus.EXPIRED if is_over else status


def hold_deadline(pay_choice: PayChoice, accepted_at: datetime, hold_days: int) -> datetime:
    """Until when goods are held without money after the stall accepted: a transfer has 30 minutes, what is paid on
    receipt until 20:00 (Vietnam) so many days later."""
    if pay_choice is PayChoice.TRANSFER:
        return accepted_at + TRANSFER_HOLD
    last_day = accepted_at.astimezone(VIETNAM).date() + timedelta(days=hold_days)
    return datetime.combine(last_day, EVENING, tzinfo=VIETNAM).astimezone(accepted_at.tzinfo)


def cart_state(key_hash: str, changes: int) -> str:
    """A name for a cart as it stands: the key of the one purchase that this state of it can make."""
    return hashlib.sha256(f"{key_hash}|{changes}".encode()).hexdigest()


class Recipient(enum.StrEnum):
    BUYER = "mua"
    SELLER = "ban"


def notice_key(subject: str, subject_id: int, recipient: Recipient, kind: str) -> str:
    """One notice of a kind, about one order or purchase, to one side."""
    return f"{subject}:{subject_id}:{recipient}:{kind}"


def reminder_kind(day: date) -> str:
    """The notice that a paid order still waits for its stall: one a day."""
    return f"cho_tra_loi:{day}"


Step = tuple[str, str, str]
"""What happens, whether it is done, now or next, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The moments of an order as its pages show them; `status` is that of now, by time. `taken_at`: when the buyer read
    out the code at which the goods were handed to them, by the stall or at the pickup point."""

    status: OrderStatus
    pay_choice: PayChoice
    delivery: Delivery
    placed_at: datetime
    accepted_at: datetime | None
    ready_at: datetime | None
    completed_at: datetime | None
    due_at: datetime | None
    ended_reason: str | None
    said_paid_at: datetime | None = None
    taken_at: datetime | None = None
    is_held: bool = True

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def words(self) -> str:
        return STATUS_WORDS[self.status]

    @property
    def kind(self) -> str:
        """The colour of the status: waiting, good, plain."""
        if self.status is OrderStatus.PLACED:
            return "sun"
        return "leaf" if self.status in ACCEPTED else "line"

    @property
    def can_answer(self) -> bool:
        return can_move(self.status, OrderStatus.ACCEPTED)

    @property
    def can_hand_over(self) -> bool:
        return can_move(self.status, OrderStatus.DELIVERED)

    @property
    def can_get_ready(self) -> bool:
        return can_move(self.status, OrderStatus.READY)

    @property
    def is_fetched(self) -> bool:
        """Whether the buyer has the goods already, from the pickup point's keeper."""
        return self.can_hand_over and self.taken_at is not None

    @property
    def can_decline(self) -> bool:
        """Whether the stall may still say no, or call off what it has packed."""
        return self.is_open and not self.is_fetched

    @property
    def can_cancel(self) -> bool:
        """Whether the buyer may call it off (money aside)."""
        return can_cancel(self.status)

    def steps(self) -> list[Step]:
        happened = [
            ("Đã gửi đơn", self.placed_at),
            ("Người bán nhận đơn", self.accepted_at),
            ("Hàng sẵn sàng", self.ready_at),
            ("Đã giao hàng", self.completed_at),
        ]
        done = [(text, "done", format_moment(at)) for text, at in happened if at]
        if self.status is OrderStatus.DELIVERED:
            return done
        if not self.is_open:
            return [*done, (self.words, "now", self.ended_reason or "")]
        coming = [text for text, at in happened if not at]
        return [*done, *((text, "now" if index == 0 else "next", "") for index, text in enumerate(coming))]

    def buyer_sentence(self) -> str:
        """What happens next, said to the buyer."""
        due = format_moment(self.due_at) if self.due_at else ""
        if self.status is OrderStatus.PLACED and not due:
            return "Bạn đã trả tiền, đơn không tự hết hạn. Người bán chưa trả lời, mời gọi hoặc gửi Zalo."
        if self.status is OrderStatus.PLACED:
            held = "" if self.is_held else "Hàng CHƯA giữ: người bán nhận đơn rồi mới giữ cho bạn. "
            return f"{held}Người bán trả lời trước {due}. Gọi hoặc gửi Zalo để được trả lời nhanh hơn."
        if self.status is OrderStatus.ACCEPTED and due:
            return f"Người bán đã nhận đơn. Giữ hàng cho bạn đến {due}."
        if self.status is OrderStatus.ACCEPTED:
            return "Người bán đã nhận đơn và đang chuẩn bị hàng."
        if self.is_fetched:
            return "Bạn đã nhận hàng ở điểm nhận. Người bán sẽ ghi là đã giao."
        if self.status is OrderStatus.READY:
            return _READY[self.delivery]
        return _OVER[self.status] if self.is_held else _OVER_UNHELD.get(self.status, _OVER[self.status])


_READY = {
    Delivery.PICKUP_POINT: "Hàng đã sẵn sàng, mời bạn đến nhận.",
    Delivery.IN_COMMUNE: "Hàng đã sẵn sàng, người bán sẽ giao đến bạn.",
    Delivery.SHIPPED: "Hàng đã đóng gói, người bán gửi đi cho bạn.",
}
_OVER = {
    OrderStatus.DELIVERED: "Đơn đã xong. Cảm ơn bạn đã mua hàng của xã.",
    OrderStatus.DECLINED: "Người bán không giao được đơn này. Mời chọn món khác.",
    OrderStatus.EXPIRED: "Đơn đã quá giờ nên hàng trả lại gian. Nếu vẫn muốn mua, mời đặt lại.",
    OrderStatus.CANCELLED: "Đơn đã hủy, hàng trả lại gian.",
}
_OVER_UNHELD = {
    OrderStatus.EXPIRED: "Đơn đã quá giờ trả lời, hàng chưa được giữ. Nếu vẫn muốn mua, mời đặt lại.",
    OrderStatus.CANCELLED: "Đơn đã hủy. Hàng chưa được giữ cho đơn này.",
}
