"""A hamlet may be a part of another one, what was reported of it stays its own; a mandate says why the office ended it.

An older program sees a merged hamlet as one that is not in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1605"
down_revision = "20261129_1600"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("hamlet") as hamlet:
        hamlet.add_column(sa.Column("merged_into", ID, nullable=True))
        hamlet.create_foreign_key(op.f("fk_hamlet_merged_into"), "hamlet", ["merged_into"], ["id"])
    with op.batch_alter_table("mandate") as mandate:
        mandate.add_column(sa.Column("revoked_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("mandate") as mandate:
        mandate.drop_column("revoked_reason")
    with op.batch_alter_table("hamlet") as hamlet:
        hamlet.drop_constraint(op.f("fk_hamlet_merged_into"), type_="foreignkey")
        hamlet.drop_column("merged_into")
