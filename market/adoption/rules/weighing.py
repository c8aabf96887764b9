"""What a business's sales of a window are worth together: good ones, doubtful ones, ones merely declared."""

import enum
from dataclasses import dataclass, field
from datetime import date

from market.adoption.rules.doubts import Doubt
from market.adoption.rules.facts import Evidence, Sale, Verdict


class Trade(enum.StrEnum):
    """What is known of a business's sales in the window."""

    TINH = "tinh"
    CAN_KIEM_TRA = "can_kiem_tra"
    TU_KHAI = "tu_khai"
    CHUA_CO = "chua_co"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A sale with an officer's verdict, or with what makes it worth a look."""

    sale: Sale
    verdict: Verdict | None
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traded:
    trade: Trade
    proof: Sale | None = None
    doubts: tuple[Doubt, ...] = ()
    platform: str | None = None


@dataclass(slots=True)
class Weighed:
    """A business's sales of a window, looked at strongest first: the first of each sort is the best of it.

    `buyers`: whose good sales were seen; `vouched`: an officer let one of them count.
    """

    good: Sale | None = None
    doubtful: Judged | None = None
    declared: Sale | None = None
    buyers: set[str] = field(default_factory=set)
    vouched: bool = False
    platform: str | None = None

    def add(self, judged: Judged) -> None:
        if judged.verdict is Verdict.KHONG_TINH:
            return
        if not judged.sale.evidence.is_counted:
            self.declared = self.declared or judged.sale
        elif judged.doubts:
            self.doubtful = self.doubtful or judged
        else:
            self.good = self.good or judged.sale
            self.buyers.add(judged.sale.phone)
            self.vouched = self.vouched or judged.verdict is Verdict.TINH

    @property
    def is_settled(self) -> bool:
        """Whether no further sale can change what these say."""
        return self.vouched or len(self.buyers) > 1

    def traded(self, *, is_single: bool) -> Traded:
        if self.good and is_single:
            return Traded(trade=Trade.CAN_KIEM_TRA, proof=self.good, doubts=(Doubt.MOT_NGUOI_MUA,))
        if self.good:
            return Traded(trade=Trade.TINH, proof=self.good)
        if self.doubtful:
            return Traded(trade=Trade.CAN_KIEM_TRA, proof=self.doubtful.sale, doubts=self.doubtful.doubts)
        if self.declared:
            return Traded(trade=Trade.TU_KHAI, proof=self.declared)
        return Traded(trade=Trade.TU_KHAI if self.platform else Trade.CHUA_CO, platform=self.platform)


def strength(sale: Sale) -> tuple[Evidence, date, int]:
    """The strongest evidence is the best, of that the newest."""
    return sale.evidence, sale.completed_on, sale.order_id
