"""Whom the keeper of a pickup point saw fetch an order has fetched it."""

from alembic import op

revision = "20261130_1881"
down_revision = "20261130_1880"
branch_labels = None
depends_on = None
phase = "backfill"


def upgrade() -> None:
    op.execute(
        'UPDATE "order" SET fetched_at = (SELECT seen_at FROM pickup_sighting WHERE order_id = "order".id) '
        "WHERE fetched_at IS NULL AND id IN (SELECT order_id FROM pickup_sighting)"
    )


def downgrade() -> None:
    """The times go with their column."""
