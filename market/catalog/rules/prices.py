"""Which price was likely mistyped: ten times, or a tenth, of what it was or of what goods of its kind cost. Such a
price is asked back once and kept when it is said again: only its seller knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from market.values.money import Dong, format_dong, in_words
from market.values.quantity import UNITS, unit

TIMES = 10
FEWEST_ALIKE = 3
"""With fewer goods of a kind none of them says what the kind costs, but for goods of the very name."""
LEAST = 1000
"""Below so many đồng a unit, thousands were likely meant; not of goods sold by the gram or millilitre."""
SMALL_UNITS = frozenset({"g", "ml"})

Range = tuple[int, int]

_USUAL: Mapping[int, Mapping[str, Range]] = {
    1: {"kg": (2_000, 300_000), "mo": (1_000, 60_000), "bo": (1_000, 150_000), "cu": (1_000, 60_000)}
    | {"qua": (1_000, 250_000), "bap": (1_000, 60_000), "nai": (3_000, 300_000), "buong": (20_000, 3_000_000)},
    2: {"kg": (10_000, 3_000_000), "con": (2_000, 20_000_000), "qua": (1_000, 60_000)},
    3: {"kg": (6_000, 400_000)},
    4: {"kg": (40_000, 4_000_000), "lit": (40_000, 4_000_000), "chai": (20_000, 4_000_000)},
    6: {"kg": (8_000, 800_000)},
    7: {"kg": (8_000, 800_000)},
    8: {"kg": (20_000, 3_000_000)},
    9: {"kg": (8_000, 1_500_000), "lit": (8_000, 1_500_000), "chai": (5_000, 1_500_000)},
    10: {"kg": (3_000, 1_500_000)},
    11: {"kg": (10_000, 1_500_000)},
    12: {"kg": (30_000, 10_000_000)},
    14: {"lit": (10_000, 5_000_000), "chai": (10_000, 5_000_000)},
}
"""OCOP set -> base unit -> what goods of it cost at a village market, from the cheapest to the dearest, written down
generously by those who made this one: outside of it a question costs less than a mistyped nought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A price, and what for: one unit, or a pack of `pack_amount` thousandths of `pack_unit`."""

    price: Dong
    unit: str
    pack_amount: int | None = None
    pack_unit: str | None = None

    @property
    def base(self) -> str:
        """The code of the unit in which it is compared."""
        return unit(self._of[1]).base

    def is_of(self, other: "Priced") -> bool:
        """Whether it is for the same, by a form that says of the pack the same, or nothing."""
        pack = (self.pack_amount, self.pack_unit)
        return self.unit == other.unit and (self.pack_amount is None or pack == (other.pack_amount, other.pack_unit))

    @property
    def _of(self) -> tuple[int, str]:
        return (self.pack_amount, self.pack_unit) if self.pack_amount and self.pack_unit else (1000, self.unit)

    @property
    def per_base(self) -> int:
        """Thousandths of a đồng for one base unit."""
        amount, code = self._of
        return self.price * 1_000_000_000 // (amount * unit(code).per_base)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPrices:
    """What a price is compared with: what it was before, what goods of the same name and of the same kind cost on this
    market now, and the OCOP set of the kind where it is known."""

    before: Priced | None = None
    same_name: Sequence[Priced] = ()
    same_kind: Sequence[Priced] = ()
    ocop_set: int | None = None


def unlikely(new: Priced, known: KnownPrices) -> str | None:
    """Why a price is likely mistyped, in a few words; None where nothing speaks against it, and for the price that it
    has already."""
    if known.before and new.price == known.before.price and new.is_of(known.before):
        return None
    of_itself = _too_small(new, known.before) or _against_before(new, known.before)
    return of_itself or _against_market(new, known) or _unusual(new, known)


def question(new: Priced, why: str) -> str:
    """What the seller is asked; saying the same price again is the answer."""
    amount = f"{format_dong(new.price)} một {unit(new.unit).name}"
    comma = "" if why.startswith(",") else " "
    again = f"Đúng là {in_words(new.price).lower()} thì bấm nút ở cuối trang lần nữa, nhầm thì sửa lại. Chưa lưu gì cả."
    return f"Giá {amount}{comma}{why}. {again}"


def _against_before(new: Priced, before: Priced | None) -> str | None:
    if before is None:
        return None
    of = f"giá trước ({format_dong(before.price)})"
    if new.is_of(before):
        return _apart(new.price, before.price, of)
    return _apart(new.per_base, before.per_base, of) if before.base == new.base else None


def _against_market(new: Priced, known: KnownPrices) -> str | None:
    same_name = [one.per_base for one in known.same_name if one.base == new.base]
    same_kind = [one.per_base for one in known.same_kind if one.base == new.base]
    alike = same_name or (same_kind if len(same_kind) >= FEWEST_ALIKE else [])
    if not alike:
        return None
    usual = median_low(alike)
    return _apart(new.per_base, usual, f"hàng cùng loại trên chợ ({_amount(usual, new.base)})")


def _apart(new: int, usual: int, of: str) -> str | None:
    if new >= TIMES * usual:
        return f"cao gấp {new // usual} lần {of}"
    if new and new * TIMES <= usual:
        return f"thấp hơn {usual // new} lần so với {of}"
    return None


def _too_small(new: Priced, before: Priced | None) -> str | None:
    was_small = before is not None and before.price < LEAST
    if new.price >= LEAST or new.unit in SMALL_UNITS or was_small:
        return None
    return f"có vẻ thiếu số 0: {format_dong(new.price * 1000)} thì viết {new.price}k"


def _unusual(new: Priced, known: KnownPrices) -> str | None:
    usual = _USUAL.get(known.ocop_set or 0, {}).get(new.base)
    if usual is None or usual[0] * 1000 <= new.per_base <= usual[1] * 1000:
        return None
    amount = "" if new.unit == new.base else f", là {_amount(new.per_base, new.base)},"
    return f"{amount} {'cao' if new.per_base > usual[1] * 1000 else 'thấp'} khác thường với loại hàng này".lstrip()


def _amount(per_base: int, base: str) -> str:
    return f"{format_dong(per_base // 1000)}/{UNITS[base].name}"
