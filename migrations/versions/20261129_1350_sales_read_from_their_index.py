"""The KPI looks at some sales of every business: what it asks of each beside its buyer stands in their index, so that
the orders themselves, which lie all over the table, need not be read."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1350"
down_revision = "20261129_1340"
branch_labels = None
depends_on = None
phase = "expand"

COMPLETED = sa.text("status = 'da_giao'")
FOUND_BY = ("business_id", "completed_on", "id")
ASKED = ("completed_at", "buyer_confirmed_at", "total", "purchase_id")


def upgrade() -> None:
    _sold_by([*FOUND_BY, *ASKED])


def downgrade() -> None:
    _sold_by([*FOUND_BY])


def _sold_by(columns: list[str]) -> None:
    op.drop_index("ix_order_sold", "order")
    op.create_index("ix_order_sold", "order", columns, postgresql_where=COMPLETED, sqlite_where=COMPLETED)
