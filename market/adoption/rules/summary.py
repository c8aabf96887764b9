"""What a business's sales of a window are worth together: good ones, flagged ones, ones merely declared."""

import enum
from dataclasses import dataclass, field
from datetime import date

from market.adoption.rules.facts import Evidence, RiskFlag, Sale, Verdict
from market.adoption.rules.risk_flags import OTHER_BUYERS


class Trade(enum.StrEnum):
    """What is known of a business's sales in the window."""

    COUNTED = "tinh"
    TO_REVIEW = "can_kiem_tra"
    DECLARED = "tu_khai"
    NONE_YET = "chua_co"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedSale:
    """A sale with an officer's verdict, or with what makes it worth a look."""

    sale: Sale
    verdict: Verdict | None
    risk_flags: tuple[RiskFlag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traded:
    trade: Trade
    proof: Sale | None = None
    risk_flags: tuple[RiskFlag, ...] = ()
    platform: str | None = None


@dataclass(slots=True)
class SalesSummary:
    """A business's sales of a window, looked at strongest first: the first of each sort is the best of it.

    `buyers` and `devices`: whose good sales were seen, and on which devices they bought; `all_buyers`: those and the
    unknown ones who read out their code; `vouched`: an officer let one of the sales count.
    """

    good: Sale | None = None
    flagged: ReviewedSale | None = None
    declared: Sale | None = None
    buyers: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)
    all_buyers: set[str] = field(default_factory=set)
    vouched: bool = False
    platform: str | None = None

    def add(self, reviewed: ReviewedSale) -> None:
        if reviewed.verdict is Verdict.DOES_NOT_COUNT:
            return
        sale = reviewed.sale
        if sale.is_told_by_others and not reviewed.risk_flags:
            self.all_buyers.add(sale.phone)
        if not sale.evidence.is_counted:
            self.declared = self.declared or sale
        elif reviewed.risk_flags:
            self.flagged = self.flagged or reviewed
        else:
            self.good = self.good or sale
            self.buyers.add(sale.phone)
            self.devices.add(sale.device or sale.phone)
            self.vouched = self.vouched or reviewed.verdict is Verdict.COUNTS

    @property
    def is_settled(self) -> bool:
        """Whether no further sale can change what these say."""
        return len(self.buyers) > 1 and len(self.devices) > 1

    @property
    def may_hang_on_one(self) -> bool:
        """Whether it is so few buyers that one of them may have been brought along to prove it."""
        return not self.vouched and len(self.all_buyers) < OTHER_BUYERS

    def traded(self, *, is_single: bool) -> Traded:
        if self.good and is_single:
            return Traded(trade=Trade.TO_REVIEW, proof=self.good, risk_flags=(RiskFlag.ONE_BUYER,))
        if self.good:
            return Traded(trade=Trade.COUNTED, proof=self.good)
        if self.flagged:
            return Traded(trade=Trade.TO_REVIEW, proof=self.flagged.sale, risk_flags=self.flagged.risk_flags)
        if self.declared:
            return Traded(trade=Trade.DECLARED, proof=self.declared)
        return Traded(trade=Trade.DECLARED if self.platform else Trade.NONE_YET, platform=self.platform)


def strength(sale: Sale) -> tuple[Evidence, date, int]:
    """The strongest evidence is the best, of that the newest."""
    return sale.evidence, sale.completed_on, sale.order_id
