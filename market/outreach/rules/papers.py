"""When it is said that a certificate ends: once at each of a few distances from its last day."""

from collections.abc import Sequence
from datetime import date

WARN_FACT = "paper.warn_days"
WARN_DAYS = (180, 90, 30)
"""Where the commune says nothing else."""
MOST_WARNINGS = 6


def read_warn_days(text: str) -> tuple[int, ...]:
    """`180, 90, 30`: the distances in days, the farthest first; ValueError with a sentence for what is none."""
    parts = [one.strip() for one in text.split(",")]
    if not all(one.isascii() and one.isdigit() and 0 < int(one) <= 730 for one in parts) or len(parts) > MOST_WARNINGS:
        raise ValueError(f"Mời ghi số ngày trước khi hết hạn, cách nhau bằng dấu phẩy, như 180, 90, 30: “{text[:40]}”.")
    return tuple(sorted({int(one) for one in parts}, reverse=True))


def step_due(last_day: date, today: date, steps: Sequence[int]) -> int | None:
    """The distance at which a paper stands today: the nearest that it has come within; None where it is still far, or
    over. One recorded late is told of its nearest distance alone."""
    left = (last_day - today).days
    return min((step for step in steps if left <= step), default=None) if left >= 0 else None
