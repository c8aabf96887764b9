"""Which marketplaces there are is known by their folders: no CHECK names them in three tables any more."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_1510"
down_revision = "20261128_1500"
branch_labels = None
depends_on = None
phase = "expand"

TABLES = ("channel_template", "channel_category", "export_run")
NAMED = sa.Enum("shopee", "tiktok", name="channel", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_channel"), type_="check")
            batch.alter_column("channel", existing_type=sa.String(32), type_=sa.Text(), existing_nullable=False)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.alter_column("channel", existing_type=sa.Text(), type_=NAMED, existing_nullable=False)
