"""Stalls come where they have handed over goods before, on days that they agree on with the buyer: more nobody has
said yet, and each seller changes it as it is."""

from alembic import op

revision = "20261129_1665"
down_revision = "20261129_1660"
branch_labels = None
depends_on = None
phase = "backfill"

BY_ARRANGEMENT = 128


def upgrade() -> None:
    op.execute(
        "INSERT INTO stall_visit (commune_id, stall_id, pickup_point_id, days) "  # noqa: S608 - a number
        f'SELECT commune_id, stall_id, pickup_point_id, {BY_ARRANGEMENT} FROM "order" '
        "WHERE status = 'da_giao' AND pickup_point_id IS NOT NULL "
        "GROUP BY commune_id, stall_id, pickup_point_id ORDER BY commune_id, stall_id, pickup_point_id"
    )


def downgrade() -> None:
    """What sellers have said since goes with the table."""
