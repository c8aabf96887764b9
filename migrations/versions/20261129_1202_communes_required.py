"""Every row of the big tables is of its parent's commune, and codes and keys are unique within a commune.

A plain foreign key becomes one of the number and the commune together. Older programs, which leave the commune empty,
write nothing after this.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "20261129_1202"
down_revision = "20261129_1201"
branch_labels = None
depends_on = None
phase = "contract"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHILDREN = {
    "contact": (),
    "variant": ("product",),
    "photo": ("product",),
    "stock_move": ("variant",),
    "purchase": ("contact",),
    "order_line": ("order",),
    "reservation": ("order",),
    "payment_request": ("order",),
    "allocation": ("payment_request",),
    "bank_credit": ("stall",),
    "stamp": ("lot",),
    "scan": ("stamp",),
    "notice": ("business", "order", "purchase", "product"),
    "login_session": (),
    "order": (),
}
"""Tables that are altered, and the parents that each must share its commune with."""
HAD_COMMUNE = ("purchase", "order")
ROOTS = ("contact", "notice", "login_session")
UNIQUE = {
    "purchase": ("code", "client_key"),
    "order": ("code",),
    "photo": ("key",),
    "notice": ("dedupe_key",),
    "login_session": ("key_hash",),
}
"""What was unique in the whole installation and is so within a commune now."""
PARENTS = (
    "business",
    "stall",
    "product",
    "variant",
    "lot",
    "stamp",
    "contact",
    "purchase",
    "order",
    "payment_request",
)


def upgrade() -> None:
    for table in PARENTS:
        op.create_index(op.f(f"uq_{table}_id_commune_id"), table, ["id", "commune_id"], unique=True)
    for table, parents in CHILDREN.items():
        with op.batch_alter_table(table) as batch:
            if table not in HAD_COMMUNE:
                batch.alter_column("commune_id", existing_type=ID, nullable=False)
            if table in ROOTS:
                batch.create_foreign_key(op.f(f"fk_{table}_commune_id"), "commune", ["commune_id"], ["id"])
            for parent in parents:
                _share_commune(batch, table, parent)
            for column in UNIQUE.get(table, ()):
                batch.drop_constraint(op.f(f"uq_{table}_{column}"), type_="unique")
                batch.create_unique_constraint(op.f(f"uq_{table}_{column}_commune_id"), [column, "commune_id"])


def _share_commune(batch: BatchOperations, table: str, parent: str) -> None:
    column = _column(table, parent)
    batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
    name = op.f(f"fk_{table}_{column}_commune_id")
    batch.create_foreign_key(name, parent, [column, "commune_id"], ["id", "commune_id"])


def _column(table: str, parent: str) -> str:
    return "request_id" if table == "allocation" else f"{parent}_id"


def downgrade() -> None:
    for table, parents in reversed(CHILDREN.items()):
        with op.batch_alter_table(table) as batch:
            for column in UNIQUE.get(table, ()):
                batch.drop_constraint(op.f(f"uq_{table}_{column}_commune_id"), type_="unique")
                batch.create_unique_constraint(op.f(f"uq_{table}_{column}"), [column])
            for parent in parents:
                column = _column(table, parent)
                batch.drop_constraint(op.f(f"fk_{table}_{column}_commune_id"), type_="foreignkey")
                batch.create_foreign_key(op.f(f"fk_{table}_{column}"), parent, [column], ["id"])
            if table in ROOTS:
                batch.drop_constraint(op.f(f"fk_{table}_commune_id"), type_="foreignkey")
            if table not in HAD_COMMUNE:
                batch.alter_column("commune_id", existing_type=ID, nullable=True)
    for table in reversed(PARENTS):
        op.drop_index(op.f(f"uq_{table}_id_commune_id"), table)
