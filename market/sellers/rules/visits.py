"""When a stall brings goods to a pickup point: the weekdays and hours that its seller named, and how they are said."""

from dataclasses import dataclass
from typing import Self

from market.values.hours import clock_words, hours_words, read_clock

WEEKDAYS = ("thứ 2", "thứ 3", "thứ 4", "thứ 5", "thứ 6", "thứ 7", "Chủ nhật")
"""By bit, from the lowest."""
BY_ARRANGEMENT = 1 << len(WEEKDAYS)
EVERY_DAY = BY_ARRANGEMENT - 1
DAY_BITS = {str(1 << at): day for at, day in enumerate(WEEKDAYS)} | {str(BY_ARRANGEMENT): "Hẹn qua điện thoại"}
"""What can be ticked: the bit and its words."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class VisitTimes:
    """On which days (bits), from which to which minute of the day; no hours: they are agreed on."""

    days: int
    begins: int | None = None
    ends: int | None = None

    @classmethod
    def of_days(cls, bits: list[str], hours: tuple[int, int] | None) -> Self:
        begins, ends = hours or (None, None)
        return cls(days=sum({int(bit) for bit in bits}), begins=begins, ends=ends)

    @property
    def bits(self) -> list[str]:
        return [bit for bit in DAY_BITS if self.days & int(bit)]

    @property
    def hours(self) -> str:
        """`6:00–8:30`; empty where they are agreed on."""
        return "" if self.begins is None or self.ends is None else hours_words(self.begins, self.ends)

    @property
    def sentence(self) -> str:
        """`Người bán tới thứ 3, thứ 5, 6:00–8:30.`"""
        return f"Người bán tới {self.spoken}." if self.days & EVERY_DAY else f"H{self.spoken[1:]}."

    @property
    def spoken(self) -> str:
        """`thứ 3, thứ 5, 6:00–8:30`, as buyers and sellers read it."""
        days = [day for at, day in enumerate(WEEKDAYS) if self.days & 1 << at]
        said = ["hằng ngày"] if len(days) == len(WEEKDAYS) else days
        if days and self.hours:
            said.append(self.hours)
        if not days:
            return f"hẹn ngày qua điện thoại{', ' + self.hours if self.hours else ''}"
        return ", ".join([*said, "ngày khác thì hẹn"] if self.days & BY_ARRANGEMENT else said)


def days_of(text: str) -> int:
    """The bits of days as a table writes them: `3 5 CN`; `hẹn`: agreed on. ValueError for none such."""
    names = [*(day.removeprefix("thứ ") for day in WEEKDAYS[:-1]), "CN", "hẹn"]
    return sum({1 << names.index(name) for name in text.split()})


def read_hours(begins: str, ends: str) -> tuple[int, int] | None:
    """Minutes of the day of two typed hours (`6`, `6h30`, `06:30`); None where neither is given. ValueError with a
    sentence for what is no hour, only one of two, or an end that is not after its beginning."""
    if not begins and not ends:
        return None
    if not begins or not ends:
        raise ValueError("Mời ghi cả giờ đến và giờ về, như 6:00 và 8:30.")
    first, last = read_clock(begins), read_clock(ends)
    if first >= last:
        raise ValueError(f"Giờ về phải sau giờ đến: {clock_words(first)} rồi {clock_words(last)} thì chưa đúng.")
    return first, last
