"""Units of the village market and quantities in whole thousandths of them."""

import re
from dataclasses import dataclass

from market.values.money import Dong

LARGEST = 10**9
_EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,3}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of sale. `base` is the unit prices are compared in, `per_base` how many thousandths of it one unit makes;
    `step` is the smallest amount sold, in thousandths."""

    code: str
    name: str
    base: str
    per_base: int
    step: int

    @property
    def is_measured(self) -> bool:
        return self.step < 1000


def _weighed(code: str, name: str, base: str, per_base: int) -> Unit:
    return Unit(code=code, name=name, base=base, per_base=per_base, step=100)


def _counted(code: str, name: str, base: str | None = None, per_base: int = 1000) -> Unit:
    return Unit(code=code, name=name, base=base or code, per_base=per_base, step=1000)


_ALL = (
    _weighed("kg", "kg", "kg", 1000),
    _counted("g", "g", "kg", 1),
    _weighed("lang", "lạng", "kg", 100),
    _weighed("yen", "yến", "kg", 10_000),
    _weighed("ta", "tạ", "kg", 100_000),
    _weighed("tan", "tấn", "kg", 1_000_000),
    _weighed("lit", "lít", "lit", 1000),
    _counted("ml", "ml", "lit", 1),
    _counted("chai", "chai"),
    _counted("hop", "hộp"),
    _counted("tui", "túi"),
    _counted("thung", "thùng"),
    _counted("bao", "bao"),
    _counted("mo", "mớ"),
    _counted("bo", "bó"),
    _counted("cu", "củ"),
    _counted("qua", "quả"),
    _counted("bap", "bắp"),
    _counted("buong", "buồng"),
    _counted("nai", "nải"),
    _counted("con", "con"),
    _counted("doi", "đôi", "con", 2000),
    _counted("chuc", "chục", "qua", 10_000),
    _counted("buc", "bức"),
    _counted("suat", "suất"),
    _weighed("sao", "sào", "sao", 1000),
    _weighed("mau", "mẫu", "sao", 10_000),
    _counted("ngay_cong", "ngày công"),
)
UNITS = {unit.code: unit for unit in _ALL}


def unit(code: str) -> Unit:
    """The unit with this code; ValueError where there is none."""
    if code not in UNITS:
        raise ValueError("Mời chọn đơn vị trong danh sách.")
    return UNITS[code]


def parse_quantity(text: str, unit: Unit) -> int:
    """A quantity as typed (`0,5` = `0.5`) in thousandths of the unit. ValueError with a sentence otherwise.

    `1.200` is refused: some mean twelve hundred by it, some one and a fifth.
    """
    match = _NUMBER.fullmatch(text.strip())
    if not match or not text.isascii():
        raise ValueError("Chưa đọc được số lượng này. Viết như 2 hoặc 0,5.")
    if _EITHER.fullmatch(text.strip()):
        either = f"{match[1]}{match[2]} hay {match[1]},{match[2]}"
        raise ValueError(f"Chưa rõ {match[0]} là {either}. Viết liền, hoặc viết dấu phẩy.")
    thousandths = int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))
    if not 0 < thousandths <= LARGEST:
        raise ValueError("Số lượng phải lớn hơn 0.")
    if thousandths % unit.step:
        raise ValueError(f"Bán theo từng {format_quantity(unit.step, unit)}. Bạn sửa lại số lượng giúp.")
    return thousandths


def typed_number(thousandths: int) -> str:
    """`0,5`, `1200`: as one would type it into a form, so that it reads back the same."""
    return format_number(thousandths).replace(".", "")


def format_number(thousandths: int) -> str:
    """`0,5`, `1.200`: thousandths as a decimal number with a comma, no needless zeros."""
    whole, rest = divmod(thousandths, 1000)
    grouped = f"{whole:,}".replace(",", ".")
    return f"{grouped},{rest:03d}".rstrip("0") if rest else grouped


def format_quantity(thousandths: int, unit: Unit) -> str:
    """`0,5 kg`, with a no-break space."""
    return f"{format_number(thousandths)}\u00a0{unit.name}"


def line_total(price: Dong, thousandths: int) -> Dong:
    """Price per unit times an amount, rounded half up to the đồng."""
    return Dong((price * thousandths + 500) // 1000)


def price_per_base(
    price: Dong, unit: Unit, pack_amount: int | None, pack_unit: Unit | None
) -> tuple[Dong, Unit] | None:
    """The price for one kg, lít, quả ... of a unit or of a pack (`pack_amount` thousandths of `pack_unit` in one unit).

    None where that says nothing new: sold by the base unit itself, or by a pack of unknown content.
    """
    amount, of = (pack_amount, pack_unit) if pack_amount and pack_unit else (1000, unit)
    in_base = amount * of.per_base
    if in_base <= 0 or (of is unit and unit.base == unit.code):
        return None
    return Dong((price * 1_000_000 + in_base // 2) // in_base), UNITS[of.base]


def format_percent(part: int, whole: int) -> str:
    """`31,3 %` of integers, rounded half up; `0 %` of nothing."""
    if not whole:
        return "0\u00a0%"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10},{tenths % 10}\u00a0%"
