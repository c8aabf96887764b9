"""Goods sold by what they weigh ("cân thực tế"): how far off they may be, what they cost at most, in which words."""

from dataclasses import dataclass
from typing import Protocol

from market.values.money import Dong, format_dong
from market.values.quantity import format_number, format_quantity, line_total, unit

SCALE = 10
"""What a market's scale tells, in thousandths of a kilo."""
MOST_TIMES = 3
"""So many times more or less than was ordered is a slip of the finger, and nobody is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Between which weights (thousandths of a kilo) an amount stands without asking anybody, and what it costs then."""

    amount: int
    percent: int
    price: Dong

    @property
    def least(self) -> int:
        """To the scale's own step, never below the tolerance; the amount itself always is within."""
        exact = -(-self.amount * (100 - self.percent) // 100)
        return min(self.amount, -(-exact // SCALE) * SCALE)

    @property
    def most(self) -> int:
        exact = self.amount * (100 + self.percent) // 100
        return max(self.amount, exact // SCALE * SCALE)

    def hold(self, weight: int) -> bool:
        return self.least <= weight <= self.most

    def is_likely(self, weight: int) -> bool:
        """Whether somebody may have meant this weight."""
        return weight * MOST_TIMES >= self.amount and weight <= self.amount * MOST_TIMES

    @property
    def costs(self) -> tuple[Dong, Dong]:
        return line_total(self.price, self.least), line_total(self.price, self.most)

    @property
    def words(self) -> str:
        """`khoảng 1,5 kg, thực cân 1,35–1,65 kg, tiền từ 202.500 ₫ đến 247.500 ₫`."""
        least, most = self.costs
        between = f"{format_number(self.least)}–{format_quantity(self.most, unit('kg'))}"
        return (
            f"khoảng {format_quantity(self.amount, unit('kg'))}, thực cân {between}, "
            f"tiền từ {format_dong(least)} đến {format_dong(most)}"
        )


class WeighedLine(Protocol):
    """A line as it was sold, by weight or not."""

    @property
    def amount(self) -> int: ...
    @property
    def estimate(self) -> int | None: ...
    @property
    def weighed_within(self) -> int | None: ...
    @property
    def price(self) -> Dong: ...


def weights_of(line: WeighedLine) -> Weights:
    """Between which weights a line stands as its buyer ordered it; ValueError where it is not sold by weight."""
    if line.weighed_within is None:
        raise ValueError("this line is not sold by weight")
    return Weights(amount=line.estimate or line.amount, percent=line.weighed_within, price=line.price)


def weighed_words(percent: int | None) -> str:
    """How goods are sold in this, to both sides."""
    if percent is None:
        return "bán đúng số đã đặt"
    return f"bán theo cân thực tế, lệch nhiều nhất {percent}\u00a0%"
