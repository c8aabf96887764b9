"""What an official document says beside its content, as Nghị định 30/2020/NĐ-CP wants it written: number and symbol,
place and date, recipients."""

from collections.abc import Sequence
from datetime import date

BLANK = "\u00a0" * 6
"""Room for what the clerk fills in by hand."""
END = "./."
"""Stands after the last sentence."""
_KINDS = ("xã ", "phường ", "đặc khu ", "thị trấn ")


def number_line(number: int | None, symbol: str) -> str:
    """`Số: 05/BC-PKT`: below ten with a zero before; without a number there is room for one."""
    return f"Số: {BLANK if number is None else f'{number:02d}'}/{symbol}"


def place_line(place: str, day: date | None, *, year: int) -> str:
    """`Liên Hoa, ngày 05 tháng 02 năm 2027`: a zero before days under ten and before January and February alone;
    without a day there is room for it, in a year."""
    if day is None:
        return f"{place}, ngày {BLANK} tháng {BLANK} năm {year}"
    return f"{place}, {date_words(day)}"


def date_words(day: date) -> str:
    """`ngày 05 tháng 02 năm 2027`, `ngày 14 tháng 3 năm 2027`."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def bare_place(name: str) -> str:
    """A commune's name without its kind: `Liên Hoa`."""
    kind = next((kind for kind in _KINDS if name.lower().startswith(kind)), "")
    return name[len(kind) :]


def recipient_lines(recipients: Sequence[str], keeper: str) -> list[str]:
    """`- Như trên;` ..., at the end `- Lưu: VT, PKT.`"""
    return [*(f"- {one.strip().rstrip(';.')};" for one in recipients), f"- Lưu: VT, {keeper}."]


def ground_lines(grounds: Sequence[str]) -> list[str]:
    """The papers it rests on, one a line: `;` after each, `.` after the last."""
    bare = [one.strip().rstrip(";.") for one in grounds]
    return [f"{one}{'.' if at == len(bare) else ';'}" for at, one in enumerate(bare, start=1)]


def ended(sentence: str) -> str:
    """The last sentence with the sign that nothing comes after it."""
    return sentence.rstrip().rstrip(".") + END
