"""What a lot must satisfy before it is sealed: days since the last spray, amounts that can be."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from market.values.period import format_date
from market.values.quantity import UNITS, format_number

SHEET_ROWS, SHEET_COLUMNS = 13, 5
STAMPS_A_SHEET = SHEET_ROWS * SHEET_COLUMNS
MOST_STAMPS_AT_ONCE = 2000


class JournalKind(enum.StrEnum):
    """What is done to a crop or a batch, in the order it usually happens."""

    GIEO_TRONG = "gieo_trong"
    BON_PHAN = "bon_phan"
    PHUN_THUOC = "phun_thuoc"
    THU_HOACH = "thu_hoach"
    SO_CHE = "so_che"
    DONG_GOI = "dong_goi"


KIND_WORDS = {
    JournalKind.GIEO_TRONG: "Gieo trồng, thả giống",
    JournalKind.BON_PHAN: "Bón phân, cho ăn",
    JournalKind.PHUN_THUOC: "Phun thuốc",
    JournalKind.THU_HOACH: "Thu hoạch",
    JournalKind.SO_CHE: "Phơi sấy, xay xát, chế biến",
    JournalKind.DONG_GOI: "Đóng gói",
}
MEASURED = frozenset({JournalKind.THU_HOACH, JournalKind.SO_CHE, JournalKind.DONG_GOI})


class LotState(enum.StrEnum):
    """An open lot takes entries; a sealed one takes corrections alone; a recalled one warns whoever scans it."""

    MO = "mo"
    CHOT = "chot"
    THU_HOI = "thu_hoi"


class StampState(enum.StrEnum):
    DA_IN = "da_in"
    DA_KICH_HOAT = "da_kich_hoat"
    HUY = "huy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A journal line as the rules read it; `amount` in thousandths of `unit`, `phi_days` the wait after a spray."""

    id: int
    kind: JournalKind
    happened_on: date
    amount: int | None = None
    unit: str | None = None
    substance: str | None = None
    phi_days: int | None = None
    corrects_id: int | None = None


def in_force(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that no later one corrects, by day."""
    entries = list(entries)
    corrected = {entry.corrects_id for entry in entries}
    return sorted((e for e in entries if e.id not in corrected), key=lambda e: (e.happened_on, e.id))


def grams(entry: Entry) -> int:
    """The amount in thousandths of its unit's base; 0 where nothing was measured."""
    if entry.amount is None or entry.unit is None:
        return 0
    return entry.amount * UNITS[entry.unit].per_base // 1000


def _base(entries: Sequence[Entry]) -> set[str]:
    return {UNITS[entry.unit].base for entry in entries if entry.unit}


def why_not_sealed(entries: Iterable[Entry], *, yield_permille: int) -> list[str]:
    """Every reason a lot cannot be sealed yet, as sentences that say what to do; empty when it can.

    `yield_permille` is the largest part of the harvest that can end in packs (650 for paddy milled to rice).
    """
    live = in_force(entries)
    harvests = [entry for entry in live if entry.kind is JournalKind.THU_HOACH]
    if not harvests:
        return ["Chưa ghi thu hoạch. Ghi ngày và lượng thu hoạch rồi chốt lô."]
    return [*_too_soon(live, harvests), *_too_much(live, harvests, yield_permille), *_out_of_order(live, harvests)]


def _too_soon(live: Sequence[Entry], harvests: Sequence[Entry]) -> list[str]:
    reasons = []
    for spray in live:
        if spray.kind is not JournalKind.PHUN_THUOC:
            continue
        if spray.phi_days is None:
            reasons.append(f"Lần phun ngày {format_date(spray.happened_on)} chưa ghi số ngày cách ly. Xem nhãn thuốc.")
            continue
        allowed = spray.happened_on + timedelta(days=spray.phi_days)
        early = [h for h in harvests if spray.happened_on <= h.happened_on < allowed]
        reasons += [
            f"Thu hoạch ngày {format_date(harvest.happened_on)} sớm hơn hạn cách ly của {spray.substance or 'thuốc'}: "
            f"phải từ {format_date(allowed)}."
            for harvest in early
        ]
    return reasons


def _too_much(live: Sequence[Entry], harvests: Sequence[Entry], yield_permille: int) -> list[str]:
    packs = [entry for entry in live if entry.kind is JournalKind.DONG_GOI]
    if not packs:
        return []
    if len(_base([*harvests, *packs])) > 1:
        return ["Lượng thu hoạch và lượng đóng gói ghi khác loại đơn vị nên không so được. Ghi cùng kg, cùng lít."]
    most = sum(map(grams, harvests)) * yield_permille // 1000
    packed = sum(map(grams, packs))
    if packed <= most:
        return []
    return [
        f"Đóng gói {format_number(packed)} nhiều hơn mức có thể từ thu hoạch ({format_number(most)}). Xem lại số ghi."
    ]


def _out_of_order(live: Sequence[Entry], harvests: Sequence[Entry]) -> list[str]:
    first = harvests[0].happened_on
    early = [e for e in live if e.kind is JournalKind.DONG_GOI and e.happened_on < first]
    return [f"Đóng gói ngày {format_date(entry.happened_on)} lại trước thu hoạch. Xem lại ngày." for entry in early]
