"""What a commune says of itself beyond its name: where its office is, its e-mail, its own words on its market's pages.

An older program leaves the columns empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1340"
down_revision = "20261129_1320"
branch_labels = None
depends_on = None
phase = "expand"

COLUMNS = ("office_address", "office_email", "welcome", "complaints", "own_rules")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("commune", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("commune") as batch:
        for name in reversed(COLUMNS):
            batch.drop_column(name)
