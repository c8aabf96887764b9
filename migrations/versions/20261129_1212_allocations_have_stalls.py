"""An allocation without a stall is refused: no page of money would show it."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1212"
down_revision = "20261129_1211"
branch_labels = None
depends_on = None
phase = "contract"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("allocation") as allocation:
        allocation.alter_column("stall_id", existing_type=ID, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("allocation") as allocation:
        allocation.alter_column("stall_id", existing_type=ID, nullable=True)
