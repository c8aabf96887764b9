"""What a database plans its statements by: how many rows tables have, and how many share an index's value.

PostgreSQL counts by itself (autovacuum). SQLite does only when it is asked; without, it takes every index for as good
as another, and goes through a stall's thousands of rows where three of them are wanted.
"""

from datetime import datetime, timedelta

from market.base.db import db
from market.base.jobs import PeriodicTask

ROWS_OF_AN_INDEX = 400
"""So many are looked at, as SQLite's documentation advises: milliseconds under the lock, however large a table is."""


def count_rows(_now: datetime) -> None:
    """A connection takes them up when it is opened (`base.patience.SQLITE`)."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA analysis_limit={ROWS_OF_AN_INDEX}")
            connection.exec_driver_sql("ANALYZE")


COUNT_ROWS = PeriodicTask(name="count rows", every=timedelta(days=1), do=count_rows)
