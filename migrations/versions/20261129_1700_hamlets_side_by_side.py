"""Which hamlets lie side by side, as their office says; goods of a commune are put in order by their price.

Nobody has said any of it yet, and an older program asks neither.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1700"
down_revision = "20261129_1675"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BY_PRICE = "ix_variant_commune_id_price_product_id"


def upgrade() -> None:
    op.create_index("uq_hamlet_id_commune_id", "hamlet", ["id", "commune_id"], unique=True)
    op.create_table(
        "hamlet_neighbour",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=False),
        sa.Column("neighbour_id", ID, nullable=False),
        sa.CheckConstraint("hamlet_id < neighbour_id", name=op.f("ck_hamlet_neighbour_a_pair_once")),
        *(
            sa.ForeignKeyConstraint(
                [column, "commune_id"],
                ["hamlet.id", "hamlet.commune_id"],
                name=op.f(f"fk_hamlet_neighbour_{column}_commune_id"),
            )
            for column in ("hamlet_id", "neighbour_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hamlet_neighbour")),
        sa.UniqueConstraint(
            "commune_id",
            "hamlet_id",
            "neighbour_id",
            name=op.f("uq_hamlet_neighbour_commune_id_hamlet_id_neighbour_id"),
        ),
    )
    for column in ("hamlet_id", "neighbour_id"):
        op.create_index(op.f(f"ix_hamlet_neighbour_{column}"), "hamlet_neighbour", [column])
    op.create_index(BY_PRICE, "variant", ["commune_id", "price", "product_id"])


def downgrade() -> None:
    op.drop_index(BY_PRICE, table_name="variant")
    op.drop_table("hamlet_neighbour")
    op.drop_index("uq_hamlet_id_commune_id", table_name="hamlet")
