"""Cells of the commune's files that nobody could read, and rows that were joined to a business, kept for a person.

An older program keeps none of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1635"
down_revision = "20261129_1630"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "unread_cell",
        sa.Column("id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_unread_cell_business_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread_cell")),
        sa.UniqueConstraint("business_id", "field", "text", name=op.f("uq_unread_cell_business_id_field_text")),
    )
    op.create_index("ix_unread_cell_open", "unread_cell", ["business_id"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_table(
        "register_join",
        sa.Column("id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("brought", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_by", ID, nullable=True),
        sa.Column("parted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parted_by", ID, nullable=True),
        sa.Column("parted_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_register_join_business_id")),
        sa.ForeignKeyConstraint(["joined_by"], ["person.id"], name=op.f("fk_register_join_joined_by")),
        sa.ForeignKeyConstraint(["parted_by"], ["person.id"], name=op.f("fk_register_join_parted_by")),
        sa.ForeignKeyConstraint(["parted_id"], ["business.id"], name=op.f("fk_register_join_parted_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_join")),
        sa.UniqueConstraint("business_id", "said", name=op.f("uq_register_join_business_id_said")),
    )


def downgrade() -> None:
    op.drop_table("register_join")
    op.drop_table("unread_cell")
