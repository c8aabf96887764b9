"""A bank connection keeps what its provider's settings page asked, however many fields that has."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_1500"
down_revision = "0002"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    with op.batch_alter_table("bank_connection") as connection:
        connection.add_column(sa.Column("credentials_cipher", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("bank_connection") as connection:
        connection.drop_column("credentials_cipher")
