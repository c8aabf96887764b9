"""What the pages that ask for a decision about a lot show of it: the facts that their `seen` stands for."""

from collections.abc import Sequence

from market.base.seen import UNSAID, Facts
from market.trace.models import JournalEntry, Lot
from market.trace.rules import KIND_WORDS, LotState
from market.values.period import format_date
from market.values.quantity import format_number, format_quantity, unit

_STATE_WORDS = {LotState.OPEN: "đang ghi nhật ký", LotState.SEALED: "đã ghi xong", LotState.RECALLED: "đã thu hồi"}


def facts_to_edit(lot: Lot) -> Facts:
    """What its seller's form changes of an open lot."""
    return {
        "ruộng, ao, chuồng": lot.plot,
        "mỗi gói": format_quantity(lot.pack_amount, unit(lot.pack_unit)),
        "phần đóng gói được": f"{format_number(lot.yield_permille * 100)}/100",
        "hạn sử dụng": format_date(lot.best_before) if lot.best_before else "để trống",
        "tiêu chuẩn": lot.standard or "để trống",
    }


def facts_to_seal(lot: Lot, entries: Sequence[JournalEntry]) -> Facts:
    """What can no longer be taken back once a lot is sealed: what is said of it, and every line of its journal."""
    lines = {f"dòng nhật ký thứ {number}": _line(entry) for number, entry in enumerate(entries, 1)}
    return {"hàng": lot.product.name, **facts_to_edit(lot), **lines}


def _line(entry: JournalEntry) -> str:
    """A line never changes: which one it is says the rest."""
    put_right = ", đính chính" if entry.corrects_id else ""
    return f"{KIND_WORDS[entry.kind]} ngày {format_date(entry.happened_on)}{put_right}{UNSAID}{entry.id}"


def facts_to_set_aside(lot: Lot) -> Facts:
    """What a seller says to be sold no longer."""
    best_before = format_date(lot.best_before) if lot.best_before else "không ghi"
    return {"hàng": lot.product.name, "lô": _STATE_WORDS[lot.state], "hạn sử dụng": best_before}


def facts_to_recall(lot: Lot) -> Facts:
    """What a seller recalls: the goods, how far the lot has come, how many stamps are out."""
    return {
        "hàng": lot.product.name,
        "lô": _STATE_WORDS[lot.state],
        "tem đã in": str(lot.stamps_printed),
        "tem đã dán": str(lot.stamps_activated),
    }
