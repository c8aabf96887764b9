"""A limit of tries is a row that counts down, whatever is tried and however often. What was failed of late comes along
under the same keyed hashes, counted by the longest limit of each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "20261129_1110"
down_revision = "20261129_1101"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOST = {timedelta(minutes=10): 5, timedelta(minutes=15): 5, timedelta(days=1): 20, timedelta(days=30): 5}
"""How many tries each limit gave then, by how long it looked back."""

attempt = sa.table(
    "attempt",
    sa.column("subject", sa.Text()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("succeeded", sa.Boolean()),
    sa.column("forget_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    new = op.create_table(
        "try_window",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seconds = CAST(seconds AS BIGINT)", name=op.f("ck_try_window_seconds_whole")),
        sa.CheckConstraint("remaining = CAST(remaining AS BIGINT)", name=op.f("ck_try_window_remaining_whole")),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_try_window_remaining_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_try_window")),
        sa.UniqueConstraint("subject", "seconds", name=op.f("uq_try_window_subject_seconds")),
    )
    with op.batch_alter_table("try_window") as window:
        window.create_index(op.f("ix_try_window_ends_at"), ["ends_at"])
    op.bulk_insert(new, list(_failed_of_late()))


def _failed_of_late() -> Iterator[dict[str, object]]:
    connection = op.get_bind()
    now = datetime.now(UTC)
    if connection.dialect.name == "sqlite":
        now = now.replace(tzinfo=None)
    failed = sa.select(attempt).where(~attempt.c.succeeded, attempt.c.forget_at > now).order_by(attempt.c.at)
    windows: dict[tuple[str, timedelta], list[datetime]] = {}
    for row in connection.execute(failed):
        windows.setdefault((row.subject, row.forget_at - row.at), []).append(row.at)
    for (subject, within), tries in windows.items():
        yield {
            "subject": subject,
            "seconds": int(within.total_seconds()),
            "began_at": tries[0],
            "remaining": max(0, MOST.get(within, 5) - len(tries)),
            "ends_at": tries[0] + within,
        }


def downgrade() -> None:
    op.drop_table("try_window")
