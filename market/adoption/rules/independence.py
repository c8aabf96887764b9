"""Help that ends: from being helped to selling alone, by the month in which help began."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from market.adoption.rules.drawing import BAR_LENGTH


class HelpStanding(enum.StrEnum):
    """Where a household stands that was helped."""

    HELPED = "dang_giup"
    ALONE = "tu_lam"
    QUIET = "chua_tu_ban"


HELP_STANDING_WORDS: Mapping[HelpStanding, str] = {
    HelpStanding.HELPED: "Đang có ủy quyền",
    HelpStanding.ALONE: "Tự bán được",
    HelpStanding.QUIET: "Hết giúp, chưa tự bán",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpGiven:
    """What is known of a household that was helped, by days: since when; until when its live mandate lasts (None: it
    has none); when its last one ended, and a helper last did something on its behalf; when it last completed an
    order."""

    business_id: int
    since: date
    lasts_until: date | None
    ended_on: date | None
    acted_on: date | None
    sold_on: date | None

    @property
    def standing(self) -> HelpStanding:
        """Alone: nobody may act for it, and it completed an order after the last day on which somebody helped."""
        if self.lasts_until is not None:
            return HelpStanding.HELPED
        last_help = max(filter(None, (self.since, self.ended_on, self.acted_on)))
        if self.sold_on is not None and self.sold_on > last_help:
            return HelpStanding.ALONE
        return HelpStanding.QUIET


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Those whose help began in one month (its first day), by where they stand."""

    month: date
    counts: Mapping[HelpStanding, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def alone(self) -> int:
        return self.counts[HelpStanding.ALONE]

    @property
    def pieces(self) -> Sequence[tuple[HelpStanding, int, int]]:
        """Its bar of BAR_LENGTH, those alone first: what, from where, how long."""
        pieces, at = list[tuple[HelpStanding, int, int]](), 0
        for standing in (HelpStanding.ALONE, HelpStanding.HELPED):
            length = BAR_LENGTH * self.counts[standing] // self.total if self.total else 0
            pieces.append((standing, at, length))
            at += length
        return pieces


def cohorts(households: Iterable[HelpGiven]) -> Sequence[Cohort]:
    """One of each month in which somebody's help began, newest first."""
    found: dict[date, dict[HelpStanding, int]] = defaultdict(lambda: dict.fromkeys(HelpStanding, 0))
    for one in households:
        found[one.since.replace(day=1)][one.standing] += 1
    return [Cohort(month=month, counts=found[month]) for month in sorted(found, reverse=True)]
