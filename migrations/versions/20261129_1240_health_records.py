"""What the installation keeps to be examined by: a row that proves that rows are kept, a sealed word a data key."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1240"
down_revision = "20261129_1220"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.create_table(
        "health_record",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_health_record")),
    )


def downgrade() -> None:
    op.drop_table("health_record")
