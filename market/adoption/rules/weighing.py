"""What a business's sales of a window are worth together: good ones, doubtful ones, ones merely declared."""

import enum
from dataclasses import dataclass, field
from datetime import date

from market.adoption.rules.doubts import RiskFlag
from market.adoption.rules.facts import Evidence, Sale, Verdict


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
    doubts: tuple[RiskFlag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traded:
    trade: Trade
    proof: Sale | None = None
    doubts: tuple[RiskFlag, ...] = ()
    platform: str | None = None


@dataclass(slots=True)
class SalesSummary:
    """A business's sales of a window, looked at strongest first: the first of each sort is the best of it.

    `buyers`: whose good sales were seen; `vouched`: an officer let one of them count.
    """

    good: Sale | None = None
    doubtful: ReviewedSale | None = None
    declared: Sale | None = None
    buyers: set[str] = field(default_factory=set)
    vouched: bool = False
    platform: str | None = None

    def add(self, judged: ReviewedSale) -> None:
        if judged.verdict is Verdict.DOES_NOT_COUNT:
            return
        if not judged.sale.evidence.is_counted:
            self.declared = self.declared or judged.sale
        elif judged.doubts:
            self.doubtful = self.doubtful or judged
        else:
            self.good = self.good or judged.sale
            self.buyers.add(judged.sale.phone)
            self.vouched = self.vouched or judged.verdict is Verdict.COUNTS

    @property
    def is_settled(self) -> bool:
        """Whether no further sale can change what these say."""
        return len(self.buyers) > 1

    def traded(self, *, is_single: bool) -> Traded:
        if self.good and is_single:
            return Traded(trade=Trade.TO_REVIEW, proof=self.good, doubts=(RiskFlag.ONE_BUYER,))
        if self.good:
            return Traded(trade=Trade.COUNTED, proof=self.good)
        if self.doubtful:
            return Traded(trade=Trade.TO_REVIEW, proof=self.doubtful.sale, doubts=self.doubtful.doubts)
        if self.declared:
            return Traded(trade=Trade.DECLARED, proof=self.declared)
        return Traded(trade=Trade.DECLARED if self.platform else Trade.NONE_YET, platform=self.platform)


def strength(sale: Sale) -> tuple[Evidence, date, int]:
    """The strongest evidence is the best, of that the newest."""
    return sale.evidence, sale.completed_on, sale.order_id
