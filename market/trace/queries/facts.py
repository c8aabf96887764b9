"""What the page that asks for a decision about a lot shows of it: the facts that its `seen` stands for."""

from market.base.seen import Facts
from market.trace.models import Lot
from market.trace.rules import LotState

_STATE_WORDS = {LotState.OPEN: "đang ghi nhật ký", LotState.SEALED: "đã chốt", LotState.RECALLED: "đã thu hồi"}


def facts_to_recall(lot: Lot) -> Facts:
    """What a seller recalls: the goods, how far the lot has come, how many stamps are out."""
    return {
        "hàng": lot.product.name,
        "lô": _STATE_WORDS[lot.state],
        "tem đã in": str(lot.stamps_printed),
        "tem đã kích hoạt": str(lot.stamps_activated),
    }
