"""The night in which no clock runs, from 21:00 to 06:00, as a dated fact: another night is a row more.

A market that has such a row already keeps it, and an empty one is given it with its seeds: what is put back into a new
database must find no row there. Clocks that run keep the end that was written for them.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261129_1450"
down_revision = "20261129_1440"
branch_labels = None
depends_on = None
phase = "backfill"

FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
SINCE = date(2025, 7, 1)
SOURCE = "Quy ước của chợ: từ 21 giờ đến 6 giờ sáng không tính giờ trả lời, giờ giữ hàng"
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""
OURS = FACT.c.commune_id.is_(None) & (FACT.c.key == "quiet_hours")


def upgrade() -> None:
    is_there = sa.select(sa.exists().where(OURS))
    is_empty = sa.select(~sa.exists().select_from(sa.table("commune")))
    if op.get_bind().scalar(is_there) or op.get_bind().scalar(is_empty):
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    night = {"commune_id": None, "key": "quiet_hours", "value": "21:00-06:00", "valid_from": SINCE, "source": SOURCE}
    op.bulk_insert(FACT, [night])


def downgrade() -> None:
    op.execute(FACT.delete().where(OURS & (FACT.c.value == "21:00-06:00") & (FACT.c.valid_from == SINCE)))
