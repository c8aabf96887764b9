"""What a sum that came in means for what was asked: never set by hand, always derived."""

import enum

from market.values.money import Dong


class PaidStatus(enum.StrEnum):
    """None, too little, exactly, too much."""

    CHUA = "chua"
    THIEU = "thieu"
    DU = "du"
    THUA = "thua"

    @property
    def is_settled(self) -> bool:
        return self in (PaidStatus.DU, PaidStatus.THUA)


PAID_WORDS = {
    PaidStatus.CHUA: "Chưa thấy tiền",
    PaidStatus.THIEU: "Trả thiếu",
    PaidStatus.DU: "Đã nhận đủ tiền",
    PaidStatus.THUA: "Trả thừa",
}


def paid_status(asked: int, received: int) -> PaidStatus:
    if received <= 0:
        return PaidStatus.CHUA
    if received < asked:
        return PaidStatus.THIEU
    return PaidStatus.DU if received == asked else PaidStatus.THUA


def remaining(asked: int, received: int) -> Dong:
    """What is still to come; nothing where enough or more is in."""
    return Dong(max(0, asked - received))


def surplus(asked: int, received: int) -> Dong:
    """What came in over what was asked: money owed back, never revenue."""
    return Dong(max(0, received - asked))
