"""That an order's buyer knows their order was accepted, and when; the hold of a transfer runs from then.

What was accepted before says nothing, so its stored clock stays as it is. An older program leaves the columns empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1440"
down_revision = "20261129_1350"
branch_labels = None
depends_on = None
phase = "expand"

KNOWN = sa.Enum(
    "chua_biet", "da_xem", "da_goi", name="acceptance", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    with op.batch_alter_table("order") as order:
        order.add_column(sa.Column("acceptance", KNOWN, nullable=True))
        order.add_column(sa.Column("acceptance_known_at", sa.DateTime(timezone=True), nullable=True))
        order.create_check_constraint(
            op.f("ck_order_acceptance_known_has_a_time"),
            "(acceptance_known_at IS NOT NULL) = (acceptance IS NOT NULL AND acceptance <> 'chua_biet')",
        )


def downgrade() -> None:
    with op.batch_alter_table("order") as order:
        order.drop_constraint(op.f("ck_order_acceptance_known_has_a_time"), type_="check")
        order.drop_constraint(op.f("ck_order_acceptance"), type_="check")
        order.drop_column("acceptance_known_at")
        order.drop_column("acceptance")
