"""A helper's visit to a household ("lượt hỗ trợ"): what is done, where, what came of it, and when somebody comes
again. The first three steps are those of the commune's plan, IV.3.2."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from market.base.errors import Refused


class HelpStep(enum.StrEnum):
    """What a visit is about."""

    ACCOUNT = "tai_khoan"
    CASHLESS = "khong_tien_mat"
    INVOICE = "hoa_don"
    LISTING = "dang_hang"
    ORDER = "don_dau"


HELP_STEP_WORDS: Mapping[HelpStep, str] = {
    HelpStep.ACCOUNT: "Lập tài khoản",
    HelpStep.CASHLESS: "Nhận tiền không tiền mặt",
    HelpStep.INVOICE: "Hóa đơn điện tử",
    HelpStep.LISTING: "Đăng hàng đầu tiên",
    HelpStep.ORDER: "Đơn đầu tiên",
}
PLAN_STEPS = (HelpStep.ACCOUNT, HelpStep.CASHLESS, HelpStep.INVOICE)
"""The three of the plan."""


class VisitPlace(enum.StrEnum):
    HOME = "tai_nha"
    MARKET = "tai_cho"
    HALL = "nha_van_hoa"
    PHONE = "dien_thoai"


VISIT_PLACE_WORDS: Mapping[VisitPlace, str] = {
    VisitPlace.HOME: "Tại nhà",
    VisitPlace.MARKET: "Ngoài chợ, ngoài đồng",
    VisitPlace.HALL: "Nhà văn hóa thôn",
    VisitPlace.PHONE: "Qua điện thoại",
}


class VisitOutcome(enum.StrEnum):
    """What came of a visit, and what comes next: one answer, because who says the one says the other."""

    NOBODY = "khong_gap"
    NOT_NOW = "chua_muon"
    DONE = "xong"
    DONE_MORE = "xong_hen"
    UNFINISHED = "con_do"
    TO_OFFICE = "ra_xa"

    @property
    def is_done(self) -> bool:
        """Whether what the visit was about was done in it."""
        return self in (VisitOutcome.DONE, VisitOutcome.DONE_MORE)

    @property
    def has_consent(self) -> bool:
        """Whether the household let itself be helped, so that its consent is asked for."""
        return self not in (VisitOutcome.NOBODY, VisitOutcome.NOT_NOW)

    @property
    def promises(self) -> bool:
        """Whether the helper comes again, on a day that is said or else in two weeks."""
        return self in (VisitOutcome.DONE_MORE, VisitOutcome.UNFINISHED)


VISIT_OUTCOME_WORDS: Mapping[VisitOutcome, str] = {
    VisitOutcome.DONE: "Xong, hộ tự làm tiếp được",
    VisitOutcome.DONE_MORE: "Xong, hẹn làm bước sau",
    VisitOutcome.UNFINISHED: "Còn dở, hẹn quay lại",
    VisitOutcome.TO_OFFICE: "Còn dở, hộ phải ra xã",
    VisitOutcome.NOBODY: "Không gặp ai, ghé lại sau",
    VisitOutcome.NOT_NOW: "Hộ chưa muốn, để sau",
}


class VisitConsent(enum.StrEnum):
    """How a household agreed to a visit: it was not asked or did not; by a mandate that lived when it was written
    down; by word of mouth."""

    NONE = "khong"
    MANDATE = "uy_quyen"
    SPOKEN = "noi_mieng"


VISIT_CONSENT_WORDS: Mapping[VisitConsent, str] = {
    VisitConsent.MANDATE: "có ủy quyền",
    VisitConsent.SPOKEN: "đồng ý miệng",
    VisitConsent.NONE: "chưa hỏi",
}


class VisitReason(enum.StrEnum):
    """Why a household is on a week's list: the strongest reason there is."""

    UNANSWERED = "don_khong_tra_loi"
    PROMISED = "hen_quay_lai"
    NO_ORDER = "chua_co_don"
    NO_PICTURE = "hang_chua_anh"
    WAITING = "cho_xa_xem"
    NO_GOODS = "gian_chua_hang"
    NO_ACCOUNT = "chua_tai_khoan"


VISIT_REASON_WORDS: Mapping[VisitReason, str] = {
    VisitReason.UNANSWERED: "Có đơn khách đặt mà chưa ai trả lời",
    VisitReason.PROMISED: "Đã hẹn quay lại tuần này",
    VisitReason.NO_ORDER: "Có hàng đang bán, chưa có đơn đầu tiên",
    VisitReason.NO_PICTURE: "Có hàng mà chưa có ảnh",
    VisitReason.WAITING: "Đang chờ xã xem giấy tờ hoặc duyệt hàng",
    VisitReason.NO_GOODS: "Có gian hàng, chưa đăng hàng nào",
    VisitReason.NO_ACCOUNT: "Chưa có tài khoản trên chợ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWords:
    """What pages call the parts of a visit."""

    steps: Mapping[HelpStep, str]
    places: Mapping[VisitPlace, str]
    outcomes: Mapping[VisitOutcome, str]
    consents: Mapping[VisitConsent, str]
    plan_steps: tuple[HelpStep, ...]


VISIT_WORDS = VisitWords(
    steps=HELP_STEP_WORDS,
    places=VISIT_PLACE_WORDS,
    outcomes=VISIT_OUTCOME_WORDS,
    consents=VISIT_CONSENT_WORDS,
    plan_steps=PLAN_STEPS,
)

WRITTEN_WITHIN = timedelta(days=31)
PROMISED_WITHIN = timedelta(days=90)
COMES_AGAIN = timedelta(days=14)
TAKEN_BACK_WITHIN = timedelta(days=7)
"""So long who wrote a visit down may take it back."""


def check_days(visited_on: date, next_on: date | None, today: date) -> None:
    """Refused where a visit lies ahead or too far back, or comes again too late or before itself."""
    if not today - WRITTEN_WITHIN <= visited_on <= today:
        raise Refused("visit_day", "Ngày ghé là hôm nay hoặc trong 31 ngày vừa qua.")
    if next_on is not None and not visited_on < next_on <= visited_on + PROMISED_WITHIN:
        raise Refused("next_day", "Ngày hẹn phải sau ngày ghé, trong 90 ngày.")


def return_day(outcome: VisitOutcome, visited_on: date, said: date | None) -> date | None:
    """When the helper comes again: the day that was said, else in two weeks where the outcome promises it; never
    where it is not wanted."""
    if said is not None and outcome is not VisitOutcome.NOT_NOW:
        return said
    return visited_on + COMES_AGAIN if outcome.promises else None
