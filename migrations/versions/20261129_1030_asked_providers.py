"""Providers of bank notices are asked themselves: what a seller entered for it, when each notice is asked about, and
what they told. The notices of the last month are asked about once their seller enters it."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261129_1030"
down_revision = "20261129_1010"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASKED_ABOUT = timedelta(days=30)
TO_ASK = sa.text("ask_at IS NOT NULL")

credit_rows = sa.table(
    "bank_credit",
    sa.column("received_at", sa.DateTime(timezone=True)),
    sa.column("unmatched_reason", sa.Text()),
    sa.column("ask_at", sa.DateTime(timezone=True)),
)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("bank_credit") as credit:
        credit.add_column(sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
        credit.create_index(
            "ix_bank_credit_to_ask", ["connection_id", "ask_at"], postgresql_where=TO_ASK, sqlite_where=TO_ASK
        )
    _plan_asking()
    _create_checks()
    op.create_table(
        "bank_access",
        sa.Column("id", ID, nullable=False),
        sa.Column("connection_id", ID, nullable=False),
        sa.Column("access_cipher", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", _enum("askproblem", "khong_nhan_ma", "hoi_qua_nhieu", "khong_tra_loi"), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("ask_after", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_bank_access_failures_not_negative")),
        sa.CheckConstraint("failures = CAST(failures AS BIGINT)", name=op.f("ck_bank_access_failures_whole")),
        sa.ForeignKeyConstraint(["connection_id"], ["bank_connection.id"], name=op.f("fk_bank_access_connection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_access")),
        sa.UniqueConstraint("connection_id", name=op.f("uq_bank_access_connection_id")),
    )


def _plan_asking() -> None:
    """As a notice that comes now is: at once, unless it is of another account."""
    since = datetime.now(UTC) - ASKED_ABOUT
    if op.get_bind().dialect.name == "sqlite":
        since = since.replace(tzinfo=None)
    columns = credit_rows.c
    is_ours = columns.unmatched_reason.is_(None) | (columns.unmatched_reason != "sai_tai_khoan")
    planned = sa.update(credit_rows).where(columns.received_at > since, is_ours)
    op.execute(planned.values(ask_at=columns.received_at))


def _create_checks() -> None:
    op.create_table(
        "bank_credit_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("credit_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", _enum("checkoutcome", "khop", "khong_thay", "khac", "thoi_hoi"), nullable=False),
        sa.Column("differs", sa.Text(), nullable=True),
        sa.Column("transaction_key", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("payer_digest", sa.Text(), nullable=True),
        sa.Column("payer_last4", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "transaction_key IS NULL OR outcome = 'khop'", name=op.f("ck_bank_credit_check_key_is_confirmed")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_bank_credit_check_number_positive")),
        sa.CheckConstraint("number = CAST(number AS BIGINT)", name=op.f("ck_bank_credit_check_number_whole")),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_bank_credit_check_amount_whole")),
        sa.CheckConstraint(
            "(outcome IN ('khop', 'khac')) = (amount IS NOT NULL)", name=op.f("ck_bank_credit_check_told_has_amount")
        ),
        sa.CheckConstraint(
            "(outcome = 'khac') = (differs IS NOT NULL)", name=op.f("ck_bank_credit_check_differs_in_something")
        ),
        sa.CheckConstraint(
            "(payer_digest IS NULL) = (payer_last4 IS NULL)", name=op.f("ck_bank_credit_check_payer_whole")
        ),
        sa.ForeignKeyConstraint(["credit_id"], ["bank_credit.id"], name=op.f("fk_bank_credit_check_credit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_credit_check")),
        sa.UniqueConstraint("credit_id", "number", name=op.f("uq_bank_credit_check_credit_id_number")),
        sa.UniqueConstraint("transaction_key", name=op.f("uq_bank_credit_check_transaction_key")),
    )
    with op.batch_alter_table("bank_credit_check") as check:
        check.create_index(op.f("ix_bank_credit_check_payer_digest"), ["payer_digest"])
    forbid_change(op.get_bind(), "bank_credit_check")


def downgrade() -> None:
    op.drop_table("bank_access")
    op.drop_table("bank_credit_check")
    with op.batch_alter_table("bank_credit") as credit:
        credit.drop_index("ix_bank_credit_to_ask")
        credit.drop_column("ask_at")
