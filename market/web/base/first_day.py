"""Where a page of the office leads once it has saved something: on a commune's first day back to what is next."""

from flask import url_for

from market.base import clock
from market.base.db import reading
from market.communes.queries.first_day import first_day_of
from market.communes.rules.first_day import StepKey
from market.values.period import local_day


def after_saving(commune_id: int, address: str) -> str:
    """The checklist as long as no hamlet is on sale and no stall is there; else the address that is meant."""
    day = first_day_of(reading(), commune_id, local_day(clock.now()))
    has_stalls = any(step.is_done for step in day.steps if step.key is StepKey.STALL)
    return address if day.is_on_sale or has_stalls else url_for("office.first_day")
