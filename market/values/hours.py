"""Minutes of a day as people type and read them."""

import re

MINUTES_OF_DAY = 24 * 60
_HOUR = re.compile(r"(\d{1,2})(?:[:h.](\d{2})?)?(?: ?(?:giờ|gio))?")


def clock_words(minutes: int) -> str:
    """`6:05`; 24:00 for the end of the day."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def hours_words(begins: int, ends: int) -> str:
    """`6:00–8:30`"""
    return f"{clock_words(begins)}–{clock_words(ends)}"


def read_clock(text: str) -> int:
    """Minutes of the day of a typed hour (`6`, `6h30`, `06:30`); ValueError with a sentence for none."""
    found = _HOUR.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2] or 0) if found else MINUTES_OF_DAY + 1
    if minutes > MINUTES_OF_DAY or (found and int(found[2] or 0) > 59):
        raise ValueError(f"Giờ viết như 6:00 hoặc 6h30, không phải “{text}”.")
    return minutes
