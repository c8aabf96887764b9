"""One table counts tries, whatever is tried. What was tried within a day, the longest that a limit looks back, comes
along from `sign_in_attempt`, under the same keyed hashes."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "20261128_1640"
down_revision = "20261128_1630"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONGEST = timedelta(days=1)

old = sa.table(
    "sign_in_attempt",
    sa.column("phone_digest", sa.Text()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("succeeded", sa.Boolean()),
)


def upgrade() -> None:
    new = op.create_table(
        "attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt") as attempt:
        attempt.create_index(op.f("ix_attempt_subject_at"), ["subject", "at"])
        attempt.create_index(op.f("ix_attempt_forget_at"), ["forget_at"])
    op.bulk_insert(new, _tried_of_late())


def _tried_of_late() -> list[dict[str, object]]:
    connection = op.get_bind()
    since = datetime.now(UTC) - LONGEST
    if connection.dialect.name == "sqlite":
        since = since.replace(tzinfo=None)
    rows = connection.execute(sa.select(old).where(old.c.at > since)).all()
    return [
        {"subject": row.phone_digest, "at": row.at, "succeeded": row.succeeded, "forget_at": row.at + LONGEST}
        for row in rows
    ]


def downgrade() -> None:
    op.drop_table("attempt")
