"""Orders that a stall wrote down for who rang up, and the book of who owes it.

Every order of before was placed by its buyer.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1950"
down_revision = "20261130_1940"
branch_labels = None
depends_on = None
phase = "contract"

WHOLE = sa.BigInteger()
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
BY_PHONE = "source <> 'dien_thoai' OR buyer_confirmed_at IS NULL"
CHECKS = {
    "amount_has_its_sign": (
        "(kind IN ('don', 'hang') AND amount > 0) OR (kind = 'tra' AND amount < 0) OR (kind = 'go' AND amount <> 0)"
    ),
    "amount_whole": "amount = CAST(amount AS BIGINT)",
    "order_is_named": "(kind = 'don') = (order_id IS NOT NULL)",
    "taken_back_names_what": "(kind = 'go') = (undoes_id IS NOT NULL)",
}
POINTS = {"order_id": "order", "undoes_id": "debt_line", "actor_id": "person"}


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("contact") as contact:
        contact.alter_column("phone", existing_type=sa.Text(), nullable=True)
    with op.batch_alter_table("order") as order:
        source = _enum("ordersource", "cho", "dien_thoai")
        order.add_column(sa.Column("source", source, nullable=False, server_default="cho"))
        order.create_check_constraint(op.f("ck_order_by_phone_has_no_code"), BY_PHONE)
    op.create_table(
        "debtor",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("erased_at", TIME, nullable=True),
        sa.CheckConstraint("(key IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_debtor_key_goes_with_the_name")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_debtor_commune_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_debtor_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debtor")),
        sa.UniqueConstraint("stall_id", "key", name=op.f("uq_debtor_stall_id_key")),
    )
    op.create_index("uq_debtor_id_commune_id", "debtor", ["id", "commune_id"], unique=True)
    op.create_table(
        "debt_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("debtor_id", ID, nullable=False),
        sa.Column("kind", _enum("debtkind", "don", "hang", "tra", "go"), nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("undoes_id", ID, nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        *(sa.CheckConstraint(check, name=op.f(f"ck_debt_line_{name}")) for name, check in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["debtor_id", "commune_id"],
            ["debtor.id", "debtor.commune_id"],
            name=op.f("fk_debt_line_debtor_id_commune_id"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_debt_line_{column}"))
            for column, at in POINTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt_line")),
        sa.UniqueConstraint("order_id", name=op.f("uq_debt_line_order_id")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_debt_line_undoes_id")),
    )
    op.create_index(op.f("ix_debt_line_debtor_id_id"), "debt_line", ["debtor_id", "id"])


def downgrade() -> None:
    """An order written without a phone number gets the one of whom the market has forgotten."""
    op.drop_table("debt_line")
    op.drop_table("debtor")
    with op.batch_alter_table("order") as order:
        order.drop_constraint("by_phone_has_no_code", type_="check")
        order.drop_constraint("ordersource", type_="check")
        order.drop_column("source")
    op.execute("UPDATE contact SET phone = '+84000000000' WHERE phone IS NULL")
    with op.batch_alter_table("contact") as contact:
        contact.alter_column("phone", existing_type=sa.Text(), nullable=False)
