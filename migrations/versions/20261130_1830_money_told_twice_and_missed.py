"""Which notice tells what another source told already, what no call told of, whose account paid, until when a provider
was asked for all that came in; what a stall said of the columns of its statements.

An older program leaves the columns empty: it books what is told, and looks for nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1830"
down_revision = "20261130_1820"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOUND = sa.text("found_at IS NOT NULL")
HAS_PAYER = sa.text("payer_digest IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("bank_credit") as credit:
        credit.add_column(sa.Column("twin_of_id", ID, nullable=True))
        credit.add_column(sa.Column("found_at", sa.DateTime(timezone=True), nullable=True))
        credit.add_column(sa.Column("payer_digest", sa.Text(), nullable=True))
        credit.create_foreign_key(op.f("fk_bank_credit_twin_of_id"), "bank_credit", ["twin_of_id"], ["id"])
    op.create_index(
        "ix_bank_credit_found", "bank_credit", ["stall_id", "found_at"], postgresql_where=FOUND, sqlite_where=FOUND
    )
    op.create_index(
        "ix_bank_credit_payer",
        "bank_credit",
        ["stall_id", "payer_digest"],
        postgresql_where=HAS_PAYER,
        sqlite_where=HAS_PAYER,
    )
    with op.batch_alter_table("bank_access") as access:
        access.add_column(sa.Column("searched_to", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "statement_layout",
        sa.Column("id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_statement_layout_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_layout")),
        sa.UniqueConstraint("stall_id", "head_hash", name=op.f("uq_statement_layout_stall_id_head_hash")),
    )


def downgrade() -> None:
    op.drop_table("statement_layout")
    with op.batch_alter_table("bank_access") as access:
        access.drop_column("searched_to")
    op.drop_index("ix_bank_credit_payer", table_name="bank_credit")
    op.drop_index("ix_bank_credit_found", table_name="bank_credit")
    with op.batch_alter_table("bank_credit") as credit:
        credit.drop_constraint(op.f("fk_bank_credit_twin_of_id"), type_="foreignkey")
        for name in ("payer_digest", "found_at", "twin_of_id"):
            credit.drop_column(name)
