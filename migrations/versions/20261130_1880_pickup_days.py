"""The keeper of a pickup point writes down when an order's goods came and when they were handed out. An older program
writes neither time.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1880"
down_revision = "20261130_1862"
branch_labels = None
depends_on = None
phase = "expand"

TIMES = ("arrived_at", "fetched_at")


def upgrade() -> None:
    for name in TIMES:
        op.add_column("order", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in reversed(TIMES):
        op.drop_column("order", name)
