"""What somebody prepares while the commune looks at their papers: an account, and leave to put their goods up."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1710"
down_revision = "20261129_1700"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for table, said in (
        (
            "drafted_account",
            [
                sa.Column("content_cipher", sa.Text(), nullable=False),
                sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
            ],
        ),
        ("listing_leave", [sa.Column("given_at", sa.DateTime(timezone=True), nullable=False)]),
    ):
        op.create_table(
            table,
            sa.Column("id", number, nullable=False),
            sa.Column("commune_id", number, nullable=False),
            sa.Column("person_id", number, nullable=False),
            *said,
            sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f(f"fk_{table}_commune_id")),
            sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("commune_id", "person_id", name=op.f(f"uq_{table}_commune_id_person_id")),
        )
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    for table in ("listing_leave", "drafted_account"):
        op.drop_table(table)
