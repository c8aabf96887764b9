"""A buyer says that goods which were handed over are not right: what they may ask for, what is answered, until when."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from market.orders.rules import OrderStatus, evening
from market.values.money import Dong
from market.values.quiet import QuietHours

FRESH_DAYS, OTHER_DAYS = 2, 7
"""For how many days after the hand-over goods may be complained of, where nobody has set other numbers."""
ANSWER_HOURS = 12
"""In how many hours, none of them quiet, a stall answers."""
REPLY_DAYS = 3
"""In how many days a buyer says yes or no to an answer, and what was promised is done."""
OFFICE_DAYS = 5
"""In how many days the commune says what it found."""
FRESH_KIND = "I.tuoi"
"""The branch of the goods tree whose goods are fresh."""
MOST_PICTURES = 4
MOST_STEPS = 40
"""After so many steps neither side goes back and forth any more: the office looks at it, or it ends."""
LONGEST_WORDS = 300
PICTURES_KEPT = timedelta(days=180)
"""For how long after a complaint's end its pictures are kept: nobody can take it further by then."""


class ComplaintReason(enum.StrEnum):
    NOT_AS_DESCRIBED = "khac_mo_ta"
    SPOILED = "hong"
    SHORT_WEIGHT = "thieu_can"
    WRONG_GOODS = "nham_hang"
    OTHER = "khac"


class ComplaintWish(enum.StrEnum):
    """What the buyer wants: money back, other goods, or only to say so."""

    MONEY = "tra_tien"
    REPLACEMENT = "doi_hang"
    TOLD = "chi_bao"


class Remedy(enum.StrEnum):
    """What is offered or promised: money back, other goods, or nothing but that it was heard."""

    MONEY = "tra_tien"
    REPLACEMENT = "doi_hang"
    HEARD = "ghi_nhan"


class ComplaintState(enum.StrEnum):
    """Whose turn it is: the stall's to answer, the buyer's to say yes or no, the office's, the stall's to do what was
    promised (then the buyer's to say that it was); or over, withdrawn."""

    WAITING = "cho_nguoi_ban"
    OFFERED = "cho_khach"
    OFFICE = "cho_xa"
    PROMISED = "dang_lam"
    DONE = "xong"
    WITHDRAWN = "rut_lai"


class StepKind(enum.StrEnum):
    """What happened to a complaint."""

    OPENED = "bao"
    AGREED = "dong_y"
    OFFERED = "de_nghi"
    REFUSED = "tu_choi"
    ACCEPTED = "khach_dong_y"
    TO_OFFICE = "nho_xa"
    UNANSWERED = "khong_tra_loi"
    UNKEPT = "chua_lam"
    UPHELD = "xa_dung"
    UPHELD_PART = "xa_mot_phan"
    NOT_UPHELD = "xa_khong_dung"
    SETTLED = "tu_thoa_thuan"
    GOODS_BACK = "nhan_lai_hang"
    FULFILLED = "da_lam"
    CONFIRMED = "khach_da_nhan"
    NOT_GOT = "khach_chua_nhan"
    LAPSED = "khach_khong_tra_loi"
    WITHDRAWN = "rut_lai"
    RESTOCKED = "nhap_lai_kho"


class ComplaintOutcome(enum.StrEnum):
    """What an officer finds; its word is the step's."""

    UPHELD = "xa_dung"
    PART = "xa_mot_phan"
    NOT_UPHELD = "xa_khong_dung"
    SETTLED = "tu_thoa_thuan"


BACK_AND_FORTH = frozenset({StepKind.OFFERED, StepKind.REFUSED, StepKind.FULFILLED, StepKind.NOT_GOT})
"""The steps of which there may be many."""
OVER = frozenset({ComplaintState.DONE, ComplaintState.WITHDRAWN})
REASON_WORDS: Mapping[ComplaintReason, str] = {
    ComplaintReason.NOT_AS_DESCRIBED: "Không đúng như đăng bán",
    ComplaintReason.SPOILED: "Hỏng, ôi, dập nát",
    ComplaintReason.SHORT_WEIGHT: "Thiếu cân, thiếu số",
    ComplaintReason.WRONG_GOODS: "Giao nhầm hàng",
    ComplaintReason.OTHER: "Lý do khác",
}
WISH_WORDS: Mapping[ComplaintWish, str] = {
    ComplaintWish.MONEY: "Trả lại tiền",
    ComplaintWish.REPLACEMENT: "Đổi hàng khác",
    ComplaintWish.TOLD: "Chỉ báo để người bán biết",
}
STATE_WORDS: Mapping[ComplaintState, str] = {
    ComplaintState.WAITING: "Chờ người bán trả lời",
    ComplaintState.OFFERED: "Chờ khách đồng ý",
    ComplaintState.OFFICE: "Chờ xã kết luận",
    ComplaintState.PROMISED: "Đang làm theo thỏa thuận",
    ComplaintState.DONE: "Đã xong",
    ComplaintState.WITHDRAWN: "Khách đã rút",
}
STEP_WORDS: Mapping[StepKind, str] = {
    StepKind.OPENED: "Khách báo hàng không đúng",
    StepKind.AGREED: "Người bán đồng ý",
    StepKind.OFFERED: "Người bán đề nghị",
    StepKind.REFUSED: "Người bán không đồng ý",
    StepKind.ACCEPTED: "Khách đồng ý",
    StepKind.TO_OFFICE: "Khách nhờ xã xem",
    StepKind.UNANSWERED: "Người bán không trả lời đúng hạn, chuyển xã xem",
    StepKind.UNKEPT: "Quá hạn chưa làm như đã hứa, chuyển xã xem",
    StepKind.UPHELD: "Xã kết luận: khách đúng",
    StepKind.UPHELD_PART: "Xã kết luận: khách đúng một phần",
    StepKind.NOT_UPHELD: "Xã kết luận: khách chưa đúng",
    StepKind.SETTLED: "Xã ghi: hai bên tự thỏa thuận xong",
    StepKind.GOODS_BACK: "Người bán đã nhận lại hàng",
    StepKind.FULFILLED: "Người bán báo đã làm xong",
    StepKind.CONFIRMED: "Khách báo đã nhận đủ",
    StepKind.NOT_GOT: "Khách báo CHƯA nhận được",
    StepKind.LAPSED: "Khách không trả lời đúng hạn, coi như xong",
    StepKind.WITHDRAWN: "Khách rút lại",
    StepKind.RESTOCKED: "Người bán nhập hàng lại kho",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintTerms:
    """The clocks of a commune on a day, as its dated facts have them."""

    fresh_days: int = FRESH_DAYS
    other_days: int = OTHER_DAYS
    answer_hours: int = ANSWER_HOURS
    reply_days: int = REPLY_DAYS
    office_days: int = OFFICE_DAYS

    def until(self, completed_at: datetime, quiet: QuietHours, *, is_fresh: bool) -> datetime:
        """Until when goods handed over then may be complained of: 20:00 (Vietnam) so many days later."""
        days = self.fresh_days if is_fresh else self.other_days
        return evening(completed_at, days=days, quiet=quiet)

    def due(self, state: ComplaintState, now: datetime, quiet: QuietHours) -> datetime | None:
        """Until when it is the turn of whom a state binds; None where it is over."""
        if state in OVER:
            return None
        if state is ComplaintState.WAITING:
            return quiet.deadline(now, timedelta(hours=self.answer_hours))
        days = self.office_days if state is ComplaintState.OFFICE else self.reply_days
        return evening(now, days=days, quiet=quiet)


def gives_all(wish: ComplaintWish, asked: Dong, remedy: Remedy, amount: Dong, *, goods_back: bool) -> bool:
    """Whether an answer is all that the buyer asked for, so that nobody needs to ask them again."""
    if goods_back:
        return False
    if wish is ComplaintWish.TOLD:
        return True
    if wish is ComplaintWish.REPLACEMENT:
        return remedy is Remedy.REPLACEMENT
    return remedy is Remedy.MONEY and amount >= asked


def can_complain(status: OrderStatus) -> bool:
    """Whether the order is one whose goods can be complained of: what was handed over."""
    return status is OrderStatus.DELIVERED
