"""The words of a lot: kinds of work, states, a journal line and a lot's terms as the rules read them."""

import enum
from dataclasses import dataclass
from datetime import date

from market.values.quantity import UNITS


class JournalKind(enum.StrEnum):
    """What is done to a crop or a batch, in the order it usually happens."""

    SOWING = "gieo_trong"
    FERTILISING = "bon_phan"
    SPRAYING = "phun_thuoc"
    HARVEST = "thu_hoach"
    PROCESSING = "so_che"
    PACKING = "dong_goi"

    @property
    def slug(self) -> str:
        return self.value.replace("_", "-")


KIND_WORDS = {
    JournalKind.SOWING: "Gieo trồng, thả giống",
    JournalKind.FERTILISING: "Bón phân, cho ăn",
    JournalKind.SPRAYING: "Phun thuốc",
    JournalKind.HARVEST: "Thu hoạch",
    JournalKind.PROCESSING: "Phơi sấy, xay xát, chế biến",
    JournalKind.PACKING: "Đóng gói",
}
MEASURED = frozenset({JournalKind.HARVEST, JournalKind.PROCESSING, JournalKind.PACKING})
AMOUNT_NEEDED = frozenset({JournalKind.HARVEST, JournalKind.PACKING})


class LotState(enum.StrEnum):
    """An open lot takes entries; a sealed one takes corrections alone; a recalled one warns the person who scans it."""

    OPEN = "mo"
    SEALED = "chot"
    RECALLED = "thu_hoi"


class StampState(enum.StrEnum):
    PRINTED = "da_in"
    ACTIVATED = "da_kich_hoat"
    VOID = "huy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A journal line as the rules read it; `amount` in thousandths of `unit`, `phi_days` the wait after a spray.

    `is_withdrawal` says that the line it corrects never happened.
    """

    id: int
    kind: JournalKind
    happened_on: date
    amount: int | None = None
    unit: str | None = None
    substance: str | None = None
    phi_days: int | None = None
    corrects_id: int | None = None
    is_withdrawal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StampTerms:
    """What bounds a lot's stamps: at most `yield_permille` of the harvest ends in packs (650 for paddy milled to rice,
    more than 1000 where something is mixed in), and one stamp stands for a pack of `pack_amount` thousandths."""

    yield_permille: int = 1000
    pack_amount: int = 1000
    pack_unit: str = "kg"

    @property
    def base(self) -> str:
        return UNITS[self.pack_unit].base

    @property
    def pack_in_base(self) -> int:
        return in_base(self.pack_amount, self.pack_unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a lot cannot be sealed yet, as a sentence; its cure is a line to correct or a kind of line to add."""

    sentence: str
    entry_id: int | None = None
    add: JournalKind | None = None


class PhiVerdict(enum.StrEnum):
    """What the journal says of the wait between spraying and harvest; `unknown` is never shown as enough."""

    NO_SPRAY = "no_spray"
    ENOUGH = "enough"
    SHORT = "short"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhiCheck:
    """The wait before one harvest: `days` since the spray that binds it, of the `needed` ones."""

    verdict: PhiVerdict
    days: int = 0
    needed: int = 0


def in_base(amount: int | None, unit: str | None) -> int:
    """An amount in thousandths of its unit's base; 0 where nothing was measured."""
    if amount is None or unit is None:
        return 0
    return amount * UNITS[unit].per_base // 1000
