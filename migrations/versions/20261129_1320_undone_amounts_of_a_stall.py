"""A stall's amounts that were undone are counted without a look at all that ever came in."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1320"
down_revision = "20261129_1300"
branch_labels = None
depends_on = None
phase = "expand"

UNDONE = sa.text("undoes_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_allocation_undone", "allocation", ["stall_id"], postgresql_where=UNDONE, sqlite_where=UNDONE)


def downgrade() -> None:
    op.drop_index("ix_allocation_undone", "allocation")
