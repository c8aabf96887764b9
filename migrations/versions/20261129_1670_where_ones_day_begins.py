"""Where somebody works whom signing in leads to."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1670"
down_revision = "20261129_1665"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.add_column("person", sa.Column("desk", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.drop_column("desk")
