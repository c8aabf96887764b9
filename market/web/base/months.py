"""Which month an address asks for: `?thang=2026-11`, this one where it asks for none."""

import re
from dataclasses import dataclass
from datetime import date

from flask import request

from market.base import clock
from market.values.period import FIRST_DAY, Period, add_months, local_day, month

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMonth:
    """A calendar month with those beside it; `after` is None for the present one."""

    days: Period
    today: date

    @property
    def value(self) -> str:
        return _as_asked(self.days.start)

    @property
    def before(self) -> str:
        return _as_asked(add_months(self.days.start, -1))

    @property
    def after(self) -> str | None:
        following = add_months(self.days.start, 1)
        return _as_asked(following) if following <= self.today else None

    @property
    def words(self) -> str:
        return f"tháng {self.days.start.month} năm {self.days.start.year}"


def _as_asked(day: date) -> str:
    return f"{day:%Y-%m}"


def month_asked(param: str = "thang") -> AskedMonth:
    """No later one than the present."""
    today = local_day(clock.now())
    found = _MONTH(request.args.get(param, ""))
    first = date(int(found[1]), int(found[2]), 1) if found and int(found[1]) >= FIRST_DAY.year else today
    first = min(first, today)
    return AskedMonth(days=month(first.year, first.month), today=today)
