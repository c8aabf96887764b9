"""What the pages that ask for a decision about a lot show of it: the facts that their `seen` stands for."""

from market.base.seen import Facts
from market.trace.models import Lot
from market.trace.rules import LotState
from market.values.period import format_date
from market.values.quantity import format_number, format_quantity, unit

_STATE_WORDS = {LotState.OPEN: "đang ghi nhật ký", LotState.SEALED: "đã chốt", LotState.RECALLED: "đã thu hồi"}


def facts_to_edit(lot: Lot) -> Facts:
    """What its seller's form changes of an open lot."""
    return {
        "ruộng, ao, chuồng": lot.plot,
        "mỗi gói": format_quantity(lot.pack_amount, unit(lot.pack_unit)),
        "phần đóng gói được": f"{format_number(lot.yield_permille * 100)}/100",
        "hạn sử dụng": format_date(lot.best_before) if lot.best_before else "để trống",
        "tiêu chuẩn": lot.standard or "để trống",
    }


def facts_to_recall(lot: Lot) -> Facts:
    """What a seller recalls: the goods, how far the lot has come, how many stamps are out."""
    return {
        "hàng": lot.product.name,
        "lô": _STATE_WORDS[lot.state],
        "tem đã in": str(lot.stamps_printed),
        "tem đã kích hoạt": str(lot.stamps_activated),
    }
