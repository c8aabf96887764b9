"""The key of a form keeps a digest of what was sent, and the words for what it added; older keys have neither."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_0100"
down_revision = "20261128_1650"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    with op.batch_alter_table("client_key") as client_key:
        client_key.add_column(sa.Column("digest", sa.Text(), nullable=True))
        client_key.add_column(sa.Column("told", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("client_key") as client_key:
        client_key.drop_column("told")
        client_key.drop_column("digest")
