"""Money: whole đồng, read as people type it and written as they read it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import SupportsIndex

LARGEST = 10**12
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_SCALED = re.compile(r"(\d{1,6})(?:[.,](\d{1,3}))?(k|n|nghin|ngan|tr|trieu|cu|ty|ti)(\d{1,3}|ruoi)?")
_AND_THOUSANDS = re.compile(r"(\d{1,6})(?:tr|trieu|cu)(\d{2,3})(?:k|n|nghin|ngan)")
_SCALE = {"k": 10**3, "n": 10**3, "nghin": 10**3, "ngan": 10**3, "tr": 10**6, "trieu": 10**6, "cu": 10**6}
_SCALE |= {"ty": 10**9, "ti": 10**9}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_CURRENCY = re.compile(r"(?:vnd|dong|d|₫)$")


class Dong(int):
    """An amount of money in whole đồng. Refuses anything that is not an integer; sums and differences stay Dong."""

    __slots__ = ()

    def __new__(cls, amount: int) -> "Dong":
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise ValueError("Số tiền phải là số đồng chẵn.")
        return super().__new__(cls, amount)

    @classmethod
    def stored(cls, amount: int | None) -> "Dong | None":
        """An amount as the database keeps it, which has checked that it is whole."""
        return None if amount is None else int.__new__(cls, amount)

    def __add__(self, other: int) -> "Dong":
        return Dong(int(self) + other)

    __radd__ = __add__

    def __sub__(self, other: int) -> "Dong":
        return Dong(int(self) - other)

    def __mul__(self, other: int) -> "Dong":
        return Dong(int(self) * other)

    __rmul__ = __mul__

    def __neg__(self) -> "Dong":
        return Dong(-int(self))

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type["Dong"], tuple[int]]:
        return Dong, (int(self),)


def _plain(text: str) -> str:
    """Lower case, without marks, spaces or the currency's name; digits of a wide keyboard as plain ones."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d").translate(_FULL_WIDTH))
    letters = "".join(c for c in bare if not unicodedata.combining(c) and not c.isspace())
    return _CURRENCY.sub("", letters)


def parse_dong(text: str) -> Dong:
    """Money as typed: `35k`, `35.000`, `1tr2`, `1 triệu rưỡi`, `1.234.567đ`. ValueError with a sentence otherwise."""
    plain = _plain(text)
    if scaled := _SCALED.fullmatch(plain):
        amount = _scaled(*scaled.groups(default=""))
    elif mixed := _AND_THOUSANDS.fullmatch(plain):
        amount = int(mixed[1]) * 10**6 + int(mixed[2]) * 10**3
    elif _GROUPED.fullmatch(plain) and plain.isascii():
        amount = int(plain.replace(".", "").replace(",", ""))
    else:
        raise ValueError("Chưa đọc được số tiền này. Viết như 35.000, 35k hoặc 1tr2.")
    if amount > LARGEST:
        raise ValueError("Số tiền quá lớn. Bạn xem lại giúp có thừa số 0 không.")
    return Dong(amount)


def _scaled(whole: str, fraction: str, scale: str, rest: str) -> int:
    """`1,5tr`, `1tr5` and `1tr rưỡi` are all 1.500.000; a fraction and a rest at once is no number."""
    if fraction and rest:
        raise ValueError("Chưa đọc được số tiền này. Viết như 1,2tr hoặc 1tr2.")
    unit = _SCALE[scale]
    digits = fraction or rest.replace("ruoi", "5")
    tenths: int = 10 ** len(digits)
    return int(whole) * unit + int(digits or 0) * unit // tenths


def format_dong(amount: int) -> str:
    """`12.000 ₫`, with a no-break space before the sign."""
    return f"{int(amount):,}".replace(",", ".") + "\u00a0₫"


def split(amount: Dong, weights: Sequence[int]) -> list[Dong]:
    """Parts of `amount` in proportion to `weights`, to the đồng: the largest remainders get what is left over."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and sum to more than zero")
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return [Dong(part) for part in parts]


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ")


def in_words(amount: int) -> str:
    """The amount in words, as on a receipt: `Ba trăm chín mươi lăm nghìn đồng`."""
    if amount < 0:
        return "Âm " + in_words(-amount).lower()
    groups = [amount // 1000**i % 1000 for i in range(len(_GROUPS))]
    top = max((i for i, group in enumerate(groups) if group), default=0)
    words = [f"{_three(groups[i], is_first=i == top)} {_GROUPS[i]}" for i in range(top, -1, -1) if groups[i]]
    text = " ".join(" ".join(words).split()) or _DIGITS[0]
    return f"{text[0].upper()}{text[1:]} đồng"


def _three(number: int, *, is_first: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if is_first and not hundreds:
        return _two(rest)
    if not rest:
        return f"{_DIGITS[hundreds]} trăm"
    link = "linh " if rest < 10 else ""
    return f"{_DIGITS[hundreds]} trăm {link}{_two(rest)}"


def _two(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not ones:
        return head
    special = {5: "lăm"} if tens == 1 else {1: "mốt", 5: "lăm"}
    return f"{head} {special.get(ones, _DIGITS[ones])}"
