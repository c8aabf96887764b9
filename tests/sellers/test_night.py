"""What waits a day so that others may stop it begins by day, and what waits for nothing at once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from market.base.db import reading
from market.sellers.actions import WAITS
from market.sellers.actions.changes import begins_at
from market.values.period import VIETNAM
from tests.cast import Cast


@pytest.mark.parametrize(
    ("asked", "begins"),
    [("2026-11-24T09:00", "2026-11-25T09:00"), ("2026-11-24T23:30", "2026-11-26T06:00")],
)
def test_nobody_has_to_be_awake_at_night_to_stop_a_change(app: Flask, cast: Cast, asked: str, begins: str) -> None:
    at = datetime.fromisoformat(asked).replace(tzinfo=VIETNAM)
    then = datetime.fromisoformat(begins).replace(tzinfo=VIETNAM)
    assert begins_at(reading(), cast.commune, WAITS, at) == then
    assert begins_at(reading(), cast.commune, timedelta(), at) == at
