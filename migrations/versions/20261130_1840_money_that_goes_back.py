"""Money that goes back: what was said of each refund since, the bank's record of it, where a buyer wants it.

What sellers said until now stays their word: nobody has shown that it arrived.
"""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261130_1840"
down_revision = "20261130_1830"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WITHIN = "returned >= 0 AND returned <= refunded"
NOT_SHOWN = sa.text("refunded > returned")
NOT_SHOWN_BY = {"ix_payment_request_not_shown": "stall_id", "ix_payment_request_not_shown_in": "commune_id"}


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _amount(table: str) -> list[sa.Column[int] | sa.CheckConstraint]:
    return [
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f(f"ck_{table}_amount_whole")),
        sa.CheckConstraint("amount > 0", name=op.f(f"ck_{table}_amount_positive")),
    ]


def _key(
    table: str, column: str, to: str, *, may_be_null: bool = False
) -> list[sa.Column[int] | sa.ForeignKeyConstraint]:
    return [
        sa.Column(column, ID, nullable=may_be_null),
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}")),
    ]


def upgrade() -> None:
    with op.batch_alter_table("payment_request") as request:
        request.add_column(sa.Column("returned", sa.BigInteger(), nullable=False, server_default="0"))
        request.create_check_constraint(
            op.f("ck_payment_request_returned_whole"), "returned = CAST(returned AS BIGINT)"
        )
        request.create_check_constraint(op.f("ck_payment_request_returned_within_refunded"), WITHIN)
        for name, column in NOT_SHOWN_BY.items():
            request.create_index(name, [column], postgresql_where=NOT_SHOWN, sqlite_where=NOT_SHOWN)
    with op.batch_alter_table("refund") as refund:
        kind = _enum("refundkind", "nguoi_ban", "ngan_hang")
        refund.add_column(sa.Column("kind", kind, nullable=False, server_default="nguoi_ban"))
    _create_debit()
    _create_answer()
    op.create_table(
        "refund_account",
        sa.Column("id", ID, nullable=False),
        *_key("refund_account", "request_id", "payment_request"),
        sa.Column("bin", sa.Text(), nullable=False),
        sa.Column("number_cipher", sa.Text(), nullable=False),
        sa.Column("holder_cipher", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_account")),
        sa.UniqueConstraint("request_id", name=op.f("uq_refund_account_request_id")),
    )


def _create_debit() -> None:
    table, unseen = "bank_debit", sa.text("looked_at IS NULL")
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        *_key(table, "connection_id", "bank_connection"),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("provider_txn_id", sa.Text(), nullable=False),
        *_amount(table),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("memo", "bank_ref", "raw_cipher")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("occurred_at", "received_at")),
        sa.Column("looked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["stall_id", "commune_id"], ["stall.id", "stall.commune_id"], name=op.f("fk_bank_debit_stall_id_commune_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_debit")),
        sa.UniqueConstraint(
            "connection_id", "provider_txn_id", name=op.f("uq_bank_debit_connection_id_provider_txn_id")
        ),
    )
    op.create_index(op.f("ix_bank_debit_stall_id"), table, ["stall_id"])
    op.create_index("ix_bank_debit_to_look_at", table, ["received_at"], postgresql_where=unseen, sqlite_where=unseen)


def _create_answer() -> None:
    table = "refund_answer"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        *_key(table, "refund_id", "refund"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", _enum("refundanswerkind", "nguoi_mua", "chua_nhan", "ngan_hang"), nullable=False),
        *_key(table, "debit_id", "bank_debit", may_be_null=True),
        *_key(table, "actor_id", "person", may_be_null=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("number = CAST(number AS BIGINT)", name=op.f("ck_refund_answer_number_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_refund_answer_number_positive")),
        sa.CheckConstraint(
            "(kind = 'ngan_hang') = (debit_id IS NOT NULL)", name=op.f("ck_refund_answer_bank_has_debit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_answer")),
        sa.UniqueConstraint("refund_id", "number", name=op.f("uq_refund_answer_refund_id_number")),
    )
    op.create_index(op.f("ix_refund_answer_debit_id"), table, ["debit_id"])
    forbid_change(op.get_bind(), table)


def downgrade() -> None:
    for table in ("refund_account", "refund_answer", "bank_debit"):
        op.drop_table(table)
    with op.batch_alter_table("refund") as refund:
        refund.drop_constraint("refundkind", type_="check")
        refund.drop_column("kind")
    with op.batch_alter_table("payment_request") as request:
        for name in NOT_SHOWN_BY:
            request.drop_index(name)
        for name in ("returned_within_refunded", "returned_whole"):
            request.drop_constraint(op.f(f"ck_payment_request_{name}"), type_="check")
        request.drop_column("returned")
