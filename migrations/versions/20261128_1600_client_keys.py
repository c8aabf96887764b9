"""The keys of forms that add something, so that each counts once."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_1600"
down_revision = "20261128_1510"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.create_table(
        "client_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_key")),
        sa.UniqueConstraint("scope", "key", name=op.f("uq_client_key_scope_key")),
    )
    op.create_index(op.f("ix_client_key_used_at"), "client_key", ["used_at"])


def downgrade() -> None:
    op.drop_table("client_key")
