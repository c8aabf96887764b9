"""What buyers say of goods that were handed to them, what the stall answers, and that an officer hid it."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1862"
down_revision = "20261130_1861"
branch_labels = None
depends_on = None
phase = "expand"

WHOLE = sa.BigInteger()
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
CHECKS = {
    "stars_from_one_to_five": "stars >= 1 AND stars <= 5",
    "stars_whole": "stars = CAST(stars AS BIGINT)",
    "answer_has_a_time": "(answer IS NULL) = (answered_at IS NULL)",
    "hidden_says_why": (
        "(hidden_at IS NULL) = (hidden_reason IS NULL) AND (hidden_at IS NULL) = (hidden_by_id IS NULL)"
    ),
}
POINTS = {"line_id": "order_line", "stall_id": "stall", "hidden_by_id": "person"}


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("stars", WHOLE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("hidden_at", TIME, nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("hidden_by_id", ID, nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"ck_rating_{name}")) for name, check in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["order_id", "commune_id"], ["order.id", "order.commune_id"], name=op.f("fk_rating_order_id_commune_id")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_rating_{column}"))
            for column, at in POINTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("line_id", name=op.f("uq_rating_line_id")),
    )
    op.create_index(op.f("ix_rating_order_id"), "rating", ["order_id"])
    op.create_index(op.f("ix_rating_stall_id_id"), "rating", ["stall_id", "id"])
    op.create_index(op.f("ix_rating_commune_id_id"), "rating", ["commune_id", "id"])


def downgrade() -> None:
    op.drop_table("rating")
