"""What bringing goods costs: a stall's fee by hamlet, by bus and by courier; live goods; with whom an order went off.

What was shipped so far goes by post or courier, at the same fee. A contract: an older program does not know the bus.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1910"
down_revision = "20261130_1900"
branch_labels = None
depends_on = None
phase = "contract"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS, OLD_WAYS = "'diem_nhan', 'trong_xa', 'gui_xa', 'xe_khach'", "'diem_nhan', 'trong_xa', 'gui_xa'"
STALL_CHECKS = {
    "fees_of_ways": "free_from >= 0 AND (bus_fee IS NULL OR bus_fee >= 0)",
    "bus_fee_whole": "bus_fee = CAST(bus_fee AS BIGINT)",
    "free_from_whole": "free_from = CAST(free_from AS BIGINT)",
}
ORDER_CHECKS = {
    "carrier_paid_by_buyer_asks_no_fee": "NOT pays_carrier OR (delivery = 'xe_khach' AND delivery_fee = 0)",
    "hamlet_of_a_house": "hamlet_id IS NULL OR delivery = 'trong_xa'",
}


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("stall") as stall:
        stall.add_column(_text("shipping_words"))
        stall.add_column(_flag("sends_by_bus"))
        stall.add_column(sa.Column("bus_fee", sa.BigInteger(), nullable=True))
        stall.add_column(_text("bus_words"))
        stall.add_column(sa.Column("free_from", sa.BigInteger(), server_default="0", nullable=False))
        for name, rule in STALL_CHECKS.items():
            stall.create_check_constraint(op.f(f"ck_stall_{name}"), rule)
    with op.batch_alter_table("product") as product:
        product.add_column(_flag("is_live"))
        product.add_column(_flag("by_bus"))
        product.create_check_constraint(op.f("ck_product_by_bus_is_said_of_live_goods"), "is_live OR NOT by_bus")
    with op.batch_alter_table("order") as order:
        order.drop_constraint(op.f("ck_order_delivery"), type_="check")
        order.create_check_constraint(op.f("ck_order_delivery"), f"delivery IN ({WAYS})")
        order.add_column(sa.Column("hamlet_id", ID, nullable=True))
        order.add_column(_flag("pays_carrier"))
        for name, rule in ORDER_CHECKS.items():
            order.create_check_constraint(op.f(f"ck_order_{name}"), rule)
        order.create_foreign_key(
            op.f("fk_order_hamlet_id_commune_id"), "hamlet", ["hamlet_id", "commune_id"], ["id", "commune_id"]
        )
        order.create_index(op.f("ix_order_hamlet_id"), ["hamlet_id"])
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "hamlet_fee",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("fee IS NULL OR fee >= 0", name=op.f("ck_hamlet_fee_fee")),
        sa.CheckConstraint("fee = CAST(fee AS BIGINT)", name=op.f("ck_hamlet_fee_fee_whole")),
        sa.ForeignKeyConstraint(
            ["stall_id", "commune_id"], ["stall.id", "stall.commune_id"], name=op.f("fk_hamlet_fee_stall_id_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["hamlet_id", "commune_id"],
            ["hamlet.id", "hamlet.commune_id"],
            name=op.f("fk_hamlet_fee_hamlet_id_commune_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hamlet_fee")),
        sa.UniqueConstraint("stall_id", "hamlet_id", name=op.f("uq_hamlet_fee_stall_id_hamlet_id")),
    )
    op.create_index(op.f("ix_hamlet_fee_hamlet_id"), "hamlet_fee", ["hamlet_id"])
    op.create_table(
        "consignment",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("bill_number", sa.Text(), nullable=True),
        sa.Column("driver_phone", sa.Text(), nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_consignment_actor_id")),
        sa.ForeignKeyConstraint(
            ["order_id", "commune_id"],
            ["order.id", "order.commune_id"],
            name=op.f("fk_consignment_order_id_commune_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consignment")),
        sa.UniqueConstraint("order_id", name=op.f("uq_consignment_order_id")),
    )


def downgrade() -> None:
    op.drop_table("consignment")
    op.drop_table("hamlet_fee")
    op.execute("UPDATE \"order\" SET delivery = 'gui_xa' WHERE delivery = 'xe_khach'")
    with op.batch_alter_table("order") as order:
        order.drop_index(op.f("ix_order_hamlet_id"))
        order.drop_constraint(op.f("fk_order_hamlet_id_commune_id"), type_="foreignkey")
        for name in ("delivery", *ORDER_CHECKS):
            order.drop_constraint(op.f(f"ck_order_{name}"), type_="check")
        order.create_check_constraint(op.f("ck_order_delivery"), f"delivery IN ({OLD_WAYS})")
        order.drop_column("pays_carrier")
        order.drop_column("hamlet_id")
    with op.batch_alter_table("product") as product:
        product.drop_constraint(op.f("ck_product_by_bus_is_said_of_live_goods"), type_="check")
        product.drop_column("by_bus")
        product.drop_column("is_live")
    with op.batch_alter_table("stall") as stall:
        for name in STALL_CHECKS:
            stall.drop_constraint(op.f(f"ck_stall_{name}"), type_="check")
        for name in ("free_from", "bus_words", "bus_fee", "sends_by_bus", "shipping_words"):
            stall.drop_column(name)
