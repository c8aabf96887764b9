"""The table of a report: each figure beside its target and the period before."""

from dataclasses import dataclass

from market.adoption.rules.counting import Share
from market.adoption.rules.reporting.codes import FigureCode
from market.adoption.rules.reporting.tallies import COUNTED_WORDS, ReportCount, ReportFigures
from market.values.quantity import format_percent

NOTHING = "-"
PERCENT, BUSINESSES, FARM_UNIT = "%", "cơ sở", "hộ"
SOURCE = "Chợ số, sổ hộ của xã"
HEADS = (
    *("STT", "Chỉ tiêu", "ĐVT", "Mục tiêu", "Kỳ trước", "Kỳ này", "Lũy kế", "% đạt", "Tăng/ giảm"),
    *("Nguồn số liệu (mã)", "Ghi chú"),
)
_PLAN_WORDS = "Hộ kinh doanh, HTX có tài khoản và giao dịch (III.2.2)"
_ANNEX_WORDS = "Hộ kinh doanh trên sàn TMĐT (phụ lục, dòng 14)"
_FARM_WORDS = "Hộ nông dân ứng dụng công nghệ số, OCOP (III.2.2)"
FARMS = (ReportCount.FARMS, ReportCount.DIGITAL_FARMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """A row in words. `code` opens what `now` was counted from."""

    words: str
    unit: str
    target: str
    before: str
    now: str
    total: str
    reached: str
    change: str
    code: FigureCode
    note: str


def indicator_rows(report: str, figures: ReportFigures) -> list[IndicatorRow]:
    now, before, targets = figures.now, figures.before, figures.targets
    shares = [
        _share_row(report, counted, words, (was, share), target)
        for counted, words, was, share, target in (
            (ReportCount.PLAN, _PLAN_WORDS, before.plan, now.plan, targets.plan),
            (ReportCount.HOUSEHOLD_ACCOUNTS, _ANNEX_WORDS, before.annex, now.annex, targets.annex),
            (ReportCount.DIGITAL_FARMS, _FARM_WORDS, before.farms, now.farms, targets.farms),
        )
    ]
    return [*shares, *(_count_row(report, counted, figures) for counted in ReportCount)]


def _share_row(
    report: str, counted: ReportCount, words: str, shares: tuple[Share, Share], target: int | None
) -> IndicatorRow:
    before, now = shares
    return IndicatorRow(
        words=words,
        unit=PERCENT,
        target=NOTHING if target is None else str(target),
        before=bare_percent(before),
        now=bare_percent(now),
        total=bare_percent(now),
        reached=_reached(now, target),
        change=_points(before, now),
        code=FigureCode(report=report, counted=counted),
        note=f"{now.part}/{now.whole}" if now.whole else "chưa có cơ sở nào để tính",
    )


def _count_row(report: str, counted: ReportCount, figures: ReportFigures) -> IndicatorRow:
    before, now = figures.before[counted], figures.now[counted]
    is_of_period = counted is ReportCount.IN_PERIOD
    return IndicatorRow(
        words=COUNTED_WORDS[counted],
        unit=FARM_UNIT if counted in FARMS else BUSINESSES,
        target=NOTHING,
        before=str(before),
        now=str(now),
        total=str(figures.now[ReportCount.PLAN]) if is_of_period else str(now),
        reached=NOTHING,
        change=signed(now - before),
        code=FigureCode(report=report, counted=counted),
        note="lũy kế: 12 tháng" if is_of_period else "",
    )


def bare_percent(share: Share) -> str:
    """`33,3`; nothing of nothing has no percentage."""
    return format_percent(share.part, share.whole).rstrip("\u00a0%") if share.whole else NOTHING


def signed(change: int) -> str:
    """`+2`, `-1`, `0`"""
    return f"{change:+d}" if change else "0"


def _reached(share: Share, target: int | None) -> str:
    """How much of the target is reached, in percent of it."""
    if not target or not share.whole:
        return NOTHING
    return format_percent(share.part * 100, share.whole * target).rstrip("\u00a0%")


def tenths(share: Share) -> int:
    """A share in tenths of a percent, rounded as `format_percent` rounds: what is printed is what is compared."""
    return (share.part * 2000 + share.whole) // (2 * share.whole)


def _points(before: Share, now: Share) -> str:
    if not before.whole or not now.whole:
        return NOTHING
    change = tenths(now) - tenths(before)
    if not change:
        return "0"
    return f"{'+' if change > 0 else '-'}{abs(change) // 10},{abs(change) % 10}"
