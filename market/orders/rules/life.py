"""An order's life as its pages show it: where it stands, what happens next, until when, said to each side."""

from dataclasses import dataclass, field
from datetime import date, datetime

from market.orders.rules import (
    ACCEPTED,
    OPEN,
    STATUS_WORDS,
    WAY_WORDS,
    Acceptance,
    Delivery,
    OrderStatus,
    PayChoice,
    can_cancel,
    can_leave,
    can_move,
    can_note_no_show,
    can_say_sent,
    can_take_up,
)
from market.orders.rules.changes import can_drop_line, can_offer_less
from market.orders.rules.slots import can_move_slot
from market.places.rules.hours import Slot
from market.values.period import format_moment, spoken_moment

Step = tuple[str, str, str]
"""What happens, whether it is done, now or next, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The moments of an order as its pages show them; `status` is that of `as_of`, by time. `taken_at`: when the buyer
    read out the code at which the goods were handed to them, by the stall or at the pickup point. `arrived_at`,
    `fetched_at`: when the point's keeper took the goods in, and when they handed them out, with a code or without."""

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
    arrived_at: datetime | None = None
    fetched_at: datetime | None = None
    is_held: bool = True
    acceptance: Acceptance | None = None
    ended_at: datetime | None = None
    changes: int = 0
    """How often its lines were changed or asked about: only says that its page is another one."""
    asked_until: datetime | None = None
    fetch_by: datetime | None = None
    no_show_at: datetime | None = None
    was_there_at: datetime | None = None
    to_weigh: int = 0
    has_weighed_goods: bool = False
    """Whether something of it is sold by what it weighs, weighed or not."""
    deposit: int = 0
    slot_on: date | None = None
    slot_begins: int | None = None
    slot_ends: int | None = None
    slot_off_at: datetime | None = None
    is_by_phone: bool = False
    """Whether its stall wrote it down."""
    as_of: datetime = field(repr=False, compare=False)
    """Only says which day is tomorrow: that time goes by is no news."""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_asked(self) -> bool:
        """Whether the buyer is asked if they take less; until they answer nothing is packed, paid or handed over."""
        return self.asked_until is not None and self.status is OrderStatus.ACCEPTED

    @property
    def may_reply(self) -> bool:
        """Whether the buyer may still say if they take less."""
        return self.is_asked and self.asked_until is not None and self.as_of < self.asked_until

    @property
    def waits_for_scale(self) -> bool:
        """Whether it is accepted and its goods are to be weighed before anything else."""
        return self.status is OrderStatus.ACCEPTED and self.to_weigh > 0 and not self.is_asked

    @property
    def can_weigh(self) -> bool:
        """Whether the stall may type what its goods weigh, or put that right."""
        return self.status is OrderStatus.ACCEPTED and self.has_weighed_goods

    @property
    def words(self) -> str:
        if self.is_asked:
            return "Chờ trả lời về số hàng"
        if self.waits_for_scale:
            return "Chờ tiền cọc" if self.deposit and self.due_at else "Chờ cân hàng"
        return NO_SHOW_WORDS if self.no_show_at else STATUS_WORDS[self.status]

    @property
    def kind(self) -> str:
        """The colour of the status: waiting, good, plain."""
        if self.status is OrderStatus.PLACED or self.is_asked or self.waits_for_scale:
            return "sun"
        return "leaf" if self.status in ACCEPTED else "line"

    @property
    def can_answer(self) -> bool:
        return can_move(self.status, OrderStatus.ACCEPTED)

    @property
    def can_hand_over(self) -> bool:
        return can_move(self.status, OrderStatus.DELIVERED) and not self.is_asked and not self.waits_for_scale

    @property
    def can_get_ready(self) -> bool:
        return can_move(self.status, OrderStatus.READY) and not self.is_asked and not self.waits_for_scale

    @property
    def can_offer_less(self) -> bool:
        """Whether the stall may say that there is less of it than was ordered."""
        return can_offer_less(self.status)

    @property
    def way_words(self) -> str:
        """How its goods are brought; empty where its buyer fetches them."""
        return WAY_WORDS.get(self.delivery, "")

    @property
    def can_say_sent(self) -> bool:
        """Whether the stall may write with whom it went out of the commune."""
        return can_say_sent(self.status, self.delivery) and not self.is_asked

    @property
    def can_drop_line(self) -> bool:
        """Whether the buyer may take a line off it (money aside)."""
        return can_drop_line(self.status, is_asked=self.is_asked)

    @property
    def is_fetched(self) -> bool:
        """Whether the buyer has the goods already, from the pickup point's keeper."""
        return self.can_hand_over and (self.fetched_at or self.taken_at) is not None

    @property
    def can_decline(self) -> bool:
        """Whether the stall may still say no, or call off what it has packed."""
        return self.is_open and not self.is_fetched

    @property
    def is_handed_over(self) -> bool:
        return self.status is OrderStatus.DELIVERED

    @property
    def can_note_no_show(self) -> bool:
        """Whether the stall may write that the buyer did not come for it."""
        return can_note_no_show(self.status, self.fetch_by, self.fetched_at or self.taken_at, self.as_of)

    @property
    def can_say_was_there(self) -> bool:
        """Whether the buyer may still say that they did come."""
        return self.no_show_at is not None and self.was_there_at is None

    @property
    def is_packed(self) -> bool:
        """Whether its goods stand ready: what is packed is not sold out."""
        return self.status is OrderStatus.READY

    @property
    def can_cancel(self) -> bool:
        """Whether the buyer may call it off (money aside)."""
        return can_cancel(self.status) or self.can_leave

    @property
    def can_leave(self) -> bool:
        """Whether the buyer may call it off though it is packed or paid: the slot that they chose is off."""
        return can_leave(self.status, self.slot_off_at, self.arrived_at)

    @property
    def slot(self) -> Slot | None:
        """When it is fetched at its pickup point."""
        if self.slot_on is None or self.slot_begins is None or self.slot_ends is None:
            return None
        return Slot(self.slot_on, self.slot_begins, self.slot_ends)

    @property
    def can_move_slot(self) -> bool:
        """Whether its stall may name another slot."""
        has_slots = self.slot_on is not None or self.slot_off_at is not None
        return can_move_slot(self.status, self.arrived_at, has_slots=has_slots)

    @property
    def off_words(self) -> str:
        """What the buyer reads of a slot that is off, while it may still be called off for it."""
        if not self.can_leave:
            return ""
        now = f"Người bán hẹn bạn sang {self.slot.words}." if self.slot else "Người bán sẽ hẹn bạn buổi khác."
        return f"Buổi lấy hàng bạn chọn không còn. {now} Không tiện thì bấm Hủy đơn, bạn không mất gì."

    @property
    def can_be_told(self) -> bool:
        """Whether the stall may say that it called the buyer, who does not know yet that it took the order."""
        return self.status is OrderStatus.ACCEPTED and self.acceptance is Acceptance.UNKNOWN

    @property
    def can_take_up(self) -> bool:
        """Whether the stall may take it up again, now that its clock has ended it."""
        return can_take_up(self.status, self.lapsed_at, self.as_of)

    @property
    def lapsed_at(self) -> datetime | None:
        """When its clock ended it, of one that a clock did."""
        return self.due_at or self.ended_at

    @property
    def due(self) -> str:
        """Its deadline as one says it; nothing where no clock runs."""
        return spoken_moment(self.due_at, self.as_of) if self.due_at and self.is_open else ""

    def steps(self) -> list[Step]:
        happened = [
            ("Người bán ghi qua điện thoại" if self.is_by_phone else "Đã gửi đơn", self.placed_at),
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

    def buyer_deadline(self) -> str:
        """What must happen until when, in a few words to the buyer; nothing where no clock runs."""
        if self.is_asked:
            return f"Mời trả lời trước {self.asked_due}"
        if not self.due:
            return ""
        if self.status is OrderStatus.PLACED:
            return f"Người bán trả lời trước {self.due}"
        if self.waits_for_scale and not self.deposit:
            return f"Người bán cân trước {self.due}"
        if self.deposit and self.said_paid_at is None:
            return f"Trả tiền cọc trước {self.due}"
        if self.pay_choice is PayChoice.TRANSFER and self.said_paid_at is None:
            return f"Trả tiền trước {self.due}"
        return f"Giữ hàng cho bạn đến {self.due}"

    def seller_deadline(self) -> str:
        """The same to the stall."""
        if self.is_asked:
            return f"Khách trả lời trước {self.asked_due}"
        if not self.due:
            return ""
        if self.waits_for_scale and not self.deposit:
            return f"Cân hàng trước {self.due}"
        return f"Trả lời trước {self.due}" if self.status is OrderStatus.PLACED else f"Giữ hàng đến {self.due}"

    @property
    def asked_due(self) -> str:
        """Until when the buyer may answer what they are asked, as one says it."""
        return spoken_moment(self.asked_until, self.as_of) if self.asked_until else ""

    def buyer_sentence(self) -> str:
        """What happens next, said to the buyer."""
        if self.is_asked:
            return self._to_reply()
        if self.status is OrderStatus.PLACED:
            return self._unanswered()
        if self.status is OrderStatus.ACCEPTED:
            return f"Người bán đã nhận đơn{self._until()}"
        if self.is_fetched:
            return "Bạn đã nhận hàng ở điểm nhận. Người bán sẽ ghi là đã giao."
        if self.status is OrderStatus.READY:
            return self._ready()
        if self.no_show_at is not None:
            return _NO_SHOW if self.was_there_at is None else _WAS_THERE
        if self.status is OrderStatus.DECLINED and self.ended_reason:
            return f"Người bán không giao được đơn này. Lý do: {self.ended_reason.rstrip('.')}. Mời chọn món khác."
        return _OVER[self.status] if self.is_held else _OVER_UNHELD.get(self.status, _OVER[self.status])

    def _ready(self) -> str:
        until = f" Mời đến trước {spoken_moment(self.fetch_by, self.as_of)}." if self.fetch_by else ""
        if self.arrived_at is None:
            return f"{_READY[self.delivery]}{until}"
        return f"Hàng đã tới điểm nhận lúc {spoken_moment(self.arrived_at, self.as_of)}, mời bạn đến lấy.{until}"

    def _to_reply(self) -> str:
        if not self.may_reply:
            return "Đã quá giờ trả lời nên món này sắp được bỏ khỏi đơn. Trang này tự đổi khi xong."
        why = "cân được khác mức đã hẹn" if self.to_weigh else "không đủ hàng như bạn đặt"
        return f"Người bán {why}. Mời trả lời trước {self.asked_due}, bạn chưa phải trả tiền."

    def _unanswered(self) -> str:
        if not self.due:
            return "Bạn đã trả tiền, đơn không tự hết hạn. Người bán chưa trả lời, mời gọi hoặc gửi Zalo."
        held = "" if self.is_held else "Hàng CHƯA giữ: người bán nhận đơn rồi mới giữ cho bạn. "
        return f"{held}{self.buyer_deadline()}. Gọi hoặc gửi Zalo để được trả lời nhanh hơn."

    def _until(self) -> str:
        """How the sentence to the buyer of an accepted order goes on."""
        if self.waits_for_scale and not (self.due and self.deposit):
            before = f" trước {self.due}" if self.due else ""
            return f" và sẽ cân hàng{before}. Cân xong mới có số tiền đúng, bạn chưa phải trả gì."
        if not self.due:
            return ", hàng giữ cho bạn đến khi giao."
        held = f". Giữ hàng cho bạn đến {self.due}"
        if self.deposit:
            return self._until_deposit(held)
        if self.pay_choice is PayChoice.ON_RECEIPT:
            return f"{held}, mời đến nhận trước giờ đó." if self.delivery is Delivery.PICKUP_POINT else f"{held}."
        if self.acceptance is Acceptance.UNKNOWN:
            return f"{held}. Từ lúc bạn mở đơn trên máy đã đặt, bạn có 2 giờ ban ngày để trả tiền."
        if self.said_paid_at is not None:
            return f"{held} để người bán kiểm tra tiền."
        return f". Mời trả tiền trước {self.due}, hàng giữ cho bạn đến lúc đó."

    def _until_deposit(self, held: str) -> str:
        if self.acceptance is Acceptance.UNKNOWN:
            return f"{held}. Từ lúc bạn mở đơn trên máy đã đặt, bạn có 2 giờ ban ngày để trả tiền cọc."
        if self.said_paid_at is not None:
            return f"{held} để người bán kiểm tra tiền cọc."
        return f". Mời trả tiền cọc trước {self.due}, cọc vào thì hàng giữ cho bạn đến khi giao."

    def seller_sentence(self) -> str:
        """What its clock asks of the stall, or what it can still do where it is over by time; nothing otherwise."""
        if self.is_asked:
            return (
                f"Chờ khách trả lời đến {self.asked_due}. Số hàng bạn báo đang giữ cho khách. Khách không trả lời thì "
                "bỏ món này, còn món khác thì vẫn giao. Chưa đóng hàng, chưa thu tiền."
            )
        if self.status is OrderStatus.PLACED:
            return self._to_answer()
        if self.status is OrderStatus.ACCEPTED and (self.due or self.waits_for_scale):
            return self._to_prepare()
        if self.status is OrderStatus.READY and self.fetch_by and not self.is_fetched:
            return f"Khách được hẹn đến lấy trước {spoken_moment(self.fetch_by, self.as_of)}."
        if self.was_there_at is not None:
            return f"Khách nói là đã đến, lúc {spoken_moment(self.was_there_at, self.as_of)}. Lần này không tính."
        if self.can_take_up and self.lapsed_at:
            return (
                f"Đơn hết giờ lúc {spoken_moment(self.lapsed_at, self.as_of)}. Mời gọi hỏi khách: khách còn mua, hàng "
                "còn thì bấm Nhận lại đơn. Không bấm thì đơn vẫn dừng."
            )
        return ""

    def _to_prepare(self) -> str:
        """What an accepted order waits for."""
        if self.waits_for_scale and not (self.due and self.deposit):
            before = f" trước {self.due}, quá giờ đơn hết hạn" if self.due else ""
            return f"Mời cân hàng{before}. Cân xong khách mới biết đúng số tiền để trả."
        if self.can_be_told:
            asked = "trả tiền cọc" if self.deposit else "trả tiền"
            return (
                f"Khách chưa xem là bạn đã nhận đơn nên hàng giữ đến {self.due}. Khách xem rồi, hoặc bạn gọi báo rồi, "
                f"thì khách có 2 giờ ban ngày để {asked}."
            )
        if self.deposit:
            return f"Chờ khách trả tiền cọc, giữ hàng đến {self.due}. Cọc vào thì giữ đến khi giao."
        return (
            f"Giữ hàng cho khách đến {self.due}. Quá giờ đơn hết hạn, hàng về lại gian. "
            "Đóng hàng xong, bấm Hàng sẵn sàng thì giữ đến khi giao."
        )

    def _to_answer(self) -> str:
        if not self.due:
            return "Khách đã trả tiền, đơn không tự hết hạn. Mời nhận đơn, hoặc không nhận thì trả lại tiền."
        if not self.is_held:
            return (
                "Hàng CHƯA giữ cho khách mới này. Bấm Nhận đơn là giữ hàng. "
                f"{self.seller_deadline()}, quá giờ đơn hết hạn."
            )
        return f"{self.seller_deadline()}, quá giờ hàng tự trả lại gian."


NO_SHOW_WORDS = "Khách không đến lấy"
_NO_SHOW = (
    "Người bán ghi là bạn không đến lấy hàng nên đơn dừng. Bạn không phải trả gì cho đơn này; tiền đã trả thì người "
    "bán trả lại. Nếu bạn đã đến, mời bấm Tôi đã đến."
)
_WAS_THERE = "Người bán ghi là không gặp bạn đến lấy, bạn ghi là đã đến. Đơn dừng, lần này không tính là không đến lấy."
_READY = {
    Delivery.PICKUP_POINT: "Hàng đã sẵn sàng, mời bạn đến nhận.",
    Delivery.IN_COMMUNE: "Hàng đã sẵn sàng, người bán sẽ giao đến bạn.",
    Delivery.SHIPPED: "Hàng đã đóng gói, người bán gửi đi cho bạn.",
    Delivery.BUS: "Hàng đã đóng gói, người bán gửi xe khách cho bạn.",
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
