"""Goods held without money: a stall says how long and for whom, an order whether it holds any, a contact from which
network it came, as a keyed hash. Every order so far held its goods."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1000"
down_revision = "20261129_0530"
branch_labels = None
depends_on = None
phase = "expand"

WHOLE = "hold_days = CAST(hold_days AS BIGINT)"


def upgrade() -> None:
    with op.batch_alter_table("stall") as stall:
        stall.add_column(sa.Column("confirms_strangers", sa.Boolean(), server_default=sa.false(), nullable=False))
        stall.add_column(sa.Column("hold_days", sa.BigInteger(), server_default="3", nullable=False))
        stall.create_check_constraint(op.f("ck_stall_hold_days_whole"), WHOLE)
        stall.create_check_constraint(op.f("ck_stall_hold_days_bounded"), "hold_days BETWEEN 1 AND 14")
    with op.batch_alter_table("order") as order:
        order.add_column(sa.Column("is_held", sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table("contact") as contact:
        contact.add_column(sa.Column("network", sa.Text(), nullable=True))
        contact.create_index(op.f("ix_contact_network"), ["network"])


def downgrade() -> None:
    with op.batch_alter_table("contact") as contact:
        contact.drop_index(op.f("ix_contact_network"))
        contact.drop_column("network")
    with op.batch_alter_table("order") as order:
        order.drop_column("is_held")
    with op.batch_alter_table("stall") as stall:
        stall.drop_constraint(op.f("ck_stall_hold_days_bounded"), type_="check")
        stall.drop_constraint(op.f("ck_stall_hold_days_whole"), type_="check")
        stall.drop_column("hold_days")
        stall.drop_column("confirms_strangers")
