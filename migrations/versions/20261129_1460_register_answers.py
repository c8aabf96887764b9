"""What people of a commune said that words of its spreadsheets mean, and which rows are a business that is known.

An older program asks again.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1460"
down_revision = "20261129_1450"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ABOUT = sa.Enum(
    "cot",
    "loai_hinh",
    "thon",
    "tinh_trang",
    "trung",
    name="answerabout",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    op.create_table(
        "register_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("about", ABOUT, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_register_answer_answered_by")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_register_answer_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_answer")),
        sa.UniqueConstraint("commune_id", "about", "said", name=op.f("uq_register_answer_commune_id_about_said")),
    )


def downgrade() -> None:
    op.drop_table("register_answer")
