"""When a backup was last made, checked, and failed: so that the doctor can say how old it is."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1250"
down_revision = "20261129_1240"
branch_labels = None
depends_on = None
phase = "expand"

STEP = sa.Enum("made", "checked", "failed", name="backupstep", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "backup_record",
        sa.Column("step", STEP, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archive", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_backup_record")),
    )


def downgrade() -> None:
    op.drop_table("backup_record")
