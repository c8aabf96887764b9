"""Paying by card: how long a session lives, what the gateway's keys look like, what becomes of a card's money later."""

import enum
import re
from datetime import timedelta

CHECKOUT_LIFE = timedelta(minutes=45)
"""How long a buyer may take at the gateway's page. The gateway takes from 30 minutes to 24 hours, by its own clock."""
TIME_TO_ASK = timedelta(minutes=32)
"""A session asked for again must have this much left, or the gateway finds it too short."""
TIME_TO_PAY = timedelta(minutes=10)
"""With less left, a buyer is given a new session: typing a card and the bank's code takes a few minutes."""
HOLD_BEYOND = timedelta(minutes=10)
"""The goods are held a little longer than the session lives, so that its last word comes in time."""
ASK_UNTIL = timedelta(days=3)
"""As long as the gateway itself tells its events again."""

_SECRET_KEY = re.compile(r"(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]{6,240}")
_HOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_]{6,240}")


def is_secret_key(text: str) -> bool:
    """Whether this can be an account's secret key or a restricted one."""
    return _SECRET_KEY.fullmatch(text) is not None


def is_test_key(text: str) -> bool:
    """Whether this key moves no real money."""
    return text.startswith(("sk_test_", "rk_test_"))


def is_hook_secret(text: str) -> bool:
    """Whether this can be the secret that signs the gateway's calls."""
    return _HOOK_SECRET.fullmatch(text) is not None


# --- money that leaves a card payment again ---------------------------------------------------------------------------

ASK_AGAIN_AFTER = timedelta(minutes=2)
"""How long a refund that the gateway has not answered for, or is still at, is left alone before it is asked again."""
LOOK_AGAIN_AFTER = timedelta(hours=12)
"""How often a dispute that is not over is looked at anew, so that a call that never came is made up for."""


class CardRefundState(enum.StrEnum):
    """Where a refund at the gateway stands: written down and not answered for, with the gateway, through, or not."""

    ASKED = "cho_gui"
    PENDING = "dang_tra"
    SUCCEEDED = "da_tra"
    FAILED = "khong_tra_duoc"
    CANCELED = "da_thoi"

    @property
    def takes_off(self) -> bool:
        """Whether its money is gone from the payment, or on its way."""
        return self not in _NOT_REFUNDED

    @property
    def is_over(self) -> bool:
        return self is CardRefundState.SUCCEEDED or self in _NOT_REFUNDED


_NOT_REFUNDED = frozenset({CardRefundState.FAILED, CardRefundState.CANCELED})
_REFUND_STEPS = {
    CardRefundState.ASKED: 0,
    CardRefundState.PENDING: 1,
    CardRefundState.SUCCEEDED: 2,
    CardRefundState.FAILED: 3,
    CardRefundState.CANCELED: 3,
}
_REFUND_WORDS = {
    "pending": CardRefundState.PENDING,
    "requires_action": CardRefundState.PENDING,
    "succeeded": CardRefundState.SUCCEEDED,
    "failed": CardRefundState.FAILED,
    "canceled": CardRefundState.CANCELED,
}


def refund_state_of(word: str) -> CardRefundState:
    """By the gateway's own word; one that nobody knows is a refund under way."""
    return _REFUND_WORDS.get(word, CardRefundState.PENDING)


def refund_goes_on(was: CardRefundState, told: CardRefundState) -> bool:
    """Whether what is told comes after what is known: an answer that was overtaken changes nothing."""
    return _REFUND_STEPS[told] > _REFUND_STEPS[was]


class CardDisputeState(enum.StrEnum):
    """Where a card holder's complaint at their bank stands: asked about, to be answered, with the bank, over."""

    INQUIRY = "hoi_lai"
    NEEDS_RESPONSE = "cho_tra_loi"
    UNDER_REVIEW = "dang_xet"
    WON = "thang"
    LOST = "thua"
    CLOSED = "khep_lai"

    @property
    def takes_off(self) -> bool:
        """Whether the bank has taken the money back, for now or for good: an inquiry takes none."""
        return self in _WITHDRAWN

    @property
    def is_over(self) -> bool:
        return self in _CLOSED


_WITHDRAWN = frozenset({CardDisputeState.NEEDS_RESPONSE, CardDisputeState.UNDER_REVIEW, CardDisputeState.LOST})
_CLOSED = frozenset({CardDisputeState.WON, CardDisputeState.LOST, CardDisputeState.CLOSED})
_DISPUTE_WORDS = {
    "warning_needs_response": CardDisputeState.INQUIRY,
    "warning_under_review": CardDisputeState.INQUIRY,
    "warning_closed": CardDisputeState.CLOSED,
    "prevented": CardDisputeState.CLOSED,
    "needs_response": CardDisputeState.NEEDS_RESPONSE,
    "under_review": CardDisputeState.UNDER_REVIEW,
    "won": CardDisputeState.WON,
    "lost": CardDisputeState.LOST,
}
_DISPUTE_STEPS = {
    CardDisputeState.INQUIRY: 0,
    CardDisputeState.NEEDS_RESPONSE: 1,
    CardDisputeState.UNDER_REVIEW: 2,
    CardDisputeState.CLOSED: 3,
    CardDisputeState.LOST: 3,
    CardDisputeState.WON: 4,
}
"""One that was lost may be won on appeal; one that was won is not lost again by an answer that comes late."""


def dispute_state_of(word: str) -> CardDisputeState:
    """By the gateway's own word; one that nobody knows keeps the money off until it is known."""
    return _DISPUTE_WORDS.get(word, CardDisputeState.UNDER_REVIEW)


def dispute_goes_on(was: CardDisputeState, told: CardDisputeState) -> bool:
    """Whether what is told comes after what is known: an answer that was overtaken changes nothing."""
    return _DISPUTE_STEPS[told] > _DISPUTE_STEPS[was]


REFUND_WORDS = {
    CardRefundState.ASKED: "nơi nhận thẻ chưa trả lời, chợ đang hỏi",
    CardRefundState.PENDING: "nơi nhận thẻ đang gửi",
    CardRefundState.SUCCEEDED: "nơi nhận thẻ đã gửi",
    CardRefundState.FAILED: "chưa trả được vào thẻ, người bán trả bạn cách khác",
    CardRefundState.CANCELED: "người bán đã thôi trả vào thẻ",
}
"""What a buyer reads of a refund to their card."""
DISPUTE_WORDS = {
    CardDisputeState.INQUIRY: "ngân hàng của khách hỏi lại",
    CardDisputeState.NEEDS_RESPONSE: "chờ trả lời ở nơi nhận thẻ",
    CardDisputeState.UNDER_REVIEW: "ngân hàng đang xét",
    CardDisputeState.WON: "xong, tiền về người bán",
    CardDisputeState.LOST: "xong, tiền về khách",
    CardDisputeState.CLOSED: "xong, không ai mất tiền",
}

NOTHING_CHARGED = "Thẻ chưa bị trừ tiền."
_DECLINED = {
    "insufficient_funds": "Thẻ không đủ tiền. Mời dùng thẻ khác, hoặc chuyển khoản.",
    "expired_card": "Thẻ đã hết hạn. Mời dùng thẻ khác, hoặc chuyển khoản.",
    "incorrect_cvc": "Ba số ở mặt sau thẻ chưa đúng. Mời xem lại thẻ rồi gõ lại.",
    "invalid_cvc": "Ba số ở mặt sau thẻ chưa đúng. Mời xem lại thẻ rồi gõ lại.",
    "incorrect_number": "Số thẻ chưa đúng. Mời xem lại thẻ rồi gõ lại.",
    "processing_error": "Ngân hàng gặp trục trặc lúc xử lý thẻ. Mời đợi ít phút rồi thử lại, hoặc chuyển khoản.",
    "authentication_required": "Ngân hàng cần bạn xác nhận mà chưa thấy. Mời trả lại, rồi làm theo lời ngân hàng.",
    "payment_intent_authentication_failure": (
        "Bước xác nhận với ngân hàng không thành. Mời trả lại và xác nhận, hoặc chuyển khoản."
    ),
}
_BANK_SAID_NO = "Ngân hàng từ chối thẻ mà không nói lý do. Mời gọi ngân hàng của bạn, dùng thẻ khác, hoặc chuyển khoản."


def decline_words(code: str) -> str:
    """What a buyer whose card was declined is told, by the gateway's code: that nothing was charged, and what to do."""
    return f"{NOTHING_CHARGED} {_DECLINED.get(code, _BANK_SAID_NO)}"


_NOT_REFUNDED_WORDS = {
    "charge_already_refunded": "khoản thẻ này đã được trả lại ở nơi nhận thẻ rồi",
    "amount_too_large": "khoản thẻ này không còn đủ số đó để trả",
    "charge_disputed": "khách đang khiếu nại khoản thẻ này",
    "insufficient_funds": "tài khoản của bạn ở nơi nhận thẻ không đủ tiền",
    "balance_insufficient": "tài khoản của bạn ở nơi nhận thẻ không đủ tiền",
    "expired_or_canceled_card": "thẻ của khách đã hết hạn hoặc đã hủy",
    "lost_or_stolen_card": "thẻ của khách là thẻ mất hoặc bị trộm",
    "resource_missing": "tài khoản nhận thẻ hiện nay không có khoản này, mời xem tài khoản cũ trước khi trả",
}


def not_refunded_words(code: str | None) -> str:
    """Why a card refund did not go through, by the gateway's code, to follow a colon."""
    return _NOT_REFUNDED_WORDS.get(code or "", "ngân hàng của khách không nhận")
