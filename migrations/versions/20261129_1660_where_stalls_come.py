"""Stalls say to which pickup points they come, on which days and at which hours, and for how much an order must be.

Nobody has said any of it yet: an order may be for anything. An older program asks neither.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1660"
down_revision = "20261129_1640"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHOLE = "{0} = CAST({0} AS BIGINT)"
NUMBERS = ("days", "begins", "ends")
HOURS = "(begins IS NULL AND ends IS NULL) OR (begins >= 0 AND begins < ends AND ends <= 1440)"


def upgrade() -> None:
    with op.batch_alter_table("stall") as stall:
        stall.add_column(sa.Column("least_order", sa.BigInteger(), server_default="0", nullable=False))
        stall.create_check_constraint(op.f("ck_stall_least_order_whole"), WHOLE.format("least_order"))
        stall.create_check_constraint(op.f("ck_stall_least_order"), "least_order >= 0")
    op.create_table(
        "stall_visit",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("pickup_point_id", ID, nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=True),
        sa.Column("ends", sa.BigInteger(), nullable=True),
        *(sa.CheckConstraint(WHOLE.format(name), name=op.f(f"ck_stall_visit_{name}_whole")) for name in NUMBERS),
        sa.CheckConstraint("days BETWEEN 1 AND 255", name=op.f("ck_stall_visit_some_day")),
        sa.CheckConstraint(HOURS, name=op.f("ck_stall_visit_hours")),
        sa.ForeignKeyConstraint(
            ["stall_id", "commune_id"],
            ["stall.id", "stall.commune_id"],
            name=op.f("fk_stall_visit_stall_id_commune_id"),
        ),
        sa.ForeignKeyConstraint(["pickup_point_id"], ["pickup_point.id"], name=op.f("fk_stall_visit_pickup_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall_visit")),
        sa.UniqueConstraint("stall_id", "pickup_point_id", name=op.f("uq_stall_visit_stall_id_pickup_point_id")),
    )
    op.create_index(op.f("ix_stall_visit_pickup_point_id"), "stall_visit", ["pickup_point_id"])


def downgrade() -> None:
    op.drop_table("stall_visit")
    with op.batch_alter_table("stall") as stall:
        stall.drop_constraint(op.f("ck_stall_least_order"), type_="check")
        stall.drop_constraint(op.f("ck_stall_least_order_whole"), type_="check")
        stall.drop_column("least_order")
