"""Where the KPI's bars and its line are drawn: whole units of a picture, worked out without a float."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.adoption.rules.counting import Share

BAR_LENGTH = 1000
LINE_WIDTH, LINE_HEIGHT = 480, 200
LINE_EDGE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of BAR_LENGTH; `target` is where the target's mark stands, None where there is none."""

    length: int
    target: int | None
    reaches: bool


def bar(share: Share, target: int | None) -> Bar:
    """The bar of a share against a target in percent; nothing of nothing reaches none."""
    reaches = bool(share.whole) and target is not None and share.part * 100 >= target * share.whole
    return Bar(
        length=share.part * BAR_LENGTH // share.whole if share.whole else 0,
        target=None if target is None else target * BAR_LENGTH // 100,
        reaches=reaches,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through `points` ("x,y x,y"), its last point, and the height of the target's mark."""

    points: str
    last: tuple[int, int]
    target: int | None


def line(shares: Sequence[Share], target: int | None) -> Line:
    """The line of shares, oldest first; its top is the highest of 100 % of what there is to show, and at least 60 %."""
    percents = [share.part * 1000 // share.whole if share.whole else 0 for share in shares]
    top = max(600, *percents, (target or 0) * 10 + 50)
    points = [(_across(number, len(percents)), _up(tenths, top)) for number, tenths in enumerate(percents)]
    return Line(
        points=" ".join(f"{x},{y}" for x, y in points),
        last=points[-1],
        target=None if target is None else _up(target * 10, top),
    )


def _across(number: int, count: int) -> int:
    return LINE_EDGE + (LINE_WIDTH - 2 * LINE_EDGE) * number // max(1, count - 1)


def _up(tenths: int, top: int) -> int:
    return LINE_HEIGHT - LINE_EDGE - (LINE_HEIGHT - 2 * LINE_EDGE) * tenths // top
