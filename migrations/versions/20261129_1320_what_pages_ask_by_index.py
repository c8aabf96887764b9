"""What few rows have stands in an index of those alone: a stall's undone amounts, so that they are counted without a
look at all that ever came in, and the changes to which a family member must agree, so that NULL is no common phone. The
first picture of a product is the first in its index."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1320"
down_revision = "20261129_1300"
branch_labels = None
depends_on = None
phase = "expand"

UNDOES = sa.text("undoes_id IS NOT NULL")
OF_FAMILY = sa.text("family_phone IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_allocation_undone", "allocation", ["stall_id"], postgresql_where=UNDOES, sqlite_where=UNDOES)
    op.create_index(
        "ix_waiting_change_of_family",
        "waiting_change",
        ["family_phone"],
        postgresql_where=OF_FAMILY,
        sqlite_where=OF_FAMILY,
    )
    op.drop_index("ix_waiting_change_family_phone", "waiting_change")
    op.create_index("ix_photo_product_id_position_id", "photo", ["product_id", "position", "id"])
    op.drop_index("ix_photo_product_id", "photo")


def downgrade() -> None:
    op.create_index("ix_photo_product_id", "photo", ["product_id"])
    op.drop_index("ix_photo_product_id_position_id", "photo")
    op.create_index("ix_waiting_change_family_phone", "waiting_change", ["family_phone"])
    op.drop_index("ix_waiting_change_of_family", "waiting_change")
    op.drop_index("ix_allocation_undone", "allocation")
