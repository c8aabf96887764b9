"""What a business's sales of a window are worth together: good ones, doubtful ones, ones merely declared."""

import enum
from collections.abc import Sequence
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
    """A business's sales of a window, sorted by what they are worth. `vouched`: an officer let one of them count."""

    good: list[Sale] = field(default_factory=list)
    doubtful: list[Judged] = field(default_factory=list)
    declared: list[Sale] = field(default_factory=list)
    vouched: bool = False
    platform: str | None = None

    def add(self, judged: Judged) -> None:
        if judged.verdict is Verdict.KHONG_TINH:
            return
        if not judged.sale.evidence.is_counted:
            self.declared.append(judged.sale)
        elif judged.doubts:
            self.doubtful.append(judged)
        else:
            self.good.append(judged.sale)
            self.vouched = self.vouched or judged.verdict is Verdict.TINH

    def traded(self, *, is_single: bool) -> Traded:
        if self.good and is_single:
            return Traded(trade=Trade.CAN_KIEM_TRA, proof=_best(self.good), doubts=(Doubt.MOT_NGUOI_MUA,))
        if self.good:
            return Traded(trade=Trade.TINH, proof=_best(self.good))
        if self.doubtful:
            best = max(self.doubtful, key=lambda judged: _strength(judged.sale))
            return Traded(trade=Trade.CAN_KIEM_TRA, proof=best.sale, doubts=best.doubts)
        if self.declared:
            return Traded(trade=Trade.TU_KHAI, proof=_best(self.declared))
        return Traded(trade=Trade.TU_KHAI if self.platform else Trade.CHUA_CO, platform=self.platform)


def _strength(sale: Sale) -> tuple[Evidence, date, int]:
    return sale.evidence, sale.completed_on, sale.order_id


def _best(sales: Sequence[Sale]) -> Sale:
    """The strongest evidence, of that the newest."""
    return max(sales, key=_strength)
