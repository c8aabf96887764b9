"""The big tables that do not say whose commune a row is of get the column; an older program leaves it empty."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1200"
down_revision = "20261129_1111"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "contact",
    "variant",
    "photo",
    "stock_move",
    "order_line",
    "reservation",
    "payment_request",
    "allocation",
    "bank_credit",
    "stamp",
    "scan",
    "notice",
    "login_session",
)


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("commune_id", ID, nullable=True))


def downgrade() -> None:
    for table in reversed(TABLES):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("commune_id")
