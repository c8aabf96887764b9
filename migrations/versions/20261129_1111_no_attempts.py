"""The tries that `try_window` counts instead are dropped. An older program finds none of them again after this."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1111"
down_revision = "20261129_1110"
branch_labels = None
depends_on = None
phase = "contract"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_table("attempt")


def downgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt") as attempt:
        attempt.create_index(op.f("ix_attempt_subject_at"), ["subject", "at"])
        attempt.create_index(op.f("ix_attempt_forget_at"), ["forget_at"])
