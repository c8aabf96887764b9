"""Which order's refusal said that there is none left of something, so that one tap takes that back.

An older program leaves the column empty, and sells again by the listing's own button alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1640"
down_revision = "20261129_1635"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("variant") as variant:
        variant.add_column(sa.Column("sold_out_for", ID, nullable=True))
        variant.create_foreign_key(op.f("fk_variant_sold_out_for"), "order", ["sold_out_for"], ["id"])
        variant.create_check_constraint(op.f("ck_variant_sold_out_for_an_order"), "sold_out_for IS NULL OR is_sold_out")


def downgrade() -> None:
    with op.batch_alter_table("variant") as variant:
        variant.drop_constraint(op.f("ck_variant_sold_out_for_an_order"), type_="check")
        variant.drop_constraint(op.f("fk_variant_sold_out_for"), type_="foreignkey")
        variant.drop_column("sold_out_for")
