"""What sellers answer for columns of marketplaces' templates, and the words that their goods have on one marketplace.

An older program asks for none of it, and fills in what the product itself says.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1630"
down_revision = "20261129_1610"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_STALL, OF_PRODUCT = sa.text("product_id IS NULL"), sa.text("product_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "channel_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_channel_answer_product_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_channel_answer_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_answer")),
    )
    for of, column, where in (("stall", "stall_id", OF_STALL), ("product", "product_id", OF_PRODUCT)):
        op.create_index(
            f"uq_channel_answer_{of}",
            "channel_answer",
            [column, "channel", "token"],
            unique=True,
            postgresql_where=where,
            sqlite_where=where,
        )
    op.create_index(op.f("ix_channel_answer_stall_id_channel"), "channel_answer", ["stall_id", "channel"])
    op.create_table(
        "channel_words",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_channel_words_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_words")),
        sa.UniqueConstraint("product_id", "channel", name=op.f("uq_channel_words_product_id_channel")),
    )


def downgrade() -> None:
    op.drop_table("channel_words")
    op.drop_table("channel_answer")
