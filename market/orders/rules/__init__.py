"""An order's life: its states, which move follows which, and the clocks that end it."""

import enum
import hashlib
from datetime import date, datetime, time, timedelta

from market.values.money import Dong, format_dong
from market.values.period import VIETNAM
from market.values.quiet import QuietHours

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


class OrderSource(enum.StrEnum):
    """Who wrote an order: its buyer at the market's check-out, or its stall, which they rang up. What a stall writes is
    its own word, whatever becomes of the order."""

    MARKET = "cho"
    PHONE = "dien_thoai"


class PayChoice(enum.StrEnum):
    """The buyer's choice: pay on receipt (cash or the order's own QR), or transfer once the stall has accepted."""

    ON_RECEIPT = "khi_nhan"
    TRANSFER = "chuyen_khoan"


class Delivery(enum.StrEnum):
    """How goods reach the buyer."""

    PICKUP_POINT = "diem_nhan"
    IN_COMMUNE = "trong_xa"
    SHIPPED = "gui_xa"
    BUS = "xe_khach"


OUTSIDE = frozenset({Delivery.SHIPPED, Delivery.BUS})
"""The ways out of the commune: by post or courier, by bus."""


WAY_WORDS = {
    Delivery.IN_COMMUNE: "Giao tận nơi trong xã",
    Delivery.BUS: "Xe khách",
    Delivery.SHIPPED: "Chuyển phát",
}
"""The ways in which goods are brought, the nearest first."""


def survives(way: Delivery, *, is_live: bool, by_bus: bool) -> bool:
    """Whether goods can go this way: what lives, or is fresh as caught, not by courier, and by bus where its stall lets
    it (`by_bus`)."""
    return not is_live or way not in OUTSIDE or (way is Delivery.BUS and by_bus)


class Acceptance(enum.StrEnum):
    """Whether the buyer of an accepted order, to be paid by transfer, knows that it was accepted: not yet, by opening
    its page, by the stall's word that it called them. The hold of the transfer runs from then."""

    UNKNOWN = "chua_biet"
    SEEN = "da_xem"
    CALLED = "da_goi"


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
REMIND_AFTER, CALL_AFTER = 0.5, 0.75
"""After which share of the answer time the stall is reminded, and then is to be called."""
TRANSFER_HOLD = timedelta(hours=2)
"""How long a transfer's goods are held from when the buyer knows that the stall has accepted."""
UNSEEN_DAYS = 1
"""For how many days they are held while the buyer does not know it."""
HOLD_AFTER_SAID_PAID = timedelta(hours=24)
TAKEN_UP_WITHIN = timedelta(days=3)
"""How long after its clock ended an order its stall may take it up again."""
MOST_WRONG_CODES = 5
NO_ORDER = "Không tìm thấy đơn này."

STATUS_WORDS = {
    OrderStatus.PLACED: "Chờ người bán nhận",
    OrderStatus.ACCEPTED: "Đã nhận",
    OrderStatus.READY: "Đã sẵn sàng",
    OrderStatus.DELIVERED: "Đã giao",
    OrderStatus.DECLINED: "Người bán không giao được",
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


def can_say_sent(status: OrderStatus, delivery: Delivery) -> bool:
    """Whether the stall may write with whom an order went out of the commune."""
    return delivery in OUTSIDE and status in ACCEPTED


def can_leave(status: OrderStatus, slot_off_at: datetime | None, arrived_at: datetime | None) -> bool:
    """Whether the buyer may call off what is packed or paid too: others took away or moved the slot that they chose,
    and the goods have not come to the point."""
    return slot_off_at is not None and arrived_at is None and can_move(status, OrderStatus.CANCELLED)


def declined_to(status: OrderStatus) -> OrderStatus:
    """Where the stall's no leads: goods it has packed are not sold out, so that order is called off."""
    return OrderStatus.CANCELLED if status is OrderStatus.READY else OrderStatus.DECLINED


FETCH_DAYS = 2
"""For how many days what stands ready waits for its buyer, where nobody has set another number."""


def fetch_deadline(ready_at: datetime, days: int, quiet: QuietHours) -> datetime:
    """Until when what is ready is to be fetched: 20:00 (Vietnam) so many days later. No clock ends the order then; its
    stall may."""
    return evening(ready_at, days=days, quiet=quiet)


def can_note_no_show(status: OrderStatus, fetch_by: datetime | None, taken_at: datetime | None, now: datetime) -> bool:
    """Whether the stall may write that the buyer did not come: ready, to be fetched, its time past, not handed out."""
    return status is OrderStatus.READY and taken_at is None and fetch_by is not None and now >= fetch_by


def can_take_up(status: OrderStatus, ended_at: datetime | None, now: datetime) -> bool:
    """Whether the stall may take an order up again that its clock ended (at `ended_at`): what anybody decided to end
    stays over."""
    return status is OrderStatus.EXPIRED and ended_at is not None and now < ended_at + TAKEN_UP_WITHIN


def answer_deadline(placed_at: datetime, quiet: QuietHours) -> datetime:
    """Until when a stall may answer: that evening at 20:00 (Vietnam) or 4 hours after placing, none of them in quiet
    hours, whichever is later."""
    tonight = evening(placed_at, days=0, quiet=quiet)
    return max(tonight, quiet.deadline(placed_at, ANSWER_WITHIN)).astimezone(placed_at.tzinfo)


def share_of_answer_time(placed_at: datetime, due_at: datetime, share: float, quiet: QuietHours) -> datetime:
    """When so much of the time in which a stall may answer is over: never in quiet hours."""
    return quiet.waking(placed_at + (due_at - placed_at) * share)


def evening(at: datetime, *, days: int, quiet: QuietHours) -> datetime:
    """20:00 in Vietnam so many of its days later, or when the village is awake again where it sleeps by then."""
    day = at.astimezone(VIETNAM).date() + timedelta(days=days)
    return quiet.waking(datetime.combine(day, EVENING, tzinfo=VIETNAM)).astimezone(at.tzinfo)


def status_at(status: OrderStatus, due_at: datetime | None, now: datetime) -> OrderStatus:
    """Where an order stands by time: one past its clock is over, whether or not a job has written that yet."""
    is_over = status in TIMED and due_at is not None and due_at <= now
    return OrderStatus.EXPIRED if is_over else status


def hold_deadline(pay_choice: PayChoice, accepted_at: datetime, hold_days: int, quiet: QuietHours) -> datetime:
    """Until when goods are held without money after the stall accepted: 20:00 (Vietnam) so many days later; a
    transfer's, whose buyer does not know it yet, 20:00 of the next day."""
    days = UNSEEN_DAYS if pay_choice is PayChoice.TRANSFER else hold_days
    return evening(accepted_at, days=days, quiet=quiet)


def held_as(pay_choice: PayChoice, *, to_weigh: int, deposit: int) -> PayChoice:
    """By which of the two goods without money are held: a deposit's as a transfer's, because it is one; what is not
    weighed yet, nobody can pay, so that its buyer is not made to hurry."""
    if deposit:
        return PayChoice.TRANSFER
    return PayChoice.ON_RECEIPT if to_weigh else pay_choice


def transfer_deadline(known_at: datetime, said_paid_at: datetime | None, quiet: QuietHours) -> datetime:
    """Until when a transfer's goods are held once the buyer knows that the stall has accepted: 2 hours of the day, or
    24 after they said that they transferred."""
    due = quiet.deadline(known_at, TRANSFER_HOLD)
    return due if said_paid_at is None else max(due, said_paid_deadline(said_paid_at, quiet))


def said_paid_deadline(said_paid_at: datetime, quiet: QuietHours) -> datetime:
    """24 hours, none of them in quiet hours: banks are slow, and so are people who look whether money came."""
    return quiet.deadline(said_paid_at, HOLD_AFTER_SAID_PAID)


def below_least(stall_name: str, least: Dong, wanting: Dong) -> str:
    """What a buyer reads whose goods of a stall are not enough for its least order."""
    return f"{stall_name} nhận đơn từ {format_dong(least)} tiền hàng: còn thiếu {format_dong(wanting)}."


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


LONGEST_NOTE = 150
MOST_NOTED = 400
"""Characters of a buyer's note to one stall, and of all notes of a check-out: a browser keeps them in its cookie."""
LONGEST_MESSAGE = 300
MOST_MESSAGES = 15
"""So many messages each side may write about an order."""
TALK_AFTER = timedelta(days=14)
"""For how long after its end both sides may still write about an order."""


def talks_until(status: OrderStatus, ended_at: datetime | None) -> datetime | None:
    """Until when both sides may write about an order that ended at this moment; None while it is open."""
    return None if status in OPEN or ended_at is None else ended_at + TALK_AFTER
