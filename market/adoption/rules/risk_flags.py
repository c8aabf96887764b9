"""The commune's rules of thumb, and the risk flags that a figure itself raises: on its day, over all it counts."""

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, timedelta

from market.adoption.rules.facts import Ledger

CUT_OFF_DAY = 14
"""Reporting months end on the 14th (Nghị định 09/2019/NĐ-CP, Điều 12)."""
CALL_TRIES = 3
"""On so many days a phone was called in vain before nobody is taken to answer it, where the commune says nothing."""
DEVICE_PHONES = 3
"""So many phones a family may give on one device, where the commune says nothing."""
OTHER_BUYERS = 3
"""With so many buyers, be they known or not, no business hangs on one buyer alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLimits:
    """The commune's own rules of thumb; of the first three a number nobody has set flags nothing."""

    lowest_order: int
    one_buyer_most: int | None
    last_days: int
    call_tries: int
    device_phones: int

    @classmethod
    def on(cls, ledger: Ledger, day: date) -> "RiskLimits":
        return cls(
            lowest_order=ledger.number_on("kpi.lowest_order", day) or 0,
            one_buyer_most=ledger.number_on("kpi.one_buyer_most", day),
            last_days=ledger.number_on("kpi.last_days", day) or 0,
            call_tries=ledger.number_on("kpi.call_tries", day) or CALL_TRIES,
            device_phones=ledger.number_on("kpi.device_phones", day) or DEVICE_PHONES,
        )

    def late_from(self, as_of: date) -> date:
        """The day after which a figure's sales fall in the last days before a reporting cut-off; other days have no
        rush before them: then it is the figure's own day."""
        return as_of - timedelta(days=self.last_days) if as_of.day == CUT_OFF_DAY else as_of


def proven_by_one_buyer(buyers_of: Iterable[tuple[int, Set[str]]], most: int | None) -> set[int]:
    """The businesses whose every good sale is of one and the same buyer, where that buyer so proves more than `most`.

    `buyers_of`: per business the buyers of its good sales; two of many are enough to tell.
    """
    alone: dict[str, list[int]] = defaultdict(list)
    for business_id, buyers in buyers_of:
        if len(buyers) == 1:
            alone[next(iter(buyers))].append(business_id)
    many = [businesses for businesses in alone.values() if most is not None and len(businesses) > most]
    return {business_id for businesses in many for business_id in businesses}
