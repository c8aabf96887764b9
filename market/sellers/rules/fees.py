"""What a stall asks for bringing goods to a house of its commune: one fee, others for the hamlets it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from market.values.money import Dong, format_dong

NEVER = Dong(0)
BY_BUS, BY_COURIER = "xe khách", "chuyển phát"


def ways_outside(*, by_bus: bool, by_courier: bool) -> list[str]:
    """How a stall sends goods out of its commune."""
    return [way for way, is_so in ((BY_BUS, by_bus), (BY_COURIER, by_courier)) if is_so]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseFees:
    """`fee`: for every hamlet that has none of its own in `by_hamlet` (by id; None: it brings nothing there). Nothing
    is asked from goods for `free_from` on; 0: however much they are."""

    fee: Dong
    free_from: Dong = NEVER
    by_hamlet: Mapping[int, Dong | None] = field(default_factory=dict)

    def goes_to(self, hamlet_id: int | None) -> bool:
        """Whether goods are brought there; to a hamlet that nobody has named yet they may be."""
        return self.listed(hamlet_id) is not None

    def listed(self, hamlet_id: int | None) -> Dong | None:
        """The fee for a hamlet, however much the goods are; None where nothing is brought there."""
        return self.by_hamlet.get(hamlet_id, self.fee) if hamlet_id is not None else self.fee

    def of(self, hamlet_id: int | None, goods: Dong) -> Dong:
        """What is asked for bringing goods for so much to a hamlet that they are brought to."""
        return Dong(0) if self.is_free_for(goods) else self.listed(hamlet_id) or Dong(0)

    def is_free_for(self, goods: Dong) -> bool:
        return 0 < self.free_from <= goods

    @property
    def words(self) -> str:
        """`phí 10.000–20.000 ₫ theo thôn, từ 200.000 ₫ tiền hàng thì miễn phí`."""
        fees = sorted({self.fee, *(fee for fee in self.by_hamlet.values() if fee is not None)})
        said = f"phí {format_dong(fees[0])}" if fees[-1] else "không mất phí"
        if len(fees) > 1:
            said = f"phí từ {format_dong(fees[0])} đến {format_dong(fees[-1])} theo thôn"
        return f"{said}, {self.free_words}" if self.free_words and fees[-1] else said

    @property
    def free_words(self) -> str:
        """From how much goods on nothing is asked; empty where that is never so."""
        return f"miễn phí từ {format_dong(self.free_from)} tiền hàng" if self.free_from else ""
