"""SQLite plans by what its tables hold: it is counted every day, and taken up by the connections opened after."""

import pytest
from flask import Flask
from sqlalchemy import text

from market.base.db import db
from market.base.schema import missing_from
from market.base.statistics import count_rows
from market.cli import PERIODIC_TASKS
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

OWED_BACK = "EXPLAIN QUERY PLAN SELECT id FROM payment_request WHERE stall_id = 1 AND owed_back > 0"
REQUESTS = """
    INSERT INTO payment_request (commune_id, order_id, stall_id, amount, received, refunded, owed_back, created_at)
    WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < 3000)
    SELECT 1, k, 1, 9000, 9000 + 9000 * (k = 1), 0, 9000 * (k = 1), '2026-11-24' FROM n
"""


@by_day_on("sqlite")
def test_what_is_counted_is_nothing_that_the_market_lacks(app: Flask, cast: Cast, now: Clock) -> None:
    count_rows(now())
    assert count_rows in [task.do for task in PERIODIC_TASKS]
    with db.engine.connect() as connection:
        assert missing_from(connection) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_a_stall_s_thousands_of_requests_the_one_owed_back_is_found_by_its_own_index(app: Flask, now: Clock) -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql(REQUESTS)
    count_rows(now())
    db.engine.dispose()
    with db.engine.connect() as connection:
        counted = "SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_payment_request_stall_id_id'"
        estimated, for_each_stall, *_ = map(int, str(connection.scalar(text(counted))).split())
    assert estimated >= for_each_stall >= 400, "without, either index is as good"
    assert plan() == "ix_payment_request_owed_back"


def plan() -> str:
    with db.engine.connect() as connection:
        detail: str = connection.execute(text(OWED_BACK)).one().detail
    return detail.split("USING INDEX ")[-1].split("USING COVERING INDEX ")[-1].split()[0]
