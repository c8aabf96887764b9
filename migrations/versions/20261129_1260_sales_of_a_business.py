"""The KPI looks at a business's newest and oldest sales: an index over them, by the business and the day."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1260"
down_revision = "20261129_1250"
branch_labels = None
depends_on = None
phase = "expand"

COMPLETED = sa.text("status = 'da_giao'")


def upgrade() -> None:
    op.create_index(
        "ix_order_sold",
        "order",
        ["business_id", "completed_on", "id"],
        postgresql_where=COMPLETED,
        sqlite_where=COMPLETED,
    )


def downgrade() -> None:
    op.drop_index("ix_order_sold", "order")
