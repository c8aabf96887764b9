"""Until when what stands ready is to be fetched, that its buyer did not come, and that they say they did.

For how many days it waits is a dated fact: another number is a row more. What stood ready before has no such time: its
stall calls it off as before. A market that has the number already keeps it, an empty one is given it with its seeds.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261130_1861"
down_revision = "20261130_1860"
branch_labels = None
depends_on = None
phase = "expand"

FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
SINCE = date(2026, 11, 30)
SOURCE = "Quy ước của chợ: hàng sẵn sàng thì giữ cho khách đến lấy đến 20 giờ, sau chừng này ngày"
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""
OURS = FACT.c.commune_id.is_(None) & (FACT.c.key == "order.fetch_days")
TIME = sa.DateTime(timezone=True)
NO_SHOW = {"postgresql_where": sa.text("no_show_at IS NOT NULL"), "sqlite_where": sa.text("no_show_at IS NOT NULL")}
CHECKS = {
    "no_show_was_ready": (
        "no_show_at IS NULL OR (status = 'da_huy' AND ready_at IS NOT NULL AND buyer_confirmed_at IS NULL)"
    ),
    "was_there_answers_a_no_show": "was_there_at IS NULL OR no_show_at IS NOT NULL",
}


def upgrade() -> None:
    with op.batch_alter_table("order") as order:
        for name in ("fetch_by", "no_show_at", "was_there_at"):
            order.add_column(sa.Column(name, TIME, nullable=True))
        for name, check in CHECKS.items():
            order.create_check_constraint(op.f(f"ck_order_{name}"), check)
    op.create_index("ix_order_no_show", "order", ["stall_id"], **NO_SHOW)
    is_there = sa.select(sa.exists().where(OURS))
    is_empty = sa.select(~sa.exists().select_from(sa.table("commune")))
    if op.get_bind().scalar(is_there) or op.get_bind().scalar(is_empty):
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    days = {"commune_id": None, "key": "order.fetch_days", "value": "2", "valid_from": SINCE, "source": SOURCE}
    op.bulk_insert(FACT, [days])


def downgrade() -> None:
    op.execute(FACT.delete().where(OURS & (FACT.c.value == "2") & (FACT.c.valid_from == SINCE)))
    op.drop_index("ix_order_no_show", table_name="order")
    with op.batch_alter_table("order") as order:
        for name in CHECKS:
            order.drop_constraint(op.f(f"ck_order_{name}"), type_="check")
        for name in ("was_there_at", "no_show_at", "fetch_by"):
            order.drop_column(name)
