"""What notices are called in the outbox, which of them may leave the market, and how one goes on from way to way."""

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


class News(enum.StrEnum):
    """What a person must hear of: an answer of the office, a change to their stall's money or people, what the market
    did by their leave."""

    LISTING_APPROVED = "hang_duoc_duyet"
    LISTING_REFUSED = "hang_tu_choi"
    LISTING_TAKEN_DOWN = "hang_bi_go"
    DRAFTS_LISTED = "hang_soan_san_da_dang"
    DRAFTS_KEPT = "hang_soan_san_chua_dang"
    CLAIM_CONFIRMED = "co_so_duoc_xac_nhan"
    CLAIM_REFUSED = "co_so_tu_choi"
    CHANGE_APPROVED = "sua_duoc_duyet"
    CHANGE_REFUSED = "sua_tu_choi"
    VERIFICATION_REVOKED = "thu_hoi_xac_nhan"
    MEMBER_REMOVED = "thoi_lam_nguoi_ban"
    PHOTO_REMOVED = "anh_bi_go"
    MANDATE_REVOKED = "uy_quyen_cham_dut"
    ACCOUNT_ENDED = "tai_khoan_san_thoi"
    BUSINESS_MERGED = "co_so_gop"
    BUSINESS_PARTED = "co_so_tach"
    PAPER_ENDS = "giay_sap_het_han"
    STALL_CLOSED = "gian_bi_dong"
    STALL_REOPENED = "gian_mo_lai"
    MODE_BEGUN = "cho_doi_che_do"
    PROPOSAL_REGISTERED = "da_ghi_so"
    PROPOSAL_REFUSED = "ghi_so_tu_choi"
    CHANGE_WAITING = "thay_doi_cho"
    CHANGE_BEGUN = "thay_doi_bat_dau"
    CHANGE_STOPPED = "thay_doi_dung"
    CONSENT_ASKED = "xin_dong_y"
    TICKET_ANSWERED = "phan_anh_tra_loi"
    IDEA_DECIDED = "gop_y_tra_loi"
    STORY_WRITTEN = "xin_dang_chuyen"
    PASSWORD_RESET = "dat_lai_mat_khau"  # noqa: S105 - a kind of notice


def news_key(subject: str, subject_id: int, news: News, at: datetime) -> str:
    """The moment is in it: the same thing may be decided again, after it was changed and sent anew."""
    return f"{subject}:{subject_id}:{news}:{at.isoformat()}"


class OrderNews(enum.StrEnum):
    """What the two sides of an order are told of it and of its money."""

    RECEIPT = "dat_hang"
    NEW_ORDER = "don_moi"
    ACCEPTED = "da_nhan"
    TAKEN_UP = "nhan_lai"
    DECLINED = "tu_choi"
    CANCELLED = "da_huy"
    READY = "san_sang"
    SENT_OFF = "da_gui_di"
    DELIVERED = "da_giao"
    FETCHED = "da_lay"
    LESS_LEFT = "con_it"
    ENOUGH_AFTER_ALL = "du_hang"
    LESS_ANSWERED = "khach_tra_loi"
    LESS_UNANSWERED = "bo_mon_qua_gio"
    LINE_DROPPED = "bo_mon"
    WEIGHED = "da_can"
    WEIGHED_OTHERWISE = "can_lech"
    MESSAGE = "tin_nhan"
    NO_SHOW = "khong_den_lay"
    WAS_THERE = "khach_da_den"
    PAY_FIRST = "xin_tra_truoc"
    SLOT_MOVED = "doi_buoi"
    SLOT_CLOSED = "diem_nghi"
    RATED = "danh_gia"
    RATING_ANSWERED = "tra_loi_danh_gia"
    RATING_HIDDEN = "an_danh_gia"
    COMPLAINED = "khieu_nai"
    COMPLAINT_ANSWERED = "khieu_nai_tra_loi"
    COMPLAINT_AT_OFFICE = "khieu_nai_len_xa"
    COMPLAINT_DECIDED = "khieu_nai_ket_luan"
    COMPLAINT_KEPT = "khieu_nai_da_lam"
    COMPLAINT_OVER = "khieu_nai_xong"
    SAID_PAID = "bao_da_chuyen"
    EXPIRED = "qua_han"
    ANSWER_SOON = "nhac_tra_loi"
    PAID_UNANSWERED = "cho_tra_loi"
    RECALLED = "thu_hoi"
    TO_BE_HAD_AGAIN = "co_hang_lai"
    MONEY_IN = "tien_vao"
    MONEY_REVERSED = "go_tien"
    OWED_BACK = "phai_tra_lai"
    DEPOSIT_KEPT = "giu_coc"
    REFUNDED = "da_tra_lai"
    REFUND_ACCOUNT = "tai_khoan_hoan"
    REFUND_SENT = "hoan_da_chuyen"
    REFUND_ANSWERED = "khach_tra_loi_hoan"
    CARD_REFUND = "hoan_the"
    CARD_DISPUTE = "khieu_nai_the"
    WAITS_FOR_NO_MONEY = "khong_cho_tien"
    NO_PAYMENT = "khong_phai_tien_hang"


TEST = "thu"
"""A word that a person has sent to themselves, to hear whether it comes."""

LEAVES = frozenset({TEST, *News, *OrderNews})
"""The kinds of notices that may leave the market: nothing else does, advertising least of all."""
FOR_MONEY = frozenset(
    {
        TEST,
        OrderNews.NEW_ORDER,
        OrderNews.ACCEPTED,
        OrderNews.TAKEN_UP,
        OrderNews.DECLINED,
        OrderNews.CANCELLED,
        OrderNews.LESS_LEFT,
        OrderNews.WEIGHED,
        OrderNews.WEIGHED_OTHERWISE,
        OrderNews.PAY_FIRST,
        OrderNews.READY,
        OrderNews.SLOT_MOVED,
        OrderNews.SLOT_CLOSED,
        OrderNews.EXPIRED,
        OrderNews.ANSWER_SOON,
        OrderNews.PAID_UNANSWERED,
        OrderNews.RECALLED,
        OrderNews.OWED_BACK,
        OrderNews.COMPLAINED,
        OrderNews.COMPLAINT_ANSWERED,
        OrderNews.CARD_DISPUTE,
        News.PASSWORD_RESET,
        News.CHANGE_WAITING,
        News.CONSENT_ASKED,
        News.MANDATE_REVOKED,
    }
)
"""Those that somebody must hear of to act, or to be safe: a way that costs money carries no others."""
WAKES = frozenset({OrderNews.NEW_ORDER})
"""What a seller may want to hear in quiet hours too."""


def word_of(kind: str) -> str:
    """The kind without what tells one day's apart from another's (`cho_tra_loi:2026-11-30`)."""
    return kind.partition(":")[0]


def may_leave(kind: str) -> bool:
    return word_of(kind) in LEAVES


# --- from way to way --------------------------------------------------------------------------------------------------


class DeliveryState(enum.StrEnum):
    """Where one notice stands on one way to one person."""

    WAITING = "cho_gui"
    SENDING = "dang_gui"
    SENT = "da_gui"
    MAYBE_SENT = "co_the_da_gui"
    FAILED = "khong_gui_duoc"
    SKIPPED = "bo_qua"


OPEN = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})
"""Not at an end yet."""


class Why(enum.StrEnum):
    """Why a way was passed over, or given up."""

    NO_ADDRESS = "khong_co_noi_nhan"
    OFF = "nguoi_nhan_tat"
    NOT_SET_UP = "chua_cai_dat"
    CAP = "het_han_muc"
    OVER = "khong_con_can"
    REFUSED = "bi_tu_choi"
    OUT_OF_TRIES = "het_lan_thu"


class Arrival(enum.StrEnum):
    """Whether a notice that left the market came to anybody whom it is for."""

    ON_THE_WAY = "dang_gui"
    REACHED = "da_gui"
    MAYBE = "co_the_da_gui"
    UNREACHED = "chua_gui_duoc"
    NOT_NEEDED = "khong_can"


BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""How long after each failed try the same way is tried again; after the last, the next way's turn comes."""
TRIES = len(BACK_OFF) + 1
DEFAULT_ORDER = ("push", "zalo", "email", "sms")
"""Which way is tried first where neither the commune nor the country says: what costs nothing before what does."""
DEFAULT_PAID_A_MONTH = 100
"""How many messages that cost money a commune sends in a month where nothing else is said."""
ORDER_FACT, PAID_FACT = "notice.ways", "notice.paid_month"
"""The dated facts that say so."""


def read_order(text: str | None) -> tuple[str, ...]:
    """The names of ways in the order in which they are tried, as a dated fact says it."""
    named = [one.strip() for one in (text or "").split(",")]
    return tuple(dict.fromkeys(one for one in named if one)) or DEFAULT_ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A way of somebody's: `why` it is passed over, None where it leads to them."""

    way: str
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One of those a notice is for (None: who has no account), and the ways to them, the first to be tried first.

    `wakes`: they want to hear of it in quiet hours too.
    """

    person_id: int | None
    steps: Sequence[Step]
    wakes: bool = False

    def after(self, tried: Collection[str]) -> list[Step]:
        """The ways that nobody has tried or passed over yet, up to the first that leads to them."""
        left = [one for one in self.steps if one.way not in tried]
        at = next((at for at, one in enumerate(left, start=1) if one.why is None), len(left))
        return left[:at]


def reach_of(ends: Iterable[tuple[DeliveryState, Why | None]]) -> Arrival:
    """What all ways of a notice come to."""
    found = list(ends)
    states = {state for state, _ in found}
    if DeliveryState.SENT in states:
        return Arrival.REACHED
    if states & OPEN:
        return Arrival.ON_THE_WAY
    if DeliveryState.MAYBE_SENT in states:
        return Arrival.MAYBE
    return Arrival.NOT_NEEDED if any(why is Why.OVER for _, why in found) else Arrival.UNREACHED
