"""Money that is owed back: a payment request closes with its order, counts refunds, and says what the seller owes.

What has ended undelivered is closed as of its end. An order that is half paid and not past its clock loses the clock.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261128_1620"
down_revision = "20261128_1610"
branch_labels = None
depends_on = None
phase = "expand"

TO_GIVE_BACK = (
    "(CASE WHEN closed_at IS NOT NULL THEN received WHEN received > amount THEN received - amount ELSE 0 END)"
)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RULES = {
    "refunded_whole": "refunded = CAST(refunded AS BIGINT)",
    "owed_back_whole": "owed_back = CAST(owed_back AS BIGINT)",
    "refunded_within_received": "refunded >= 0 AND refunded <= received",
    "owed_back_not_negative": "owed_back >= 0",
    "owed_back_adds_up": f"owed_back = {TO_GIVE_BACK} - refunded",
}
REQUEST = sa.table("payment_request", sa.column("owed_back"))
CLOSE = """
UPDATE payment_request
SET closed_at = (SELECT COALESCE(o.ended_at, o.placed_at) FROM "order" o WHERE o.id = payment_request.order_id)
WHERE order_id IN (SELECT id FROM "order" WHERE status IN ('tu_choi', 'qua_han', 'da_huy'))
"""
PAID_ON_A_CLOCK = """
SELECT o.id FROM "order" o JOIN payment_request r ON r.order_id = o.id
WHERE o.status IN ('cho_nhan', 'da_nhan') AND r.received * 2 >= r.amount AND o.due_at > :now
"""


def upgrade() -> None:
    with op.batch_alter_table("payment_request") as request:
        request.add_column(sa.Column("refunded", sa.BigInteger(), nullable=False, server_default="0"))
        request.add_column(sa.Column("owed_back", sa.BigInteger(), nullable=False, server_default="0"))
        request.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(CLOSE)
    op.execute(sa.update(REQUEST).values(owed_back=sa.text(TO_GIVE_BACK)))
    _keep_what_is_paid(op.get_bind())
    with op.batch_alter_table("payment_request") as request:
        request.alter_column("refunded", server_default=None)
        request.alter_column("owed_back", server_default=None)
        for name, rule in RULES.items():
            request.create_check_constraint(op.f(f"ck_payment_request_{name}"), rule)
        request.create_index(
            "ix_payment_request_owed_back",
            ["stall_id"],
            postgresql_where=sa.text("owed_back > 0"),
            sqlite_where=sa.text("owed_back > 0"),
        )
    _create_refund()


def _keep_what_is_paid(connection: sa.Connection) -> None:
    now = datetime.now(UTC)
    moment = now.replace(tzinfo=None) if connection.dialect.name == "sqlite" else now
    query = sa.text(PAID_ON_A_CLOCK).bindparams(sa.bindparam("now", moment, sa.DateTime(timezone=True)))
    for order_id in connection.scalars(query).all():
        which = {"which": order_id}
        connection.execute(sa.text('UPDATE "order" SET due_at = NULL WHERE id = :which'), which)
        held = "UPDATE reservation SET held_until = NULL WHERE order_id = :which AND released_at IS NULL"
        connection.execute(sa.text(held), which)


def _create_refund() -> None:
    op.create_table(
        "refund",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_refund_amount_whole")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_amount_positive")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_refund_actor_id")),
        sa.ForeignKeyConstraint(["request_id"], ["payment_request.id"], name=op.f("fk_refund_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("request_id", "client_key", name=op.f("uq_refund_request_id_client_key")),
    )
    forbid_change(op.get_bind(), "refund")


def downgrade() -> None:
    op.drop_table("refund")
    with op.batch_alter_table("payment_request") as request:
        request.drop_index("ix_payment_request_owed_back")
        for name in RULES:
            request.drop_constraint(op.f(f"ck_payment_request_{name}"), type_="check")
        for column in ("closed_at", "owed_back", "refunded"):
            request.drop_column(column)
