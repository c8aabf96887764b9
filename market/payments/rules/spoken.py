"""What the loudspeaker says of money that came in: never how much alone, as 200 đồng sounds much like 200 thousand, but
how it compares with what the order asks for."""

import enum
from collections.abc import Iterator

from market.payments.rules.status import PaidStatus, paid_status, remaining, surplus, wanting_of_deposit
from market.values.money import Dong, format_dong, in_words


class Comparison(enum.StrEnum):
    """What came in beside what its order asks for."""

    EXACT = "du"
    SHORT = "thieu"
    OVER = "thua"
    NO_ORDER = "chua_ro"
    ENDED = "da_dung"
    DEPOSIT = "coc"


HEADINGS = {
    Comparison.EXACT: "ĐỦ TIỀN",
    Comparison.SHORT: "THIẾU TIỀN",
    Comparison.OVER: "THỪA TIỀN",
    Comparison.NO_ORDER: "TIỀN VÀO",
    Comparison.ENDED: "ĐƠN ĐÃ DỪNG",
    Comparison.DEPOSIT: "ĐÃ CÓ TIỀN CỌC",
}
LINES = {
    Comparison.EXACT: "ĐỦ {}",
    Comparison.SHORT: "THIẾU {}",
    Comparison.OVER: "THỪA {}",
    Comparison.NO_ORDER: "Tiền vào {}, chưa rõ đơn nào",
    Comparison.ENDED: "Tiền vào {}, đơn đã dừng",
    Comparison.DEPOSIT: "Đã có tiền cọc {}",
}
_SENTENCES = {
    Comparison.EXACT: ("Đủ tiền: {}.", "Đủ tiền."),
    Comparison.SHORT: ("Thiếu tiền, còn thiếu {}.", "Thiếu tiền."),
    Comparison.OVER: ("Thừa tiền, khách chuyển thừa {}.", "Thừa tiền."),
    Comparison.NO_ORDER: ("Tiền vào {}, chưa rõ đơn nào.", "Có tiền vào, chưa rõ đơn nào."),
    Comparison.ENDED: ("Tiền vào {}, đơn đã dừng.", "Có tiền vào, đơn đã dừng."),
    Comparison.DEPOSIT: ("Tiền vào {}.", "Có tiền vào."),
}
"""With the amount and without; each begins otherwise, so that its first word tells which it is."""

PHRASES = {
    "first": "Đây là giọng máy. Loa đã bật.",
    "on": "Loa đã bật.",
    "trial": "Nghe thử. Đủ tiền: hai trăm nghìn đồng.",
    "trial_brief": "Nghe thử. Đủ tiền.",
}
"""What is said beside money. That the voice is a machine's is said once on a phone, and stands on the page."""

CLIPS = (
    *("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    *("mười", "mươi", "mốt", "lăm", "linh", "trăm", "nghìn", "triệu", "tỷ", "đồng"),
    *("đủ tiền", "thiếu tiền", "còn thiếu", "thừa tiền", "khách chuyển thừa", "tiền vào", "có tiền vào"),
    *("chưa rõ đơn nào", "đơn đã dừng", "đây là giọng máy", "loa đã bật", "nghe thử"),
)
"""The recordings that every sentence is put together from, where a phone has no Vietnamese voice."""
_RECORDED = frozenset(CLIPS)
_LONGEST = max(len(clip.split()) for clip in CLIPS)


def compared(asked: int, received: int, came: int, *, is_ended: bool, deposit: int = 0) -> tuple[Comparison, Dong]:
    """How an order stands with `came`, the last of what it `received`, and the amount that is said: all of it where it
    is enough, what is missing, what is too much, and of an order that had ended what came. What was asked for its
    deposit is never called enough for the order, nor short of it."""
    if is_ended:
        return Comparison.ENDED, Dong(came)
    if received - came < deposit and received < asked:
        wanting = wanting_of_deposit(asked, received, deposit)
        return (Comparison.SHORT, wanting) if wanting else (Comparison.DEPOSIT, Dong(received))
    match paid_status(asked, received):
        case PaidStatus.PAID:
            return Comparison.EXACT, Dong(asked)
        case PaidStatus.OVERPAID:
            return Comparison.OVER, surplus(asked, received)
        case _:
            return Comparison.SHORT, remaining(asked, received)


def headline(comparison: Comparison, amount: int) -> str:
    """As it is read: `THIẾU 199.800 ₫`."""
    return LINES[comparison].format(format_dong(amount))


def sentence(comparison: Comparison, amount: int, *, with_amount: bool = True) -> str:
    """As it is heard, and stands in words on the screen: `Thiếu tiền, còn thiếu hai trăm đồng.`"""
    whole, brief = _SENTENCES[comparison]
    return whole.format(in_words(amount).lower()) if with_amount else brief


def clips_of(spoken: str) -> tuple[str, ...]:
    """The recordings of a sentence, each the longest that fits; ValueError for words that nobody recorded."""
    return tuple(_clips(spoken.lower().translate(_SILENT).split()))


_SILENT = str.maketrans("", "", ".,:")


def _clips(words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        for length in range(_LONGEST, 0, -1):
            clip = " ".join(words[at : at + length])
            if clip in _RECORDED:
                yield clip
                break
        else:
            raise ValueError(f"no recording of “{words[at]}”")
        at += len(clip.split())
