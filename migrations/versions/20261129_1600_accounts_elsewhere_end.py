"""An account on another platform has its proof, and ends with a reason; then another one of that platform may be
written down.

An older program counts one that has ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1600"
down_revision = "20261129_1500"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_USE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("platform_account") as account:
        account.add_column(sa.Column("proof", sa.Text(), nullable=True))
        account.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        account.add_column(sa.Column("ended_by", ID, nullable=True))
        account.add_column(sa.Column("ended_reason", sa.Text(), nullable=True))
        account.drop_constraint(op.f("uq_platform_account_business_id_platform"), type_="unique")
        account.create_foreign_key(op.f("fk_platform_account_ended_by"), "person", ["ended_by"], ["id"])
    with op.batch_alter_table("platform_account") as account:
        account.create_index(op.f("ix_platform_account_business_id"), ["business_id"])
        account.create_index(
            "uq_platform_account_in_use",
            ["business_id", "platform"],
            unique=True,
            postgresql_where=IN_USE,
            sqlite_where=IN_USE,
        )


def downgrade() -> None:
    op.execute("DELETE FROM platform_account WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("platform_account") as account:
        account.drop_index("uq_platform_account_in_use")
        account.drop_index(op.f("ix_platform_account_business_id"))
    with op.batch_alter_table("platform_account") as account:
        account.drop_constraint(op.f("fk_platform_account_ended_by"), type_="foreignkey")
        account.create_unique_constraint(op.f("uq_platform_account_business_id_platform"), ["business_id", "platform"])
        for column in ("ended_reason", "ended_by", "ended_at", "proof"):
            account.drop_column(column)
