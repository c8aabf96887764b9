"""The counters that `attempt` replaces go. Codes that somebody has guessed at and that are still unused stop working:
how often they were guessed is not carried over, and a new one is ten minutes' work at most."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_1641"
down_revision = "20261128_1640"
branch_labels = None
depends_on = None
phase = "contract"


def upgrade() -> None:
    op.execute("UPDATE one_time_code SET used_at = CURRENT_TIMESTAMP WHERE used_at IS NULL AND tries > 0")
    with op.batch_alter_table("one_time_code") as code:
        code.drop_constraint(op.f("ck_one_time_code_tries_capped"), type_="check")
        code.drop_constraint(op.f("ck_one_time_code_tries_whole"), type_="check")
        code.drop_column("tries")
    op.drop_table("sign_in_attempt")


def downgrade() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone_digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.execute(
        "INSERT INTO sign_in_attempt (phone_digest, at, succeeded) "
        "SELECT subject, at, succeeded FROM attempt ORDER BY id"
    )
    with op.batch_alter_table("sign_in_attempt") as attempt:
        attempt.create_index(op.f("ix_sign_in_attempt_phone_digest_at"), ["phone_digest", "at"])
    with op.batch_alter_table("one_time_code") as code:
        code.add_column(sa.Column("tries", sa.BigInteger(), nullable=False, server_default="0"))
        code.create_check_constraint(op.f("ck_one_time_code_tries_whole"), "tries = CAST(tries AS BIGINT)")
        code.create_check_constraint(op.f("ck_one_time_code_tries_capped"), "tries >= 0 AND tries <= 5")
    with op.batch_alter_table("one_time_code") as code:
        code.alter_column("tries", server_default=None)
