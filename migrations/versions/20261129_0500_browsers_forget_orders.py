"""A browser forgets orders that were placed on it; those placed so far it still opens."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_0500"
down_revision = "20261129_0100"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    with op.batch_alter_table("contact") as contact:
        contact.add_column(sa.Column("device_forgotten_at", sa.DateTime(timezone=True), nullable=True))
        contact.create_index(op.f("ix_contact_device"), ["device"])


def downgrade() -> None:
    with op.batch_alter_table("contact") as contact:
        contact.drop_index(op.f("ix_contact_device"))
        contact.drop_column("device_forgotten_at")
