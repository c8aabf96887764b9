"""The KPI asks of every sale what the job found of it: all that is asked for stands in the index."""

from alembic import op

revision = "20261129_1300"
down_revision = "20261129_1290"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.create_index("ix_sale_check_found", "sale_check", ["order_id", "found_at", "ended_at", "vouch"])
    op.drop_index(op.f("ix_sale_check_order_id_found_at"), "sale_check")


def downgrade() -> None:
    op.create_index(op.f("ix_sale_check_order_id_found_at"), "sale_check", ["order_id", "found_at"])
    op.drop_index("ix_sale_check_found", "sale_check")
