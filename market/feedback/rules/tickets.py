"""Tickets (phản ánh): their kinds, which desk one goes to, its clock, how old it is."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from market.orders.rules import evening
from market.values.codes import new_code, parse_code, typed_alike
from market.values.quiet import QuietHours

NO_TICKET = "Không tìm thấy phản ánh này. Mời xem lại mã, hoặc quay lại danh sách."
CODE_PREFIX, CODE_BODY = "PH", 10
LONGEST_WORDS, LONGEST_ANSWER, LONGEST_NAME = 1500, 1500, 60
MOST_PICTURES = 3
MOST_HANDOVERS = 4
"""Handed over so often, a ticket is answered where it lies: each goes with a new clock."""
MOST_STEPS = 16
"""No ticket has more: it is sent once, goes on so often by hand and twice by the clock before each of two answers."""
MOST_SEATS = 20
SENDER_KEPT = timedelta(days=180)
"""For so long after the answer the office may still ask its sender, and look at the pictures."""
WORDS_KEPT = timedelta(days=730)


class TicketKind(enum.StrEnum):
    """What a ticket is about."""

    GOODS = "hang_hoa"
    FRAUD = "lua_dao"
    CONDUCT = "ung_xu"
    DIFFICULTY = "kho_khan"
    OTHER = "khac"


class AboutKind(enum.StrEnum):
    """Whom a ticket is about; a helper is the whole group of a hamlet, because nobody else need know their names."""

    NOBODY = "khong_ai"
    BUSINESS = "co_so"
    HELPER = "nguoi_giup"
    OFFICER = "can_bo"


class Desk(enum.StrEnum):
    """Who has to answer a ticket."""

    CULTURE = "phong_vhxh"
    POLICE = "cong_an"
    HELPER = "to_cong_nghe"


OFFICE_DESKS = (Desk.CULTURE, Desk.POLICE)


class TicketState(enum.StrEnum):
    WAITING = "cho_tra_loi"
    ANSWERED = "da_tra_loi"


class TicketStepKind(enum.StrEnum):
    """What happened to a ticket."""

    SENT = "gui"
    HANDED_OVER = "chuyen"
    ESCALATED = "qua_han"
    ANSWERED = "tra_loi"
    SATISFIED = "hai_long"
    UNSATISFIED = "chua_hai_long"


KIND_WORDS: Mapping[TicketKind, str] = {
    TicketKind.GOODS: "Hàng hóa, gian hàng",
    TicketKind.FRAUD: "Lừa đảo, mất an toàn, lộ thông tin",
    TicketKind.CONDUCT: "Cách làm việc, cách cư xử",
    TicketKind.DIFFICULTY: "Gặp khó khi dùng chợ, cần người chỉ",
    TicketKind.OTHER: "Việc khác",
}
DESK_WORDS: Mapping[Desk, str] = {
    Desk.CULTURE: "Phòng Văn hóa - Xã hội",
    Desk.POLICE: "Công an xã",
    Desk.HELPER: "Tổ công nghệ số của thôn",
}
STEP_WORDS: Mapping[TicketStepKind, str] = {
    TicketStepKind.SENT: "Gửi tới",
    TicketStepKind.HANDED_OVER: "Chuyển sang",
    TicketStepKind.ESCALATED: "Quá hạn hoặc chưa hài lòng, đưa lên",
    TicketStepKind.ANSWERED: "Trả lời của",
    TicketStepKind.SATISFIED: "Người gửi hài lòng với trả lời của",
    TicketStepKind.UNSATISFIED: "Người gửi chưa hài lòng với trả lời của",
}


def new_ticket_code() -> str:
    """Opens its ticket to who has it: 10 random symbols (47 bits) that no Vietnamese keyboard turns into others."""
    return new_code(CODE_PREFIX, CODE_BODY, typed_alike(CODE_PREFIX))


def parse_ticket_code(text: str) -> str:
    """The code as it is kept; ValueError with a sentence for what is none."""
    return parse_code(text, CODE_PREFIX, CODE_BODY)


def desks_for(kind: TicketKind, about: AboutKind, *, has_hamlet: bool) -> Sequence[Desk]:
    """The desks that may answer a ticket, the first choice first. Whether somebody sits there whom it is not about is
    asked apart. A hamlet's helpers get what is a difficulty there, and never what is about a helper or an officer."""
    if kind is TicketKind.FRAUD:
        return (Desk.POLICE, Desk.CULTURE)
    goes_home = kind is TicketKind.DIFFICULTY and has_hamlet and may_go_to_helpers(about)
    return (Desk.HELPER, *OFFICE_DESKS) if goes_home else OFFICE_DESKS


def may_go_to_helpers(about: AboutKind) -> bool:
    return about not in (AboutKind.HELPER, AboutKind.OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTerms:
    """The clocks of a commune on a day, in its days, as its dated facts have them."""

    helper_days: int = 2
    office_days: int = 5
    again_days: int = 2

    def due(self, desk: Desk, now: datetime, quiet: QuietHours, *, is_escalated: bool) -> datetime:
        """Until when a desk is to answer what it gets at this moment: 20:00 (Vietnam), so many days later."""
        days = self.helper_days if desk is Desk.HELPER else self.office_days
        return evening(now, days=self.again_days if is_escalated else days, quiet=quiet)


class Age(enum.Enum):
    """How long a ticket has waited since it was sent."""

    DAY = "trong 1 ngày"
    THREE = "2 đến 3 ngày"
    WEEK = "4 đến 7 ngày"
    MORE = "hơn 7 ngày"


YOUNGER_THAN: Mapping[Age, timedelta] = {
    Age.DAY: timedelta(days=1),
    Age.THREE: timedelta(days=3),
    Age.WEEK: timedelta(days=7),
}
