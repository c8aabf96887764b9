"""Pickup points open by weekday, are closed on some days and take so many orders at once; an order has its slot.

A point without windows keeps its free text alone, and its orders have no slot, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1900"
down_revision = "20261130_1881"
branch_labels = None
depends_on = None
phase = "expand"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
SLOTTED = {"postgresql_where": sa.text("slot_on IS NOT NULL"), "sqlite_where": sa.text("slot_on IS NOT NULL")}
CHECKS = {
    "slot_whole": (
        "(slot_on IS NULL) = (slot_begins IS NULL) AND (slot_on IS NULL) = (slot_ends IS NULL) AND "
        "(slot_on IS NULL OR (slot_begins >= 0 AND slot_begins < slot_ends AND slot_ends <= 1440))"
    ),
    "slot_at_a_point": "slot_on IS NULL OR pickup_point_id IS NOT NULL",
    "slot_begins_whole": "slot_begins = CAST(slot_begins AS BIGINT)",
    "slot_ends_whole": "slot_ends = CAST(slot_ends AS BIGINT)",
}


def whole(column: str) -> str:
    """What a column of whole numbers is checked for."""
    return f"{column} = CAST({column} AS BIGINT)"


def upgrade() -> None:
    with op.batch_alter_table("pickup_point") as point:
        point.add_column(sa.Column("capacity", sa.BigInteger(), nullable=True))
        point.create_check_constraint(op.f("ck_pickup_point_takes_some"), "capacity > 0")
        point.create_check_constraint(op.f("ck_pickup_point_capacity_whole"), whole("capacity"))
    op.create_table(
        "point_window",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pickup_point_id", NUMBER, nullable=False),
        sa.Column("weekday", sa.BigInteger(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_window")),
        sa.ForeignKeyConstraint(
            ["pickup_point_id"],
            ["pickup_point.id"],
            name=op.f("fk_point_window_pickup_point_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "pickup_point_id", "weekday", "begins", name=op.f("uq_point_window_pickup_point_id_weekday_begins")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_point_window_of_a_week")),
        sa.CheckConstraint("begins >= 0 AND begins < ends AND ends <= 1440", name=op.f("ck_point_window_hours")),
        *(
            sa.CheckConstraint(whole(name), name=op.f(f"ck_point_window_{name}_whole"))
            for name in ("weekday", "begins", "ends")
        ),
    )
    op.create_table(
        "point_closure",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pickup_point_id", NUMBER, nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_closure")),
        sa.ForeignKeyConstraint(
            ["pickup_point_id"],
            ["pickup_point.id"],
            name=op.f("fk_point_closure_pickup_point_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("pickup_point_id", "closed_on", name=op.f("uq_point_closure_pickup_point_id_closed_on")),
    )
    with op.batch_alter_table("order") as order:
        order.add_column(sa.Column("slot_on", sa.Date(), nullable=True))
        for name in ("slot_begins", "slot_ends"):
            order.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        order.add_column(sa.Column("slot_off_at", TIME, nullable=True))
        for name, check in CHECKS.items():
            order.create_check_constraint(op.f(f"ck_order_{name}"), check)
    op.create_index("ix_order_slot", "order", ["pickup_point_id", "slot_on"], **SLOTTED)


def downgrade() -> None:
    op.drop_index("ix_order_slot", "order")
    with op.batch_alter_table("order") as order:
        for name in CHECKS:
            order.drop_constraint(op.f(f"ck_order_{name}"), type_="check")
        for name in ("slot_off_at", "slot_ends", "slot_begins", "slot_on"):
            order.drop_column(name)
    op.drop_table("point_closure")
    op.drop_table("point_window")
    with op.batch_alter_table("pickup_point") as point:
        point.drop_constraint(op.f("ck_pickup_point_capacity_whole"), type_="check")
        point.drop_constraint(op.f("ck_pickup_point_takes_some"), type_="check")
        point.drop_column("capacity")
