"""An order whose lines change after it was placed: what kinds there are, what may change when, in which words."""

import enum
from collections.abc import Mapping, Sequence
from typing import Protocol

from market.orders.rules import OrderStatus, can_cancel, can_move
from market.values.money import Dong
from market.values.quantity import format_quantity, line_total, unit


class LineChangeKind(enum.StrEnum):
    """The stall has less of it; the buyer takes it off."""

    LESS = "con_it"
    TAKEN_OFF = "bo_mon"


class ChangeReply(enum.StrEnum):
    """The buyer says yes or no, does not answer in time, or the stall takes its question back."""

    AGREED = "dong_y"
    REFUSED = "thoi"
    LAPSED = "qua_gio"
    WITHDRAWN = "rut_lai"


class SoldLine(Protocol):
    """A line as it was sold."""

    @property
    def id(self) -> int: ...
    @property
    def product_name(self) -> str: ...
    @property
    def variant_label(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def price(self) -> Dong: ...
    @property
    def amount(self) -> int: ...


def can_offer_less(status: OrderStatus) -> bool:
    """Whether the stall may say that it has less: what is packed is there."""
    return status is OrderStatus.PLACED or can_move(status, OrderStatus.READY)


def can_drop_line(status: OrderStatus, *, is_asked: bool) -> bool:
    """Whether the buyer may take a line off: as long as they may call all of it off, and answer first what they are
    asked."""
    return can_cancel(status) and not is_asked


def amounts_after(lines: Sequence[SoldLine], changed: Mapping[int, int]) -> dict[int, int]:
    """Line -> what is left of it (thousandths), where these lines come to these amounts; lines that go are absent."""
    after = {line.id: changed.get(line.id, line.amount) for line in lines}
    return {line_id: amount for line_id, amount in after.items() if amount}


def goods_after(lines: Sequence[SoldLine], changed: Mapping[int, int]) -> Dong:
    """What the lines come to then."""
    after = amounts_after(lines, changed)
    return Dong(sum(line_total(line.price, after[line.id]) for line in lines if line.id in after))


def total_after(lines: Sequence[SoldLine], changed: Mapping[int, int], extra: int) -> Dong | None:
    """What an order comes to then, with `extra` beside its goods (fee less discount); None where nothing of it is
    left to sell."""
    total = goods_after(lines, changed) + extra
    return Dong(total) if amounts_after(lines, changed) and total > 0 else None


def name_of(line: SoldLine) -> str:
    return f"{line.product_name} {line.variant_label}".strip()


def left_of(line: SoldLine, amount: int, *, is_weighed: bool = False) -> str:
    """What a stall says of a line of which so much is left: `chỉ còn 3 kg Ổi`, `hết Ổi`; or of what it weighs: `cân
    được 2,1 kg Gà`."""
    if not amount:
        return f"hết {name_of(line)}"
    if is_weighed:
        return f"cân được {format_quantity(amount, unit(line.unit))} {name_of(line)}"
    return f"chỉ còn {format_quantity(amount, unit(line.unit))} {name_of(line)}"
